"""The customers who are expected on a day, and the people on shift, stand here by intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.domain.forecast.live import live_factor
from surgeline.domain.surge.facts import Ahead

STEP_MINUTES: Final = 5
STEP_MS: Final = STEP_MINUTES * 60_000
RECENT_STEPS: Final = 3
"""Without a forecast the rate of so many steps counts."""
UNSETTLED_MS: Final = 300_000
"""Who wrote so recently may still ask for a person."""
LEVEL_VARIES: Final = 0.04
"""A forecast may be 20 % wrong, and to bring too few costs more than too many."""
LEVEL_MAY_BE_LOW: Final = 0.09
LOW_HASTE: Final = 4.0
"""A forecast that turns out too low is given up sooner than one that is too high."""

OWN: Final = "its own history"


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The customers of a past day who asked for a person, by intervals from midnight."""

    minutes: int
    contacts: tuple[int, ...]
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Expected:
    """A forecast of a day: the customers who will ask for a person, by intervals from midnight.

    `minutes` is the length of an interval. `agents` are the people on shift in each one, where the
    plan says so. `by` is who made the forecast.
    """

    minutes: int
    contacts: tuple[float, ...]
    agents: tuple[float | None, ...] = ()
    by: str = ""
    schema: int = 1

    @property
    def is_own(self) -> bool:
        """Return whether the instance made the forecast by itself, from its own history."""
        return self.by == OWN

    def steps(self) -> list[float]:
        """Return the customers of each step of the day."""
        parts = self.minutes // STEP_MINUTES
        return [contacts / parts for contacts in self.contacts for _ in range(parts)]

    def agents_at(self, step: int) -> float | None:
        """Return the people on shift in a step, or None where no plan says so."""
        number = step * STEP_MINUTES // self.minutes
        return self.agents[number] if number < len(self.agents) else None


@dataclass(frozen=True, slots=True)
class Planned:
    """The people on shift by the plans of a day of `length` steps, and of the day after it."""

    length: int
    today: Expected | None = None
    after: Expected | None = None

    def agents_at(self, step: int) -> float | None:
        """Return the people on shift in a step from the day's midnight, or None without a plan."""
        if step < self.length:
            return self.today.agents_at(step) if self.today else None
        return self.after.agents_at(step - self.length) if self.after else None


def over_midnight(steps: list[float], length: int, after: Expected | None) -> list[float]:
    """Return the customers of the steps of a day and of the day after it, if that is forecast."""
    if after is None:
        return steps
    whole = [*steps, *[0.0] * (length - len(steps))]
    return [*whole[:length], *after.steps()]


def settled(counted: Mapping[int, int], since_midnight: int) -> list[float]:
    """Return the counts of the steps that are over, and of whose customers all is known."""
    over = max(0, (since_midnight - UNSETTLED_MS) // STEP_MS)
    return [float(counted.get(step, 0)) for step in range(over)]


def factor_of(steps: Sequence[float], came: Sequence[float]) -> float:
    """Return the live factor of a forecast whose level is not sure.

    People have to be asked for early in a peak, so a forecast that is too low is told early.
    """
    usual = live_factor(steps, came, LEVEL_VARIES)
    return max(usual, live_factor(steps, came, LEVEL_MAY_BE_LOW, LOW_HASTE))


def ahead_of_forecast(
    steps: Sequence[float],
    on_shift: Sequence[float],
    day_began: int,
    first: int,
    length: int,
) -> tuple[Ahead, ...]:
    """Return the intervals to come, from the step `first` on. `on_shift` begins with that step.

    The day has so many steps (`length`), and what is behind them is the next day's.
    """
    return tuple(
        Ahead(
            day_began + number * STEP_MS,
            steps[number] / (STEP_MINUTES * 60),
            people,
            next_day=number >= length,
        )
        for number, people in zip(range(first, len(steps)), on_shift, strict=False)
    )


def ahead_of_rate(
    came: Sequence[float], on_shift: Sequence[float], day_began: int, first: int
) -> tuple[Ahead, ...]:
    """Return the intervals to come if it goes on as in the last minutes."""
    recent = came[-RECENT_STEPS:]
    rate = sum(recent) / (len(recent) * STEP_MINUTES * 60) if recent else 0.0
    return tuple(
        Ahead(day_began + (first + number) * STEP_MS, rate, people)
        for number, people in enumerate(on_shift)
    )
