"""People of a deployment sign in with an account of the company's issuer, by OpenID Connect.

The API has checked the token's signature, issuer, audience and end before. The claims are judged
here again, and only an invited person's account is let in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.staff import Person, Staff
from surgeline.application.staff.passes import Issued, StaffPasses
from surgeline.errors import Conflict, Forbidden, Unauthorized

SESSION_SECONDS: Final = 12 * 3_600
"""A session ends then, and the issuer is asked again whether the account still exists."""
MAX_EMAIL: Final = 254
MAX_SUBJECT: Final = 255


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer of people's tokens, and the client that they have to be made for.

    `login` is the origin at which codes are exchanged for tokens.
    """

    url: str
    client: str
    login: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the issuer has proved: its own name for it, and its proved address."""

    subject: str
    email: str


class StaffAccounts:
    """Signs invited people in by their accounts at one issuer."""

    def __init__(self, staff: Staff, passes: StaffPasses, clock: Clock, issuer: Issuer) -> None:
        self._staff = staff
        self._passes = passes
        self._clock = clock
        self._issuer = issuer

    def sign_in(self, claims: Mapping[str, object]) -> Issued:
        """Begin a session of the person whose account this is.

        Raises Unauthorized for claims that prove nothing here, Forbidden for an account of nobody
        who is invited, and Conflict where the person is being changed.
        """
        account = self._proved(claims)
        person = self._person_of(account)
        if person.revoked:
            raise Forbidden(f"{person.name} is signed out, until the next invitation")
        if not person.subject:
            bound = replace(person, subject=account.subject)
            if not self._staff.change(person, bound):
                raise Conflict("this person is being changed by somebody else")
            person = bound
        ends_at = self._clock.now() + SESSION_SECONDS * 1000
        return self._passes.begin(person, fixed_until=ends_at)

    def _proved(self, claims: Mapping[str, object]) -> Account:
        """Return the account of the claims. Raises Unauthorized, Forbidden."""
        issuer = self._issuer
        if claims.get("iss") != issuer.url:
            raise Unauthorized(reason="issuer")
        if claims.get("aud") != issuer.client:
            raise Unauthorized(reason="audience")
        ends = str(claims.get("exp", ""))
        if not (ends.isascii() and ends.isdecimal() and int(ends) * 1000 > self._clock.now()):
            raise Unauthorized(reason="expired")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise Unauthorized(reason="subject")
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") not in (True, "true"):
            raise Forbidden("your account has no proved mail address; prove it there first")
        return Account(f"{issuer.url} {subject}", plain_email(email))

    def _person_of(self, account: Account) -> Person:
        """Return the person to whom the account is bound, or may be. Raises Forbidden."""
        people = self._staff.people()
        for each in people:
            if each.subject == account.subject:
                return each
        for each in people:
            if account.email and each.email == account.email and not each.subject:
                return each
        raise Forbidden("nobody has invited this account; ask for an invitation with its address")


def plain_email(email: str) -> str:
    """Return a mail address in the form in which it is compared, or an empty text for none."""
    plain = email.strip().lower()
    user, _, host = plain.rpartition("@")
    is_one = user and host and len(plain) <= MAX_EMAIL and not any(map(str.isspace, plain))
    return plain if is_one else ""
