"""The controller's view of an instance is put together here: who waits, who is there, what comes.

Each look reads a bounded number of records, whatever the size of the queue.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from typing import Final, Protocol

from surgeline.application.books import Book
from surgeline.application.configuration import CONSOLE, Configuration, PoolSettings
from surgeline.application.drills import really_waiting, without_drills
from surgeline.application.pools.seats import bounded_seats, loads_now, seats_now
from surgeline.application.ports.board import PoolBoard, PoolLoad
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import DeliveryLog, DeliveryQuery
from surgeline.application.ports.desk import Desk
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.waitlist import Waitlist
from surgeline.application.reports.pool_stands import stands
from surgeline.application.reports.read_cases import cases_of
from surgeline.application.surge.absences import standing
from surgeline.domain.hours import is_open, zone_of
from surgeline.domain.on_call.call import Coming
from surgeline.domain.surge.absence import Absence, absent_at
from surgeline.domain.surge.expected import (
    STEP_MS,
    Expected,
    Planned,
    ahead_of_forecast,
    ahead_of_rate,
    factor_of,
    over_midnight,
    settled,
)
from surgeline.domain.surge.facts import Source
from surgeline.domain.surge.policy import Led, SurgePolicy, busiest
from surgeline.domain.surge.state import Observed
from surgeline.reports.days import date_at, day_of

RECOUNTED_STEPS: Final = 3
PAGE: Final = 500
PAGES: Final = 4
"""So many pages of the newest conversations are counted at a look."""
UNHEARD_MS: Final = 600_000
"""A pool that did not take its last request within this time is passed over for the next one."""
UNHEARD_TRIES: Final = 2
_CAN_BE_ASKED: Final = frozenset({"open", "full"})


class Callers(Protocol):
    """People who are called one by one, such as those on call."""

    def sources(self, configuration: Configuration, now: int) -> Mapping[str, tuple[Source, int]]:
        """Return the rotas that the controller may call, and how many it called of each."""

    def coming(self, now: int) -> Sequence[Coming]:
        """Return who said to others that they come later."""

    def ask(
        self, configuration: Configuration, source_id: str, people: int, *, why: str, now: int
    ) -> None:
        """Call so many people of a rota in all, or (0) nobody any more."""


class NobodyOnCall:
    """Callers of an instance without rotas."""

    def sources(self, configuration: Configuration, now: int) -> Mapping[str, tuple[Source, int]]:
        """Return nothing."""
        del configuration, now
        return {}

    def coming(self, now: int) -> Sequence[Coming]:
        """Return nobody."""
        del now
        return ()

    def ask(
        self, configuration: Configuration, source_id: str, people: int, *, why: str, now: int
    ) -> None:
        """Do nothing."""


class Observe:
    """Looks at an instance through its ports."""

    def __init__(
        self,
        *,
        board: PoolBoard,
        waitlist: Waitlist,
        log: DeliveryLog,
        desk: Desk,
        store: ConversationStore,
        outcomes: Outcomes,
        forecasts: Book[Expected],
        callers: Callers | None = None,
        absences: Book[Absence] | None = None,
    ) -> None:
        self._board = board
        self._waitlist = waitlist
        self._log = log
        self._desk = desk
        self._store = store
        self._outcomes = outcomes
        self._forecasts = forecasts
        self.callers = callers or NobodyOnCall()
        self._absences = absences

    def __call__(
        self,
        configuration: Configuration,
        now: int,
        day: str,
        counted: Mapping[int, int],
        *,
        reach_seconds: float = 0.0,
    ) -> Observed:
        """Return what there is to see. `counted` are the counts of `day` from the looks before.

        It looks as far ahead as the slowest pool takes to start, or for `reach_seconds`.
        """
        backlog = really_waiting(configuration, self._waitlist)
        configuration = without_drills(configuration)
        zone = zone_of(configuration.reports.zone)
        day_now = day_of(date_at(now, zone), zone)
        today, began, ends = day_now.date, day_now.start, day_now.end
        is_same = today.isoformat() == day
        counts = self._recounted(dict(counted) if is_same else {}, began, now)
        loads = loads_now(self._board, configuration, configuration.pools, now)
        policy = configuration.surge
        rotas = self.callers.sources(configuration, now)
        seconds = [float(each.start_up_seconds) for each in policy.pools]
        seconds += [source.start_up_seconds for source, _ in rotas.values()]
        first = (now - began) // STEP_MS
        last = first + ceil(max([*seconds, reach_seconds]) * 1000 / STEP_MS) + 2
        forecast, after = self._forecast(today), None
        length = (ends - began) // STEP_MS
        if forecast is not None and last > length:
            after = self._forecast(today + timedelta(days=1))
            last = last if after else length
        shift = self._on_shift(
            configuration,
            loads,
            Planned(length, forecast, after),
            began=began,
            now=now,
            steps=range(first, last),
            called=sum(source.here for source, _ in rotas.values()),
        )
        came = settled(counts, now - began)
        if forecast is None:
            ahead, factor = ahead_of_rate(came, shift, began, first), 1.0
        else:
            expected = forecast.steps()
            whole = over_midnight(expected, length, after)
            ahead = ahead_of_forecast(whole, shift, began, first, length)
            factor = factor_of(expected, came[: len(expected)])
        led = [(each, pool) for each in policy.pools if (pool := _pool(configuration, each.pool))]
        out = self._out(configuration, [pool for _, pool in led], now)
        return Observed(
            now=now,
            day=today.isoformat(),
            day_began=began,
            ahead=ahead,
            live_factor=factor,
            backlog=backlog,
            sources=tuple(
                _source(policy, each, pool, loads[pool.id], now=now, is_out=pool.id in out)
                for each, pool in led
            )
            + tuple(source for source, _ in rotas.values()),
            wanted={pool.id: people_of(pool, loads[pool.id].wanted_seats) for _, pool in led}
            | {name: people for name, (_, people) in rotas.items()},
            billed={
                pool.id: pool.cost_per_conversation * loads[pool.id].used_today
                for _, pool in led
                if pool.cost_per_conversation is not None
            },
            counted=counts,
            is_forecast=forecast is not None,
        )

    def _forecast(self, day: date) -> Expected | None:
        found = self._forecasts.read(day.isoformat())
        return found.document if found else None

    def _recounted(self, counts: dict[int, int], began: int, now: int) -> dict[int, int]:
        """Count the customers of the last steps anew, because some ask for a person later."""
        last = (now - began) // STEP_MS
        since = max(0, last - RECOUNTED_STEPS + 1)
        found: Counter[int] = Counter()
        after = None
        for _ in range(PAGES):
            page = self._outcomes.find(
                began + since * STEP_MS, now + 1, after=after, limit=PAGE, newest_first=True
            )
            for _, case in cases_of(self._store, page):
                found[(case.opened_at - began) // STEP_MS] += case.is_handed_off
            after = page[-1].place if len(page) == PAGE else None
            if after is None:
                break
        kept = {step: number for step, number in counts.items() if step < since and number}
        return kept | {step: number for step, number in sorted(found.items()) if number}

    def _on_shift(
        self,
        configuration: Configuration,
        loads: Mapping[str, PoolLoad],
        plan: Planned,
        *,
        began: int,
        now: int,
        steps: range,
        called: int,
    ) -> list[float]:
        """Return the people beside those of the controller, now and in the steps to come.

        Who is there now is counted. For later steps the plan of the forecast counts, or who is
        there now in the pools that are open then. Of those there, `called` are the controller's.
        Who is absent is in a plan, and is not among those who are there already.
        """
        own = [
            (pool, self._people(pool, loads[pool.id], now))
            for pool in configuration.pools
            if not (pool.paused or pool.draining or loads[pool.id].disabled is not None)
        ]
        coming = self.callers.coming(now)
        absences = standing(self._absences, now) if self._absences else []
        absent_now = absent_at(absences, now)
        found = []
        for step in steps:
            at = max(now, began + step * STEP_MS)
            planned = plan.agents_at(step) if step != steps[0] else None
            there = sum(people for pool, people in own if _is_open(pool, at))
            later = sum(each.at <= at < each.until for each in coming)
            absent = absent_at(absences, at)
            here = max(0.0, there - called - max(0, absent - absent_now))
            found.append((here if planned is None else max(0.0, planned - absent)) + later)
        return found

    def _people(self, pool: PoolSettings, load: PoolLoad, now: int) -> float:
        if pool.elastic:
            return float(pool.minimum_seats)
        if pool.reached_by == CONSOLE:
            sitting = self._desk.sitting(pool.id, now=now)
            return float(sum(each.state == "here" for each in sitting))
        return float(seats_now(pool, load, now) or 0)

    def _out(
        self, configuration: Configuration, led: Sequence[PoolSettings], now: int
    ) -> frozenset[str]:
        """Return the pools that can't be asked now."""
        only = replace(configuration, pools=tuple(led))
        found = stands(only, self._board, self._waitlist, self._log, now=now) if led else ()
        out = {each.pool_id for each in found if each.state not in _CAN_BE_ASKED}
        return frozenset(out | {pool.id for pool in led if self._is_unheard(pool.id, now)})

    def _is_unheard(self, pool_id: str, now: int) -> bool:
        """Return whether the pool's last request failed twice, and was not taken since."""
        query = DeliveryQuery(target=f"pool:{pool_id}", since=now - UNHEARD_MS, until=now + 1)
        asked = [each for each in self._log.list(query) if each.event == "capacity.requested"]
        last = asked[0] if asked else None
        return (
            last is not None
            and last.end != "delivered"
            and (last.end is not None or len(last.attempts) >= UNHEARD_TRIES)
        )


def people_of(pool: PoolSettings, seats: int) -> int:
    """Return how many people come from outside if the pool is asked for so many seats."""
    return max(0, seats - pool.minimum_seats)


def seats_of(pool: PoolSettings, people: int) -> int:
    """Return the seats that the pool is asked for where so many people shall come, or 0."""
    return bounded_seats(pool, pool.minimum_seats + people) if people else 0


def _pool(configuration: Configuration, pool_id: str) -> PoolSettings | None:
    return next((each for each in configuration.pools if each.id == pool_id), None)


def _source(
    policy: SurgePolicy,
    led: Led,
    pool: PoolSettings,
    load: PoolLoad,
    *,
    now: int,
    is_out: bool,
) -> Source:
    most = people_of(pool, pool.maximum_seats or 0)
    return Source(
        id=pool.id,
        here=people_of(pool, seats_now(pool, load, now) or 0),
        maximum=most if led.most is None else min(most, led.most),
        cost_per_hour=_hourly(policy, led, pool),
        start_up_seconds=led.start_up_seconds,
        minimum_seconds=led.minimum_seconds,
        worth=policy.worth(led),
        is_out=is_out,
    )


def _hourly(policy: SurgePolicy, led: Led, pool: PoolSettings) -> float:
    """Return what an hour of one person costs. A pool paid by the conversation counts as busy."""
    if pool.cost_per_hour is not None:
        return pool.cost_per_hour
    each = busiest(led.handle_seconds or policy.handle_seconds)
    return (pool.cost_per_conversation or 0.0) * 3600 / each


def _is_open(pool: PoolSettings, at: int) -> bool:
    return pool.hours is None or is_open(pool.hours, at)
