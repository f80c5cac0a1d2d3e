"""Pools are described here for routing as they are now: open and with room, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from surgeline.application.configuration import CONSOLE, Configuration, PoolSettings
from surgeline.application.ports.board import PoolBoard, PoolLoad, Spend
from surgeline.application.ports.waitlist import Waiting
from surgeline.domain.events import SeatFreed
from surgeline.domain.hours import is_open, opens_at, zone_of
from surgeline.domain.pools import PRESENT_SECONDS, Pool, Score

OUTSIDE_HOURS = "outside its hours"
OVER_ITS_CAP = "over its daily cap"
OVER_BUDGET = "the company's budget of today is spent"
MILLIONTHS = 1_000_000
KEPT_AHEAD_DAYS = 30
"""How far ahead an opening is looked for. A request that is kept waits for it."""


def cap_day(pool: PoolSettings | None, at: int) -> str:
    """Return the day that the pool's cap counts, as 2026-03-01, in the time zone of its hours.

    A pool without hours has no time zone. Its days begin at midnight UTC.
    """
    zone = zone_of(pool.hours.zone) if pool and pool.hours else UTC
    return _day_in(zone, at)


def cap_days(pools: Iterable[PoolSettings], at: int) -> dict[str, str]:
    """Return the day that counts for each of the pools."""
    return {pool.id: cap_day(pool, at) for pool in pools}


def company_day(configuration: Configuration, at: int) -> str:
    """Return the day of the company, as 2026-03-01, whose costs the overall budget bounds."""
    return _day_in(zone_of(configuration.reports.zone), at)


def spend_of(configuration: Configuration, pool: PoolSettings | None, at: int) -> Spend | None:
    """Return what a conversation of the pool takes of the company's budget, or None for nothing.

    A pool without a cost takes nothing, and neither does a drill's.
    """
    budget = configuration.reports.daily_budget
    if budget is None or pool is None or not pool.conversation_cost or pool.drill:
        return None
    return Spend(
        company_day(configuration, at),
        cost=round(pool.conversation_cost * MILLIONTHS),
        cap=round(budget * MILLIONTHS),
    )


def loads_now(
    board: PoolBoard, configuration: Configuration, pools: Iterable[PoolSettings], at: int
) -> Mapping[str, PoolLoad]:
    """Return how these pools stand, and for which of them the company's budget pays no more.

    The sum of the day is read only if there is a budget and one of the pools costs something.
    """
    asked = list(pools)
    if not asked:
        return {}
    loads = board.loads(cap_days(asked, at))
    spends = {each.id: spend_of(configuration, each, at) for each in asked}
    if not any(spends.values()):
        return loads
    spent = board.spent(company_day(configuration, at))
    return {
        pool_id: replace(load, over_budget=True)
        if (spend := spends[pool_id]) and spent + spend.cost > spend.cap
        else load
        for pool_id, load in loads.items()
    }


def seats_now(pool: PoolSettings, load: PoolLoad, now: int) -> int | None:
    """Return the seats that count: as reported while the report holds, else as configured.

    None means that the pool bounds itself by declining.
    """
    if load.reported_seats is not None and load.reported_until > now:
        return bounded_seats(pool, load.reported_seats)
    return pool.minimum_seats if pool.elastic else pool.seats


def is_empty(pool: PoolSettings, load: PoolLoad, now: int) -> bool:
    """Return whether the pool's people work in the console, and nobody says to be there."""
    sits = bool(load.reported_seats) and load.reported_until > now
    return pool.reached_by == CONSOLE and not sits


def _sat_at(pool: PoolSettings, load: PoolLoad, now: int) -> int:
    """Return when somebody last said to be at the pool's desk, or 0 where nobody does."""
    if pool.reached_by != CONSOLE or is_empty(pool, load, now):
        return 0
    return load.reported_until - PRESENT_SECONDS * 1000


def bounded_seats(pool: PoolSettings, seats: int) -> int:
    """Return the seats that a pool reports, but never more than are configured."""
    most = pool.maximum_seats if pool.elastic else pool.seats
    return seats if most is None else min(seats, most)


def limit_now(pool: PoolSettings, load: PoolLoad, now: int) -> int | None:
    """Return how many conversations the pool may have at once, or None for no bound."""
    seats = seats_now(pool, load, now)
    return None if seats is None else seats * pool.chats_per_seat


def room_now(pool: PoolSettings, load: PoolLoad, now: int) -> int | None:
    """Return how many seats could be claimed now, or None for no bound."""
    limit = limit_now(pool, load, now)
    return None if limit is None else max(0, limit - load.taken)


def closed_now(pool: PoolSettings, load: PoolLoad, now: int) -> str:
    """Return why the pool takes nothing new now, or an empty text if it does."""
    if load.disabled is not None:
        return f"disabled: {load.disabled}"
    if pool.paused:
        return "paused"
    if pool.draining:
        return "draining"
    if pool.hours is not None and not is_open(pool.hours, now):
        return OUTSIDE_HOURS
    return _unpaid(pool, load)


def _unpaid(pool: PoolSettings, load: PoolLoad) -> str:
    """Return which cap pays for nothing more of the pool today, or an empty text if none."""
    if pool.daily_limit is not None and load.used_today >= pool.daily_limit:
        return OVER_ITS_CAP
    return OVER_BUDGET if load.over_budget else ""


def has_room(pool: PoolSettings, load: PoolLoad, now: int) -> bool:
    """Return whether a seat could be claimed now."""
    return room_now(pool, load, now) != 0


def seat_freed(waiting: Waiting, pool_id: str, *, event_id: str, at: int) -> SeatFreed:
    """Return the event that lets a waiting conversation look for a seat of the pool."""
    return SeatFreed(
        id=event_id,
        thread_id=waiting.thread_id,
        at=at,
        conversation_id=waiting.conversation_id,
        pool_id=pool_id,
        priority=waiting.priority,
        since=waiting.since,
    )


def pools_now(
    configuration: Configuration,
    loads: Mapping[str, PoolLoad],
    ahead: Mapping[str, int],
    *,
    now: int,
    scores: Mapping[str, Score] | None = None,
    counted: bool = False,
    coming: Mapping[str, Sequence[int]] | None = None,
) -> tuple[Pool, ...]:
    """Return every pool in the configured order, as one conversation finds it.

    `ahead` says how many conversations stand before it in each pool's list. They go first, so that
    a newcomer takes nobody's seat. `scores` is what is known of the pools' resolutions. `counted`:
    those before it were counted for its place in line. `coming` says when people arrive.
    """
    routing = configuration.routing
    soon = now + routing.longest_wait_seconds * 1000
    horizon = now + KEPT_AHEAD_DAYS * 86_400_000 if routing.keep_seconds else soon
    known = scores or {}
    return tuple(
        replace(
            _pool_now(
                pool,
                loads.get(pool.id, PoolLoad()),
                ahead.get(pool.id, 0),
                now,
                horizon=horizon,
                waits_ahead=ahead.get(pool.id) if counted else None,
                charged=spend_of(configuration, pool, now) is not None,
            ),
            score=known.get(pool.id, Score()),
            coming=tuple((at, pool.chats_per_seat) for at in (coming or {}).get(pool.id, ())),
        )
        for pool in configuration.pools
    )


def _day_in(zone: tzinfo, at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date().isoformat()


def _pool_now(
    pool: PoolSettings,
    load: PoolLoad,
    ahead: int,
    now: int,
    *,
    horizon: int,
    waits_ahead: int | None,
    charged: bool,
) -> Pool:
    limit = limit_now(pool, load, now)
    room = limit is None or load.taken < limit
    promised = limit is not None and room and load.taken + ahead >= limit
    closed = closed_now(pool, load, now)
    return Pool(
        id=pool.id,
        ring_seconds=pool.ring_seconds,
        kind=pool.kind,
        languages=pool.languages,
        skills=pool.skills,
        priority=pool.priority,
        weight=pool.weight,
        closed=closed,
        opens_at=_opens_at(pool, now, horizon) if closed == OUTSIDE_HOURS else None,
        draining=pool.draining and not pool.paused and load.disabled is None,
        full=not room or promised,
        promised=promised,
        load=load.taken / limit if limit else 0.0,
        limit=limit,
        daily_limit=pool.daily_limit,
        charged=charged,
        free=0 if limit is None else limit - load.taken,
        waits_ahead=waits_ahead,
        pace=load.pace.counted(load.handled, load.handled_seconds),
        handle_seconds=pool.handle_minutes * 60 if pool.handle_minutes else None,
        ahead=ahead,
        sat_at=_sat_at(pool, load, now),
    )


def _opens_at(pool: PoolSettings, now: int, horizon: int) -> int | None:
    """Return when the pool opens, if that is before the horizon."""
    return opens_at(pool.hours, now, before=horizon) if pool.hours else None
