"""People may set a password, so that they come back without a new link.

Only the scrypt hash of a password is kept. A try is counted before it is judged, so that callers
at the same moment get no more tries than callers one after the other.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.staff import Password, Person, Staff
from surgeline.application.staff.passes import Issued, SignedIn, StaffPasses, id_of
from surgeline.domain.names import shown_name
from surgeline.errors import BadRequest, Conflict, Disagrees, Forbidden, Unauthorized
from surgeline.knowledge.text.marks import normalised

SHORTEST: Final = 15
LONGEST: Final = 128
FEWEST_DIFFERENT: Final = 6
FRESH_SECONDS: Final = 600
"""So long after a sign-in nobody is asked for the present password."""
FREE_TRIES: Final = 5
FIRST_WAIT_SECONDS: Final = 60
LONGEST_WAIT_SECONDS: Final = 120
SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32
MEMORY_BYTES: Final = 64 * 2**20
COMMON: Final = ("password", "passwort", "passwd", "surgeline", "welcome", "letmein")
ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
RUN: Final = 4
"""So many letters of a row, one after the other, count as one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The work that one hash takes. These numbers need 32 MiB and a quarter of a second."""

    n: int = 2**15
    r: int = 8
    p: int = 3


COST: Final = Cost()


class StaffPasswords:
    """Signs people in by their passwords, and lets them set, change and remove these."""

    def __init__(
        self,
        staff: Staff,
        passes: StaffPasses,
        clock: Clock,
        randomness: Randomness,
        cost: Cost = COST,
    ) -> None:
        self._staff = staff
        self._passes = passes
        self._clock = clock
        self._randomness = randomness
        self._cost = cost

    def sign_in(self, name: str, words: str) -> Issued:
        """Begin a session of the person of that name. Raises Unauthorized.

        An unknown name, a wrong password, too many tries and two tries at once look the same. They
        also take the same time.
        """
        shown = shown_name(name)
        person = self._staff.person(id_of(shown)) if shown else None
        if person is None or person.revoked:
            self._spend_time(words)
            raise Unauthorized(reason="name")
        return self._passes.begin(self._proved(person, words))

    def set(self, token: str, words: str, present: str) -> Issued:
        """Set or change the password of a session's person, and begin their session anew.

        A change ends all other sessions. Raises Unauthorized, BadRequest for a weak password or a
        wrong present one, and Forbidden for a session from the issuer.
        """
        signed_in = self._passes.who(token)
        if not self.sets(signed_in):
            raise Forbidden(
                "you came in with your company's account, so no password is set here; sign in with"
                " a link to set one"
            )
        if refusal := refusal_of(words, signed_in.person.name):
            raise BadRequest(refusal, field="password")
        person = self._allowed(signed_in, present)
        return self._replaced(token, signed_in, person, self._hashed(words))

    def remove(self, token: str, present: str) -> Issued:
        """Remove the password of a session's person, and end all other sessions.

        Raises Unauthorized, BadRequest for a wrong present password, and Disagrees without one.
        """
        signed_in = self._passes.who(token)
        if signed_in.person.password is None:
            raise Disagrees("you have no password, so there is none to remove", state="no_password")
        person = self._allowed(signed_in, present)
        return self._replaced(token, signed_in, person, None)

    def sets(self, signed_in: SignedIn) -> bool:
        """Return whether the session may set a password. One from the issuer may not."""
        return not signed_in.fixed

    def asks(self, signed_in: SignedIn) -> bool:
        """Return whether a change asks for the present password."""
        age = self._clock.now() - signed_in.begun_at
        return signed_in.person.password is not None and age >= FRESH_SECONDS * 1000

    def _allowed(self, signed_in: SignedIn, present: str) -> Person:
        """Return the person who may change their password. Raises BadRequest."""
        if not self.asks(signed_in):
            return signed_in.person
        if not present:
            raise BadRequest("give your present password too", field="present")
        try:
            return self._proved(signed_in.person, present)
        except Unauthorized:
            refusal = "this is not your present password, or there were too many tries"
            raise BadRequest(refusal, field="present") from None

    def _replaced(
        self, token: str, signed_in: SignedIn, known: Person, password: Password | None
    ) -> Issued:
        """Keep the password, if nobody has changed the person meanwhile. Raises Conflict.

        A session from the issuer still ends when it would have ended.
        """
        ends_others = known.password is not None
        generation = known.generation + ends_others
        person = replace(known, password=password, generation=generation)
        if not self._staff.change(known, person):
            raise Conflict("you are being changed by somebody else; try again")
        self._passes.sign_out(token)
        until = signed_in.expires_at if signed_in.fixed else None
        return self._passes.begin(person, fixed_until=until)

    def _proved(self, known: Person, words: str) -> Person:
        """Count a try, and return the person whose password this is. Raises Unauthorized."""
        password = known.password
        now = self._clock.now()
        if password is None or now < password.tried_at + _wait_seconds(password.tries) * 1000:
            self._spend_time(words)
            raise Unauthorized(reason="no password" if password is None else "too many tries")
        tried = replace(known, password=replace(password, tries=password.tries + 1, tried_at=now))
        if not self._staff.change(known, tried):
            self._spend_time(words)
            raise Unauthorized(reason="tried at the same moment")
        if not hmac.compare_digest(self._digest(words, password), password.digest):
            raise Unauthorized(reason="password")
        proved = replace(tried, password=replace(password, tries=0, tried_at=now))
        if not self._staff.change(tried, proved):
            raise Unauthorized(reason="changed at the same moment")
        return proved

    def _hashed(self, words: str) -> Password:
        salt = self._randomness.token(SALT_BYTES).hex()
        cost = self._cost
        empty = Password(salt, "", cost.n, cost.r, cost.p, set_at=self._clock.now())
        return replace(empty, digest=self._digest(words, empty))

    def _spend_time(self, words: str) -> None:
        """Take as long as a right name takes."""
        cost = self._cost
        self._digest(words, Password("00" * SALT_BYTES, "", cost.n, cost.r, cost.p, set_at=0))

    def _digest(self, words: str, kept: Password) -> str:
        """Return the hash of the words with the salt and the costs of a password that is kept."""
        return hashlib.scrypt(
            _plain(words).encode("utf-8", "replace"),
            salt=bytes.fromhex(kept.salt),
            n=kept.n,
            r=kept.r,
            p=kept.p,
            maxmem=MEMORY_BYTES,
            dklen=DIGEST_BYTES,
        ).hex()


def refusal_of(words: str, name: str) -> str | None:
    """Return why a password is too weak, or None for one that is accepted."""
    if not SHORTEST <= len(words) <= LONGEST:
        return f"use {SHORTEST} to {LONGEST} characters, such as a few words that only you join"
    rest = _plain(words).casefold()
    for known in (*COMMON, *_plain(name).casefold().split(), *_runs()):
        rest = rest.replace(known, known[:1])
    if len(set(rest)) < FEWEST_DIFFERENT or len(rest) < SHORTEST // 2:
        return "this password is easy to guess; use a few words that only you join"
    return None


def _runs() -> list[str]:
    """Return each run of a row of letters or digits, the longest first, both ways."""
    found = {
        row[start:end]
        for each in ROWS
        for row in (each, each[::-1])
        for start in range(len(row))
        for end in range(start + RUN, len(row) + 1)
    }
    return sorted(found, key=lambda run: (-len(run), run))


def _wait_seconds(tries: int) -> int:
    """Return how long nobody may try after so many wrong tries in a row."""
    if tries < FREE_TRIES:
        return 0
    return FIRST_WAIT_SECONDS if tries == FREE_TRIES else LONGEST_WAIT_SECONDS


def _plain(words: str) -> str:
    """Return the words in one form, whichever keyboard wrote them."""
    return normalised("NFKC", words)
