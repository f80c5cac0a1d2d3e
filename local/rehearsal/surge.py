"""The surge of a rehearsal follows the advice of each minute, as a lead would who is always there.

The advice is made from the forecast, which may be wrong, and from what was seen so far.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from surgeline.domain.forecast.live import live_factor
from surgeline.domain.staffing.need import Goal
from surgeline.domain.surge.advise import Advice, advise
from surgeline.domain.surge.facts import Ahead, Facts, Memory, Source

from local.rehearsal.customers import Customers
from local.rehearsal.day import MINUTES_A_DAY, Day, People, Surge, minutes
from local.rehearsal.stage import Stage
from local.rehearsal.team import Team

STEP_MINUTES: Final = 5
_LEVEL_VARIES: Final = 0.04
"""A forecast may be 20 % wrong, and to bring too few costs more than too many."""
_STEPS: Final = MINUTES_A_DAY // STEP_MINUTES


@dataclass(frozen=True, slots=True)
class Followed:
    """An act that was carried out: when, at which pool, how many people in all, and why."""

    at: str
    pool: str
    people: int
    change: int
    why: str


class Controller:
    """Asks for advice each minute, and follows it."""

    def __init__(
        self, stage: Stage, day: Day, surge: Surge, customers: Customers, teams: Mapping[str, Team]
    ) -> None:
        self._stage = stage
        self._day = day
        self._surge = surge
        self._customers = customers
        self._teams = teams
        self._growing = [pool for pool in day.pools if pool.growth is not None]
        self._shifts = [pool for pool in day.pools if pool.shifts]
        self._model = (self._shifts or self._growing)[0]
        self._expected = expected_of(day, surge.forecast_share)
        self._memory = Memory()
        self.followed: list[Followed] = []

    def begin(self) -> None:
        """Put the day's advice on the agenda."""
        for pool in self._growing:
            self._teams[pool.id].is_led = True
        self._stage.home.agenda.every(60, self._follow, first_at=self._stage.midnight)

    @property
    def turns(self) -> int:
        """Return the most changes of direction at one pool within an hour."""
        turns: Counter[tuple[str, str]] = Counter()
        last: dict[str, bool] = {}
        for each in self.followed:
            is_more = each.change > 0
            turns[each.pool, each.at[:2]] += last.get(each.pool, is_more) != is_more
            last[each.pool] = is_more
        return max(turns.values(), default=0)

    def _follow(self) -> None:
        if self._stage.minute >= MINUTES_A_DAY:
            return
        found: Advice = advise(self._facts())
        self._memory = found.memory
        minute = int(self._stage.minute)
        for act in found.acts:
            self._teams[act.pool].bring(act.people)
            at = f"{minute // 60:02}:{minute % 60:02}"
            why = f"{act.why}; {found.why[0]}"
            self.followed.append(Followed(at, act.pool, act.people, act.change, why))

    def _facts(self) -> Facts:
        minute = self._stage.minute
        number = int(minute // STEP_MINUTES)
        came = self._customers.asked_by(STEP_MINUTES)
        seen = [float(came[step]) for step in range(number)]
        growing = [self._teams[pool.id] for pool in self._growing]
        return Facts(
            now=self._stage.now,
            ahead=tuple(self._ahead(step) for step in range(number, _STEPS)),
            live_factor=live_factor(self._expected, seen, _LEVEL_VARIES),
            backlog=len(self._customers.waiting),
            handle_seconds=self._model.handle_seconds,
            patience_seconds=self._day.customers.patience_seconds,
            goal=Goal(
                target=min(0.99, max(0.01, self._day.promise.target)),
                within_seconds=self._day.promise.within_seconds,
                minimum=self._surge.minimum,
            ),
            sources=tuple(map(self._source, self._growing)),
            spent=sum(team.spent for team in growing),
            spend_cap=self._surge.spend_cap_usd,
            clear_seconds=self._surge.clear_seconds,
            hold_seconds=self._surge.hold_seconds,
            memory=self._memory,
        )

    def _ahead(self, step: int) -> Ahead:
        begin = step * STEP_MINUTES
        there = sum(pool.on_shift(begin) * self._worth(pool) for pool in self._shifts)
        return Ahead(begin * 60_000, self._expected[step] / (STEP_MINUTES * 60), there)

    def _source(self, pool: People) -> Source:
        assert pool.growth is not None
        team = self._teams[pool.id]
        return Source(
            id=pool.id,
            here=team.brought,
            maximum=pool.growth.maximum,
            cost_per_hour=pool.cost_per_hour,
            start_up_seconds=pool.growth.start_up_seconds,
            minimum_seconds=pool.growth.minimum_seconds,
            worth=self._worth(pool),
            is_out=team.is_out,
        )

    def _worth(self, pool: People) -> float:
        """Return how many people of the model pool do the work of one of this pool."""
        return _busiest(self._model) / _busiest(pool)


def _busiest(pool: People) -> float:
    return pool.handle_seconds[-1] / len(pool.handle_seconds)


def expected_of(day: Day, share: float) -> list[float]:
    """Return the customers who will ask for a person in each step, as a forecast has them."""
    found = [0.0] * _STEPS
    for span in day.arrivals:
        begin, end = minutes(span.begin), minutes(span.end)
        each = span.contacts * day.customers.asks_for_person * share / (end - begin)
        for minute in range(begin, end):
            found[minute // STEP_MINUTES] += each
    return found
