"""People sign in here: an invitation is a link that works once, and becomes a session.

A token is 256 bits of chance. Only its hash is kept, so that nobody can sign in with
what is stored.
"""

import base64
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.staff import Pass, PassKind, Person, Role, Staff
from surgeline.application.staff.roles import ROLES
from surgeline.domain.ids import derived_id
from surgeline.domain.names import shown_name
from surgeline.errors import BadRequest, Conflict, Disagrees, Forbidden, Unauthorized

INVITATION_SECONDS = 3 * 86_400
SESSION_SECONDS = 14 * 86_400
"""A session ends so long after its last use on another day."""
RENEWED_SECONDS = 86_400
TOKEN_BYTES = 32
MOST_PEOPLE = 1_000
CHANGE_TRIES = 5


@dataclass(frozen=True, slots=True)
class Issued:
    """A new pass with its token, which is told only now."""

    person: Person
    token: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The holder of a session that began at `begun_at`.

    `renewed` says that the session just got a later end. One that is `fixed` came from the issuer,
    and never gets one.
    """

    person: Person
    begun_at: int
    expires_at: int
    renewed: bool = False
    fixed: bool = False


class StaffPasses:
    """Invites people, lets them in once for each invitation, and knows them by their sessions."""

    def __init__(self, staff: Staff, clock: Clock, randomness: Randomness) -> None:
        self._staff = staff
        self._clock = clock
        self._randomness = randomness

    def invite(
        self,
        name: str,
        role: Role,
        pools: tuple[str, ...] = (),
        *,
        email: str = "",
        seconds: int = INVITATION_SECONDS,
    ) -> Issued:
        """Return a link's token for the person of that name, who is added or changed.

        The same name is the same person. An address lets an account of the issuer in, and frees the
        account that was bound before. Raises BadRequest for a name that customers can't be shown
        and for somebody else's address, and Disagrees where there are too many people.
        """
        shown = shown_name(name)
        if shown is None:
            raise BadRequest("give a name that customers may see, as in Mina", field="name")
        person_id = id_of(shown)
        known = self._staff.person(person_id)
        people = self._staff.people() if known is None or email else []
        if known is None and len(people) >= MOST_PEOPLE:
            raise Disagrees(f"there are {MOST_PEOPLE} people already", state="full")
        if email and any(each.email == email and each.id != person_id for each in people):
            raise BadRequest("this address is another person's already", field="email")

        def invited(each: Person) -> Person:
            account = each.email, each.subject
            each = replace(each, name=shown, role=role, pools=pools, revoked=False)
            address, bound = (email, "") if email else account
            return replace(each, email=address, subject=bound)

        if known is None:
            person = invited(Person(person_id, shown, role, added_at=self._clock.now()))
            self._staff.put(person)
        else:
            person = self._changed(known, invited)
        return self._issue(person, "invitation", self._after(seconds))

    def sign_in(self, token: str) -> Issued:
        """Use an invitation up, and begin a session. Raises Unauthorized."""
        found = self._staff.use(_digest(token)) if token else None
        return self.begin(self._holder(found, "invitation"))

    def begin(self, person: Person, *, fixed_until: int | None = None) -> Issued:
        """Begin a session of a person whom the caller has proved.

        It ends at `fixed_until`, or without that so long after its last use.
        """
        if fixed_until is None:
            return self._issue(person, "session", self._after(SESSION_SECONDS))
        return self._issue(person, "session", fixed_until, fixed=True)

    def who(self, token: str) -> SignedIn:
        """Return the person of a session. Raises Unauthorized for one that is over."""
        found = self._staff.find(_digest(token)) if token else None
        person = self._holder(found, "session")
        assert found is not None
        return SignedIn(person, found.begun_at, found.expires_at, fixed=found.fixed)

    def renew(self, token: str) -> SignedIn:
        """Return the person of a session, and move the session's end once a day.

        A session that was ended meanwhile stays ended. Raises Unauthorized.
        """
        signed_in = self.who(token)
        if signed_in.fixed:
            return signed_in
        expires_at = self._after(SESSION_SECONDS)
        if expires_at - signed_in.expires_at < RENEWED_SECONDS * 1000:
            return signed_in
        found = self._staff.find(_digest(token))
        if found is None or not self._staff.renew(replace(found, expires_at=expires_at)):
            raise Unauthorized(reason="session")
        return replace(signed_in, expires_at=expires_at, renewed=True)

    def sign_out(self, token: str) -> None:
        """End the session."""
        self._staff.use(_digest(token))

    def revoke(self, person_id: str, roles: Collection[Role] = tuple(ROLES)) -> Person:
        """End the person's sessions, invitations and password at once.

        Raises Absent, and Forbidden for a person whose role is none of these.
        """
        person = self._staff.person(person_id)
        if person is None:
            raise Absent("there is no such person")

        def ended(each: Person) -> Person:
            if each.role not in roles:
                raise Forbidden(f"a lead signs out agents alone, and {each.name} is {each.role}")
            return replace(each, revoked=True, generation=each.generation + 1, password=None)

        return self._changed(person, ended)

    def _changed(self, known: Person, change: Callable[[Person], Person]) -> Person:
        """Change the person as they are now, who may be changed by others meanwhile."""
        for _ in range(CHANGE_TRIES):
            person = change(known)
            if self._staff.change(known, person):
                return person
            known = self._staff.person(known.id) or known
        raise Conflict("this person is being changed by somebody else")

    def _holder(self, found: Pass | None, kind: PassKind) -> Person:
        if found is None or found.kind != kind:
            raise Unauthorized(reason=kind)
        if found.expires_at <= self._clock.now():
            raise Unauthorized(reason="expired")
        person = self._staff.person(found.person_id)
        if person is None or person.revoked or person.generation != found.generation:
            raise Unauthorized(reason="revoked")
        return person

    def _after(self, seconds: int) -> int:
        return self._clock.now() + seconds * 1000

    def _issue(
        self, person: Person, kind: PassKind, expires_at: int, *, fixed: bool = False
    ) -> Issued:
        raw = self._randomness.token(TOKEN_BYTES)
        token = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        now = self._clock.now()
        made = Pass(
            _digest(token), kind, person.id, person.generation, now, expires_at, fixed=fixed
        )
        self._staff.keep(made)
        return Issued(person, token, expires_at)


def id_of(shown: str) -> str:
    """Return the id of the person of a name, in which capitals don't count."""
    return derived_id("u", shown.casefold(), "staff")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
