"""The ports of the company's own people live here: who they are, their passes, and their acts."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Role = Literal["agent", "lead", "admin"]
PassKind = Literal["invitation", "session"]


@dataclass(frozen=True, slots=True)
class Password:
    """The scrypt hash of a password, as hex, with its salt and costs. The words are never kept.

    `tries` counts those since the last right one, and `tried_at` is the time of the newest.
    """

    salt: str
    digest: str
    n: int
    r: int
    p: int
    set_at: int
    tries: int = 0
    tried_at: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `pools` are those in which an agent takes conversations.

    `email` lets in the account of the company's issuer that has proved this address. The first such
    account stays bound (`subject`), so that nobody takes the person over with the address later.
    A pass is good only under the person's present `generation`. So a raised number ends every
    session and every invitation at once.
    """

    id: str
    name: str
    role: Role
    pools: tuple[str, ...] = ()
    added_at: int = 0
    generation: int = 1
    revoked: bool = False
    password: Password | None = field(default=None, repr=False)
    email: str = ""
    subject: str = ""
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Pass:
    """An invitation or a session. Only the hash of its token is kept (`digest`, as hex).

    A pass that is fixed ends at its time, however much it is used.
    """

    digest: str
    kind: PassKind
    person_id: str
    generation: int
    begun_at: int
    expires_at: int
    fixed: bool = False
    schema: int = 1


class Staff(Protocol):
    """Keeps people, and the passes by which they prove who they are."""

    def put(self, person: Person) -> None:
        """Add the person, or replace the one of that id."""

    def change(self, known: Person, person: Person) -> bool:
        """Replace a person who is still as known. Return False, and change nothing, otherwise."""

    def person(self, person_id: str) -> Person | None:
        """Return the person of that id, or None."""

    def people(self) -> list[Person]:
        """Return everybody, in the order in which they were added."""

    def keep(self, kept: Pass) -> None:
        """Keep the pass, or replace the one of that digest."""

    def renew(self, kept: Pass) -> bool:
        """Replace the pass of that digest. Return False, and keep nothing, if there is none."""

    def find(self, digest: str) -> Pass | None:
        """Return the pass of that digest, or None. The caller judges whether it is still good."""

    def use(self, digest: str) -> Pass | None:
        """Delete the pass and return it. Of simultaneous callers only one gets it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody changed. `who` is a key or a person, `act` the kind of change.

    `target` names the changed thing, and `reason` is in the words of the person. `status` is the
    answer's, or None if the process ended before the answer.
    """

    id: str
    at: int
    who: str
    act: str
    target: str = ""
    reason: str = ""
    status: int | None = None
    schema: int = 1


class Acts(Protocol):
    """Keeps every act of operators and staff as long as the records of conversations."""

    def keep(self, act: Act) -> None:
        """Keep the act, or replace the one of that id and time."""

    def find(self, since: int, until: int, *, limit: int = 100) -> list[Act]:
        """Return acts from `since` and before `until`, the newest first."""
