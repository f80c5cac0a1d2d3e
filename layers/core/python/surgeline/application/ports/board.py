"""Pools at this moment: seats, who waits for one, who is disabled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation's place in the line: the higher priority first, then the older."""

    thread_id: str
    conversation_id: str
    priority: int
    since: int
    pools: tuple[str, ...]

    @property
    def place(self) -> tuple[int, int, str]:
        """What the line is ordered by."""
        return (-self.priority, self.since, self.conversation_id)


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """What a pool has at this moment; `disabled` says why it is asked nothing, None if it is.

    `reported_seats` is what it said last of its own seats, good until `reported_until`;
    `wanted_seats` what it was asked for beyond those that are always there.
    """

    taken: int = 0
    used_today: int = 0
    disabled: str | None = None
    reported_seats: int | None = None
    reported_until: int = 0
    wanted_seats: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Seats that a pool was asked for, 0 for none any more; `seq` counts what it was told."""

    seats: int
    seq: int


class PoolBoard(Protocol):
    """What is known of pools at this moment: seats, the line of those that wait, who is disabled.

    Seats are claimed by conditional writes: never more than the limits, whoever claims at once.
    """

    def claim(
        self,
        offer_id: str,
        pool_id: str,
        *,
        day: str,
        limit: int | None,
        daily_limit: int | None,
    ) -> bool:
        """Take a seat for an offer if fewer than `limit` are taken, `daily_limit` on that day.

        Whether the offer has a seat now; a repeat takes no second one, and an offer whose seat was
        released gets none any more.
        """

    def release(self, offer_id: str, pool_id: str, *, used: bool) -> bool:
        """Give an offer's seat back, once; whether that freed one.

        Only a seat that was `used` stays counted for its day. Releasing what was never claimed
        makes a later claim fail.
        """

    def loads(self, pool_ids: Sequence[str], *, day: str) -> Mapping[str, PoolLoad]:
        """How each of these pools stands; one that nothing is known of has nothing."""

    def disable(self, pool_id: str, reason: str) -> None:
        """Ask the pool nothing any more, until it is enabled."""

    def enable(self, pool_id: str) -> None:
        """Ask the pool again."""

    def report(self, pool_id: str, *, seats: int, until: int) -> None:
        """Keep what the pool says of its seats; the last word counts."""

    def want(self, pool_id: str, *, seats: int, by: str) -> Wanted | None:
        """Note that the pool is asked for more seats than before, or (0) for none any more.

        None where that is no change. Whoever made the last change (`by`) gets the same answer
        again.
        """

    def join(self, waiting: Waiting) -> None:
        """Keep the conversation's place; a repeat with the same place replaces it."""

    def leave(self, waiting: Waiting) -> None:
        """Give the place up (its pools don't matter); harmless where there is none."""

    def waitlist(self, *, limit: int = 100) -> list[Waiting]:
        """Who waits, the first first."""
