"""Operators are shown how each pool stands now: its state, its seats, and how many wait for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.deliveries.guards.breaker import OPEN_SECONDS, RESTS
from surgeline.application.pools.seats import (
    OVER_BUDGET,
    cap_day,
    company_day,
    limit_now,
    loads_now,
    room_now,
)
from surgeline.application.ports.board import PoolBoard, PoolLoad
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import DeliveryLog, DeliveryQuery
from surgeline.application.ports.waitlist import Waiting, Waitlist
from surgeline.domain.estimates.estimate import Desk, Interval, estimated
from surgeline.domain.hours import is_open, opens_at, zone_of

State = Literal[
    "open",
    "full",
    "resting",
    "over_its_cap",
    "over_budget",
    "closed",
    "draining",
    "paused",
    "disabled",
]
LOOKED_AT = 20
"""The newest deliveries of a pool that may show that its endpoint rests."""
FIRST_IN_LINE = 50
"""The longest wait is that of so many who are first in line."""
SHOWN = 5
"""So many of the first in line are named one by one."""
ENDS_SOON_MS = 4 * 3_600_000
"""A kept request that nobody took and that ends so soon is a promise at risk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The state of a pool at a moment.

    `until` is when the state ends by itself, if that is known. `seats` and `free` are None for a
    pool that bounds itself. `waiting` conversations wait for a seat of the pool, the longest of the
    first in line since `waits_since`. `ending` of them are kept requests that end within hours,
    which is counted only where the threads are at hand.
    `newcomer` is how long somebody who came now would wait, or None where nobody would, or it is
    not known. `line` names the first that wait, in their order. A `drill` pool has no real
    customers.
    """

    pool_id: str
    state: State
    why: str = ""
    until: int | None = None
    seats: int | None = None
    taken: int = 0
    free: int | None = None
    used_today: int = 0
    daily_limit: int | None = None
    waiting: int = 0
    waits_since: int | None = None
    newcomer: Interval | None = None
    ending: int = 0
    line: tuple[Waiting, ...] = ()
    drill: bool = False


def stands(
    configuration: Configuration,
    board: PoolBoard,
    waitlist: Waitlist,
    log: DeliveryLog,
    *,
    now: int,
    store: ConversationStore | None = None,
) -> Iterator[Stand]:
    """Yield how each pool stands, in the configured order.

    With a `store` the threads of the first in line are read, to know which requests end soon.
    """
    loads = loads_now(board, configuration, configuration.pools, now)
    budget_ends = _next_day(zone_of(configuration.reports.zone), company_day(configuration, now))
    for pool in configuration.pools:
        load = loads.get(pool.id, PoolLoad())
        told = _closed(pool, load, now)
        if told is None and load.over_budget:
            told = ("over_budget", OVER_BUDGET, budget_ends)
        state, why, until = told or _busy(pool, load, log, now)
        waiting = waitlist.waiting(pool.id)
        first = waitlist.first(pool.id, limit=FIRST_IN_LINE) if waiting else []
        yield Stand(
            pool_id=pool.id,
            state=state,
            why=why,
            until=until,
            seats=limit_now(pool, load, now),
            taken=load.taken,
            free=room_now(pool, load, now),
            used_today=load.used_today,
            daily_limit=pool.daily_limit,
            waiting=waiting,
            waits_since=min((each.since for each in first), default=None),
            newcomer=_newcomer(pool, load, waiting, now),
            ending=_ending(store, first, now) if store else 0,
            line=tuple(first[:SHOWN]),
            drill=pool.drill,
        )


def _ending(store: ConversationStore, first: Sequence[Waiting], now: int) -> int:
    """Return how many of the first in line have a kept request that ends soon.

    A place tells only until when it is leased. So the end is read from the thread.
    """
    kept = {each.thread_id for each in first if each.until}
    found = store.threads(sorted(kept)).values() if kept else ()
    cases = (each.conversation for each in found)
    return sum(
        each is not None
        and each.is_kept
        and each.handoff is not None
        and each.handoff.kept_until < now + ENDS_SOON_MS
        for each in cases
    )


def _newcomer(pool: PoolSettings, load: PoolLoad, waiting: int, now: int) -> Interval | None:
    """Return how long somebody who came now would wait for a seat, if it is known."""
    limit = limit_now(pool, load, now)
    if limit is None or limit - load.taken > waiting:
        return None
    desk = Desk(
        ahead=waiting,
        free=limit - load.taken,
        at_once=limit,
        pace=load.pace.counted(load.handled, load.handled_seconds),
        handle_seconds=pool.handle_minutes * 60 if pool.handle_minutes else None,
    )
    return estimated([desk])


_Told = tuple[State, str, int | None]


def _closed(pool: PoolSettings, load: PoolLoad, now: int) -> _Told | None:
    """Return why the pool is offered nothing, in the order in which routing asks."""
    if load.disabled is not None:
        return "disabled", load.disabled, None
    if pool.paused:
        return "paused", "an operator paused it", None
    if pool.draining:
        return "draining", "an operator drains it", None
    if pool.hours is not None and not is_open(pool.hours, now):
        return "closed", "outside its hours", opens_at(pool.hours, now)
    if pool.daily_limit is not None and load.used_today >= pool.daily_limit:
        return (
            "over_its_cap",
            f"{load.used_today} of {pool.daily_limit} today",
            _tomorrow(pool, now),
        )
    return None


def _busy(pool: PoolSettings, load: PoolLoad, log: DeliveryLog, now: int) -> _Told:
    """Return whether an open pool can be offered anything."""
    rests_until = _rests_until(pool, log, now)
    if rests_until is not None:
        return "resting", "its endpoint failed too often", rests_until
    if room_now(pool, load, now) == 0:
        limit = limit_now(pool, load, now)
        taken = f"{load.taken} of {limit} seats are taken"
        return "full", taken if limit else "nobody is there now", None
    return "open", "", None


def _rests_until(pool: PoolSettings, log: DeliveryLog, now: int) -> int | None:
    """Return until when the endpoint rests at most, by the newest attempt on the pool's log."""
    since = now - 2 * OPEN_SECONDS * 1000
    query = DeliveryQuery(target=f"pool:{pool.id}", since=since, until=now + 1, limit=LOOKED_AT)
    attempts = [attempt for each in log.list(query) for attempt in each.attempts]
    last = max(attempts, key=lambda each: each.at, default=None)
    if last is None or last.outcome != RESTS:
        return None
    until = last.at + OPEN_SECONDS * 1000
    return until if until > now else None


def _tomorrow(pool: PoolSettings, now: int) -> int:
    """Return when the day of the pool's cap ends."""
    return _next_day(zone_of(pool.hours.zone) if pool.hours else UTC, cap_day(pool, now))


def _next_day(zone: tzinfo, day: str) -> int:
    """Return when the day after this one begins in the zone."""
    following = date.fromisoformat(day) + timedelta(days=1)
    return round(datetime.combine(following, time(), tzinfo=zone).timestamp()) * 1000
