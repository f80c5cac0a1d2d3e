"""Pools as they are at this moment, for routing: configured, open, with room, or why not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.ports import PoolLoad, Waiting
from surgeline.domain.hours import is_open
from surgeline.domain.pools import Pool


def utc_day(at: int) -> str:
    """The day that daily caps are counted by: 2026-03-01, in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def has_room(pool: PoolSettings, load: PoolLoad) -> bool:
    """Whether a seat could be claimed now."""
    return pool.limit is None or load.taken < pool.limit


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
    return tuple(
        _pool_now(pool, loads.get(pool.id, PoolLoad()), _ahead(line, pool.id, place), now)
        for pool in configuration.pools
    )


def _pool_now(pool: PoolSettings, load: PoolLoad, ahead: int, now: int) -> Pool:
    limit = pool.limit
    room = has_room(pool, load)
    promised = limit is not None and room and load.taken + ahead >= limit
    return Pool(
        id=pool.id,
        ring_seconds=pool.ring_seconds,
        kind=pool.kind,
        languages=pool.languages,
        skills=pool.skills,
        priority=pool.priority,
        weight=pool.weight,
        closed=_closed(pool, load, now),
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
        return "outside its hours"
    if pool.daily_limit is not None and load.used_today >= pool.daily_limit:
        return "over its daily cap"
    return ""


def _ahead(line: Sequence[Waiting], pool_id: str, place: tuple[int, int, str] | None) -> int:
    """How many wait for a seat of the pool before the one that asks."""
    return sum(pool_id in each.pools and (place is None or each.place < place) for each in line)
