"""The port of the console's desk lives here: what lies on a pool's desk, and who sits at it."""

from dataclasses import dataclass
from typing import Literal, Protocol

CaseState = Literal["offered", "taken"]
PresenceState = Literal["here", "finishing", "away"]


@dataclass(frozen=True, slots=True)
class Suggested:
    """An article that may be the answer, as the offer had it."""

    article_id: str
    title: str | None = None
    answer: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation on a pool's desk. It holds no words of the customer.

    `person_id` has taken it, under the offer and epoch that stand here. `told_seq` is the number of
    the newest message that the pool was told of, at `told_at`. `since` is since when the customer
    waits for a person.
    """

    pool_id: str
    conversation_id: str
    offer_id: str
    epoch: int
    state: CaseState
    since: int
    expires_at: int
    reason: str
    language: str | None = None
    person_id: str | None = None
    told_seq: int = 0
    told_at: int = 0
    suggested: tuple[Suggested, ...] = ()
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Presence:
    """A person at the desk, until a time at which the page should have said so again."""

    pool_id: str
    person_id: str
    state: PresenceState
    until: int
    schema: int = 1


class Desk(Protocol):
    """The desks of all pools that are reached by the console."""

    def lay(self, case: Case) -> None:
        """Lay an offered case on its desk. An older one of the conversation is replaced.

        An open offer also gives way to another offer of its epoch. A taken case of the same epoch
        stays as it is, and so does any case of a later one.
        """

    def take(self, pool_id: str, conversation_id: str, *, offer_id: str, person_id: str) -> bool:
        """Give the case to the person if nobody else has it under that offer.

        Return whether the person has it now. A repeat by the same person changes nothing.
        """

    def give(self, pool_id: str, conversation_id: str, *, epoch: int, person_id: str) -> bool:
        """Give a taken case of that epoch to another person. Return whether there was one."""

    def add_message(
        self, pool_id: str, conversation_id: str, *, epoch: int, seq: int, at: int
    ) -> bool:
        """Note a new message on a case of that epoch. Return whether there was one."""

    def clear(
        self, pool_id: str, conversation_id: str, *, epoch: int, offer_id: str | None = None
    ) -> bool:
        """Take a case of that epoch, or of an earlier one, off the desk. Return whether it lay.

        With `offer_id` only the case of that offer is taken.
        """

    def case(self, pool_id: str, conversation_id: str) -> Case | None:
        """Return the conversation's case on that desk, or None."""

    def cases(self, pool_id: str) -> list[Case]:
        """Return everything on the desk, the longest waiting first."""

    def sit(self, presence: Presence) -> None:
        """Note that the person is at the desk, or is away."""

    def sitting(self, pool_id: str, *, now: int) -> list[Presence]:
        """Return who is at the desk now, without those who are away."""
