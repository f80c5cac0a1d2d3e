"""The first in the line of a pool with free seats are woken here each minute.

Nobody says when a pool's hours begin, and a wake-up may be lost. Whoever stands first is found
without a look at the others, however many wait.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.pools.first_waiting import may_wait
from surgeline.application.pools.seats import (
    closed_now,
    is_empty,
    loads_now,
    room_now,
    seat_freed,
)
from surgeline.application.ports.board import PoolBoard, PoolLoad
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.waitlist import Waiting, Waitlist
from surgeline.domain.events import Event
from surgeline.domain.ids import derived_id

MOST: Final = 100
"""So many conversations of a line are woken in a minute, so that they hold no other work."""
OVER: Final = 10
"""So many places of a line may be over before whoever still waits."""
AGAIN_MS: Final = 300_000
"""A conversation is woken for a pool once in so long. What it needs then is no seat."""


@dataclass(frozen=True, slots=True)
class WakeLines:
    """The use case. A repeat within minutes wakes nobody twice."""

    board: PoolBoard
    waitlist: Waitlist
    send: Callable[[Sequence[Event]], None]
    clock: Clock

    def __call__(self, configuration: Configuration) -> int:
        """Wake as many conversations as seats are free, and return how many that were."""
        if not configuration.pools:
            return 0
        now = self.clock.now()
        loads = loads_now(self.board, configuration, configuration.pools, now)
        woken: dict[str, Event] = {}
        for pool in configuration.pools:
            seats = _free(pool, loads[pool.id], now)
            for each in self._first(configuration, pool.id, seats, set(woken), now=now):
                event_id = derived_id("e", f"{pool.id}/{now // AGAIN_MS}", each.conversation_id)
                woken[each.conversation_id] = seat_freed(each, pool.id, event_id=event_id, at=now)
        if woken:
            self.send(list(woken.values()))
        return len(woken)

    def _first(
        self, configuration: Configuration, pool_id: str, seats: int, others: set[str], *, now: int
    ) -> list[Waiting]:
        """Return who waits first for the pool, and is not among those who are woken already."""
        if not seats:
            return []
        found = self.waitlist.first(pool_id, limit=seats + len(others) + OVER)
        waits = [each for each in found if may_wait(each, configuration.routing, now=now)]
        return [each for each in waits if each.conversation_id not in others][:seats]


def _free(pool: PoolSettings, load: PoolLoad, now: int) -> int:
    """Return how many conversations the pool could take now."""
    if closed_now(pool, load, now) or is_empty(pool, load, now):
        return 0
    room = room_now(pool, load, now)
    return MOST if room is None else min(room, MOST)
