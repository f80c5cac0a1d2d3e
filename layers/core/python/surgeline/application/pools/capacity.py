"""Asking pools that can grow for seats while conversations wait for one, and letting them go.

What was asked for stands on the board, so that each change is told once, whoever sees it first.
"""

from collections.abc import Iterable

from surgeline.application.configuration import ConfigurationShelf, PoolSettings
from surgeline.application.pools.seats import seats_now, utc_day
from surgeline.application.ports.board import PoolBoard, PoolLoad, Waiting
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.ids import derived_id

WAITLIST_LIMIT = 1_000
EVENTS = "capacity"
"""In place of a thread: a pool's requests and releases are one order of their own."""
FINE = 8
"""Up to so many seats each one is asked for; beyond them steps of about an eighth."""


class Capacity:
    """Compares what pools have with what waits for them; says what is to be sent."""

    def __init__(self, board: PoolBoard, configuration: ConfigurationShelf) -> None:
        self._board = board
        self._configuration = configuration

    def short(self, pool_ids: Iterable[str], *, by: str, at: int) -> list[Delivery]:
        """A conversation waits for these pools: more seats are asked for where they are too few."""
        wanted = ((pool, self._wanted(pool, at)) for pool in self._elastic() if pool.id in pool_ids)
        return [
            told
            for pool, (seats, load) in wanted
            if seats > (seats_now(pool, load, at) or 0)
            for told in self._tell(pool, seats, by, at)
        ]

    def spare(self, *, by: str, at: int) -> list[Delivery]:
        """Somebody waits no more, or a seat is free: what nobody needs any more is let go."""
        found = []
        for pool in self._elastic():
            seats, load = self._wanted(pool, at)
            if load.wanted_seats and seats <= pool.minimum_seats:
                found += self._tell(pool, 0, by, at)
        return found

    def _elastic(self) -> list[PoolSettings]:
        return [pool for pool in self._configuration.current().pools if pool.elastic]

    def _wanted(self, pool: PoolSettings, at: int) -> tuple[int, PoolLoad]:
        """How many seats its conversations and those that wait for it need, within its bounds."""
        load = self._board.loads([pool.id], day=utc_day(at))[pool.id]
        line = self._board.waitlist(limit=WAITLIST_LIMIT)
        return seats_needed(pool, load.taken + waiting_for(line, pool.id)), load

    def _tell(self, pool: PoolSettings, seats: int, by: str, at: int) -> list[Delivery]:
        wanted = self._board.want(pool.id, seats=seats, by=by)
        if wanted is None:
            return []
        event = "capacity.requested" if wanted.seats else "capacity.released"
        told = Delivery(
            id=derived_id("n", by, f"{event}/{pool.id}"),
            thread_id=EVENTS,
            conversation_id="",
            target="pool",
            target_id=pool.id,
            event=event,
            epoch=0,
            at=at,
            payload={"seats": wanted.seats} if wanted.seats else {},
            seq=wanted.seq,
        )
        return [told]


def seats_needed(pool: PoolSettings, conversations: int) -> int:
    """Seats for so many conversations: in steps, never more than the pool can bring."""
    seats = -(-conversations // pool.chats_per_seat)
    step = 1 if seats <= FINE else 1 << (seats.bit_length() - 4)
    stepped = -(-seats // step) * step
    return stepped if pool.maximum_seats is None else min(stepped, pool.maximum_seats)


def waiting_for(line: Iterable[Waiting], pool_id: str) -> int:
    """How many of the line wait for a seat of the pool."""
    return sum(pool_id in each.pools for each in line)
