"""The port of the waitlist keeps waiting conversations, in one list for each pool."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Place = tuple[int, int, str]
"""The key that a list is ordered by. The smallest comes first."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting conversation. The higher priority goes first, then the older request.

    The place is given up after `until`. With 0 it ends with the longest wait of the routing.
    """

    thread_id: str
    conversation_id: str
    priority: int
    since: int
    until: int = 0

    @property
    def place(self) -> Place:
        """Return the key that the list is ordered by."""
        return (-self.priority, self.since, self.conversation_id)


class Waitlist(Protocol):
    """Conversations that wait for a seat. One may stand in the lists of several pools.

    No call reads a whole list, so no call costs more because more conversations wait.
    """

    def join(self, waiting: Waiting, pool_ids: Sequence[str]) -> None:
        """Keep the conversation's place in these pools' lists.

        A repeat changes nothing, but may put the place's end off.
        """

    def leave(self, waiting: Waiting, pool_ids: Sequence[str]) -> None:
        """Give up the places in these pools' lists. Do nothing where there is none."""

    def first(self, pool_id: str, *, limit: int = 1) -> list[Waiting]:
        """Return the conversations that wait first for a seat of the pool."""

    def ahead(self, pool_id: str, place: Place | None, *, up_to: int) -> int:
        """Return how many conversations wait for the pool before that place, at most `up_to`.

        Without a place, count every conversation that waits for the pool.
        """

    def waiting(self, pool_id: str) -> int:
        """Return how many conversations wait for a seat of the pool."""

    def backlog(self) -> int:
        """Return how many conversations wait for any seat, each counted once."""
