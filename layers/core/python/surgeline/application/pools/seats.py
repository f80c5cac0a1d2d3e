"""Pools as they are at this moment, for routing: configured, open, with room, or why not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.ports.board import PoolLoad, Waiting
from surgeline.domain.hours import is_open, opens_at
from surgeline.domain.pools import Pool

OUTSIDE_HOURS = "outside its hours"


def utc_day(at: int) -> str:
    """The day that daily caps are counted by: 2026-03-01, in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def seats_now(pool: PoolSettings, load: PoolLoad, now: int) -> int | None:
    """The seats that count: what the pool says while that is good, else what is configured.

    None: it bounds itself by declining.
    """
    if load.reported_seats is not None and load.reported_until > now:
        return bounded_seats(pool, load.reported_seats)
    return pool.minimum_seats if pool.elastic else pool.seats


def bounded_seats(pool: PoolSettings, seats: int) -> int:
    """What a pool says of its seats, never more than is configured."""
    most = pool.maximum_seats if pool.elastic else pool.seats
    return seats if most is None else min(seats, most)


def limit_now(pool: PoolSettings, load: PoolLoad, now: int) -> int | None:
    """How many conversations the pool may have at once; None for no bound."""
    seats = seats_now(pool, load, now)
    return None if seats is None else seats * pool.chats_per_seat


def has_room(pool: PoolSettings, load: PoolLoad, now: int) -> bool:
    """Whether a seat could be claimed now."""
    limit = limit_now(pool, load, now)
    return limit is None or load.taken < limit


def pools_now(
    configuration: Configuration,
    loads: Mapping[str, PoolLoad],
    line: Sequence[Waiting],
    *,
    now: int,
    place: tuple[int, int, str] | None,
) -> tuple[Pool, ...]:
    """Every pool in the order configured; `place` is that of the conversation that asks.

    Whoever stands before it in the line goes first, so that a newcomer takes nobody's seat.
    """
    soon = now + configuration.routing.longest_wait_seconds * 1000
    return tuple(
        _pool_now(pool, loads.get(pool.id, PoolLoad()), _ahead(line, pool.id, place), now, soon)
        for pool in configuration.pools
    )


def _pool_now(pool: PoolSettings, load: PoolLoad, ahead: int, now: int, soon: int) -> Pool:
    limit = limit_now(pool, load, now)
    room = limit is None or load.taken < limit
    promised = limit is not None and room and load.taken + ahead >= limit
    closed = _closed(pool, load, now)
    return Pool(
        id=pool.id,
        ring_seconds=pool.ring_seconds,
        kind=pool.kind,
        languages=pool.languages,
        skills=pool.skills,
        priority=pool.priority,
        weight=pool.weight,
        closed=closed,
        opens_at=_opens_at(pool, now, soon) if closed == OUTSIDE_HOURS else None,
        draining=pool.draining and not pool.paused and load.disabled is None,
        full=not room or promised,
        promised=promised,
        load=load.taken / limit if limit else 0.0,
        limit=limit,
        daily_limit=pool.daily_limit,
    )


def _closed(pool: PoolSettings, load: PoolLoad, now: int) -> str:
    """Why the pool takes nothing new now; empty if it does."""
    if load.disabled is not None:
        return f"disabled: {load.disabled}"
    if pool.paused:
        return "paused"
    if pool.draining:
        return "draining"
    if pool.hours is not None and not is_open(pool.hours, now):
        return OUTSIDE_HOURS
    if pool.daily_limit is not None and load.used_today >= pool.daily_limit:
        return "over its daily cap"
    return ""


def _opens_at(pool: PoolSettings, now: int, soon: int) -> int | None:
    """Return when the pool opens, if that is before anybody who asks now has waited too long."""
    return opens_at(pool.hours, now, before=soon) if pool.hours else None


def _ahead(line: Sequence[Waiting], pool_id: str, place: tuple[int, int, str] | None) -> int:
    """How many wait for a seat of the pool before the one that asks."""
    return sum(pool_id in each.pools and (place is None or each.place < place) for each in line)
