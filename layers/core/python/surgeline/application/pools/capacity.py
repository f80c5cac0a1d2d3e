"""Pools that can grow are asked here for seats while conversations wait for one.

The requested seats stand on the board, so that each change is told once, whoever sees it first.
"""

from collections.abc import Callable, Iterable

from surgeline.application.configuration import ConfigurationShelf, PoolSettings
from surgeline.application.pools.seats import closed_now, loads_now, seats_now
from surgeline.application.ports.board import PoolBoard, PoolLoad, Wanted
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.waitlist import Waitlist
from surgeline.domain.ids import derived_id
from surgeline.domain.surge.windows import Window
from surgeline.domain.times import rfc3339

EVENTS = "capacity"
"""The group of these events, in place of a thread.

A pool's requests and releases are in one order.
"""
FINE = 8
"""Up to so many seats a pool is asked for each seat. Beyond, the steps are about an eighth."""


class Capacity:
    """Compares the pools' seats with the waiting conversations, and returns the events to send.

    `is_led` says whether a pool is left to the surge controller at a time, by the policy or by a
    lead's word. It is asked only where there is something to tell the pool.
    """

    def __init__(
        self,
        board: PoolBoard,
        waitlist: Waitlist,
        configuration: ConfigurationShelf,
        is_led: Callable[[str, int], bool],
    ) -> None:
        self._board = board
        self._waitlist = waitlist
        self._configuration = configuration
        self._is_led = is_led

    def short(self, pool_ids: Iterable[str], *, by: str, at: int) -> list[Delivery]:
        """Ask for more seats if a conversation waits for these pools and they have too few.

        A closed pool is not asked.
        """
        wanted = set(pool_ids)
        loads = self._loads((pool for pool in self._elastic() if pool.id in wanted), at)
        return [
            told
            for pool, load in loads
            if not closed_now(pool, load, at)
            and (seats := self._needed(pool, load, at)) > (seats_now(pool, load, at) or 0)
            for told in self._tell(pool, seats, by, at)
        ]

    def spare(self, *, by: str, at: int) -> list[Delivery]:
        """Release seats that nobody needs, once a conversation waits no more or a seat is free."""
        return [
            told
            for pool, load in self._loads(self._elastic(), at)
            if load.wanted_seats and self._needed(pool, load, at) <= pool.minimum_seats
            for told in self._tell(pool, 0, by, at)
        ]

    def _elastic(self) -> list[PoolSettings]:
        """Return the pools that can grow."""
        return [pool for pool in self._configuration.current().pools if pool.elastic]

    def _loads(self, pools: Iterable[PoolSettings], at: int) -> list[tuple[PoolSettings, PoolLoad]]:
        asked = list(pools)
        loads = loads_now(self._board, self._configuration.current(), asked, at)
        return [(pool, loads[pool.id]) for pool in asked]

    def _needed(self, pool: PoolSettings, load: PoolLoad, at: int) -> int:
        """Return the seats for the pool's conversations and the waiting ones, within its bounds.

        Requests that are kept until a closed pool opens need none of its seats before.
        """
        closed = closed_now(pool, load, at)
        waiting = 0 if closed else self._waitlist.waiting(pool.id)
        return seats_needed(pool, load.taken + waiting)

    def _tell(self, pool: PoolSettings, seats: int, by: str, at: int) -> list[Delivery]:
        wanted = (
            None if self._is_led(pool.id, at) else self._board.want(pool.id, seats=seats, by=by)
        )
        if wanted is None:
            return []
        return [capacity_event(pool.id, wanted, by=by, at=at)]


def capacity_event(
    pool_id: str, wanted: Wanted, *, by: str, at: int, window: Window | None = None
) -> Delivery:
    """Return the delivery that tells a pool how many seats are wanted, or that none is.

    Without a window they are wanted from now until they are released.
    """
    event = "capacity.requested" if wanted.seats else "capacity.released"
    return Delivery(
        id=derived_id("n", by, f"{event}/{pool_id}"),
        thread_id=EVENTS,
        conversation_id="",
        target="pool",
        target_id=pool_id,
        event=event,
        epoch=0,
        at=at,
        payload={"seats": wanted.seats, **_told(window)} if wanted.seats else {},
        seq=wanted.seq,
    )


def _told(window: Window | None) -> dict[str, object]:
    if window is None:
        return {}
    return {"from": rfc3339(window.begins), "until": rfc3339(window.ends)}


def seats_needed(pool: PoolSettings, conversations: int) -> int:
    """Return the seats for so many conversations: in steps, at most what the pool can bring."""
    seats = -(-conversations // pool.chats_per_seat)
    step = 1 if seats <= FINE else 1 << (seats.bit_length() - 4)
    stepped = -(-seats // step) * step
    return stepped if pool.maximum_seats is None else min(stepped, pool.maximum_seats)
