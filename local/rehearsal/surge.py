"""The surge of a rehearsal is led by the controller of production, which looks each minute.

The day gives it a policy, and a forecast that may be wrong. Its record says what it did.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.surge.surge_books import surge_books
from surgeline.domain.surge.expected import STEP_MINUTES, Expected
from surgeline.domain.surge.policy import busiest

from local.rehearsal.day import MINUTES_A_DAY, Day, People, minutes
from local.rehearsal.stage import Stage
from local.rehearsal.team import Team

_STEPS: Final = MINUTES_A_DAY // STEP_MINUTES
_MOST_DECISIONS: Final = 2 * MINUTES_A_DAY


@dataclass(frozen=True, slots=True)
class Followed:
    """An act that was carried out: when, at which pool, how many people in all, and why."""

    at: str
    pool: str
    people: int
    change: int
    why: str


class Controlled:
    """The controller's day: its forecast before, and its record after."""

    def __init__(self, stage: Stage, day: Day, teams: Mapping[str, Team]) -> None:
        self._stage = stage
        self._day = day
        self._teams = teams
        self._books = surge_books(stage.home.backend.ledger(), encode, decode)

    def begin(self) -> None:
        """Let the teams follow the controller, and give it the forecast of the day."""
        surge = self._day.surge
        if surge is None:
            return
        for pool in self._day.pools:
            if pool.growth is not None:
                self._teams[pool.id].is_led = surge.mode == "act"
        steps = [_on_shift(self._day, step * STEP_MINUTES) for step in range(_STEPS)]
        forecast = Expected(
            minutes=STEP_MINUTES,
            contacts=tuple(expected_of(self._day, surge.forecast_share)),
            agents=tuple(steps),
            by="the day",
        )
        self._books.forecasts.replace(self._day.date, forecast, now=self._stage.midnight)

    def followed(self) -> tuple[Followed, ...]:
        """Return the acts that were carried out."""
        found = []
        for page in self._books.decisions.find(limit=_MOST_DECISIONS):
            decision = page.document
            if decision.did == "acted":
                at = datetime.fromtimestamp(decision.at / 1000, UTC).strftime("%H:%M")
                found += [
                    Followed(at, act.pool, act.people, act.change, f"{act.why}; {decision.why[0]}")
                    for act in decision.acts
                ]
        return tuple(found)


def turns_an_hour(followed: tuple[Followed, ...]) -> int:
    """Return the most changes of direction at one pool within an hour."""
    turns: Counter[tuple[str, str]] = Counter()
    last: dict[str, bool] = {}
    for each in followed:
        is_more = each.change > 0
        turns[each.pool, each.at[:2]] += last.get(each.pool, is_more) != is_more
        last[each.pool] = is_more
    return max(turns.values(), default=0)


def policy_of(day: Day) -> dict[str, Any] | None:
    """Return the part of the configuration that leads the day, or None without a surge."""
    surge = day.surge
    growing = [pool for pool in day.pools if pool.growth is not None]
    if surge is None or not growing:
        return None
    return {
        "mode": surge.mode,
        "pools": [_led(pool) for pool in growing],
        "target": min(0.99, max(0.01, day.promise.target)),
        "within_seconds": round(day.promise.within_seconds),
        "handle_seconds": list(_model(day).handle_seconds),
        "patience_seconds": max(1.0, day.customers.patience_seconds),
        "minimum": surge.minimum,
        "spend_cap": surge.spend_cap_usd,
        "clear_seconds": max(10, round(surge.clear_seconds)),
        "hold_seconds": max(60, round(surge.hold_seconds)),
        "calm_seconds": round(surge.calm_seconds),
    }


def expected_of(day: Day, share: float) -> list[float]:
    """Return the customers who will ask for a person in each step, as a forecast has them."""
    found = [0.0] * _STEPS
    for span in day.arrivals:
        begin, end = minutes(span.begin), minutes(span.end)
        each = span.contacts * day.customers.asks_for_person * share / (end - begin)
        for minute in range(begin, end):
            found[minute // STEP_MINUTES] += each
    return found


def _led(pool: People) -> dict[str, Any]:
    assert pool.growth is not None
    return {
        "pool": pool.id,
        "start_up_seconds": round(pool.growth.start_up_seconds),
        "minimum_seconds": round(pool.growth.minimum_seconds),
        "handle_seconds": list(pool.handle_seconds),
    }


def _model(day: Day) -> People:
    """Return the pool whose people are the measure of all others."""
    shifts = [pool for pool in day.pools if pool.shifts]
    return (shifts or [pool for pool in day.pools if pool.growth is not None])[0]


def _on_shift(day: Day, minute: int) -> float:
    model = busiest(_model(day).handle_seconds)
    return sum(
        pool.on_shift(minute) * model / busiest(pool.handle_seconds)
        for pool in day.pools
        if pool.shifts
    )
