"""What a pool says of its own seats: kept until it expires, and told to those that wait for one."""

from collections.abc import Callable

from surgeline.application.configuration import PoolSettings
from surgeline.application.pools.capacity import WAITLIST_LIMIT
from surgeline.application.pools.seats import bounded_seats, limit_now, utc_day
from surgeline.application.ports.board import PoolBoard
from surgeline.domain.events import Event, SeatFreed
from surgeline.domain.ids import derived_id

WOKEN_AT_ONCE = 50
"""Of those that wait; each that takes a seat, or none, lets the next one look."""


def report_capacity(
    board: PoolBoard,
    emit: Callable[[Event], None],
    pool: PoolSettings,
    *,
    report_id: str,
    seats: int,
    until: int,
    now: int,
) -> int:
    """Keep the report, wake as many as it has room for; the seats that count from now on."""
    board.report(pool.id, seats=seats, until=until)
    load = board.loads([pool.id], day=utc_day(now))[pool.id]
    limit = limit_now(pool, load, now)
    room = WOKEN_AT_ONCE if limit is None else max(0, limit - load.taken)
    first = [each for each in board.waitlist(limit=WAITLIST_LIMIT) if pool.id in each.pools]
    for waiting in first[: min(room, WOKEN_AT_ONCE)]:
        emit(
            SeatFreed(
                id=derived_id("e", report_id, f"reported/{waiting.conversation_id}"),
                thread_id=waiting.thread_id,
                at=now,
                conversation_id=waiting.conversation_id,
                pool_id=pool.id,
                priority=waiting.priority,
                since=waiting.since,
            )
        )
    return bounded_seats(pool, seats)
