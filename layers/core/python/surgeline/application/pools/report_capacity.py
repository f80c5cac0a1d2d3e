"""A pool's report of its seats is kept until it expires, and waiting conversations are told."""

from collections.abc import Callable

from surgeline.application.configuration import PoolSettings
from surgeline.application.pools.seats import bounded_seats, cap_day, room_now, seat_freed
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.waitlist import Waitlist
from surgeline.domain.events import Event
from surgeline.domain.ids import derived_id

WOKEN_AT_ONCE = 50
"""The most conversations woken at once.

Each of them lets the next one look, with a seat or without.
"""


def report_capacity(
    board: PoolBoard,
    waitlist: Waitlist,
    emit: Callable[[Event], None],
    pool: PoolSettings,
    *,
    report_id: str,
    seats: int,
    until: int,
    now: int,
) -> int:
    """Keep the report and wake as many conversations as there is room for.

    Return the seats that count from now.
    """
    board.report(pool.id, seats=seats, until=until)
    load = board.loads({pool.id: cap_day(pool, now)})[pool.id]
    room = room_now(pool, load, now)
    woken = WOKEN_AT_ONCE if room is None else min(room, WOKEN_AT_ONCE)
    for waiting in waitlist.first(pool.id, limit=woken) if woken else ():
        event_id = derived_id("e", report_id, f"reported/{waiting.conversation_id}")
        emit(seat_freed(waiting, pool.id, event_id=event_id, at=now))
    return bounded_seats(pool, seats)
