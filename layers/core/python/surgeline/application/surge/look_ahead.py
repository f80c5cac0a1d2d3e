"""The next hours are laid out here: who is expected, who is needed, who is there, and who lacks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from surgeline.application.configuration import Configuration
from surgeline.application.surge.absences import standing
from surgeline.application.surge.observe import Observe
from surgeline.application.surge.surge_books import NOW, SurgeBooks
from surgeline.domain.staffing.need import Goal
from surgeline.domain.surge.absence import Absence, absent_at
from surgeline.domain.surge.advise import agents_for
from surgeline.domain.surge.expected import STEP_MS
from surgeline.domain.surge.facts import Ahead
from surgeline.domain.surge.policy import SurgePolicy
from surgeline.domain.surge.state import State

HOURS: Final = 6
MINUTES: Final = 30
_MS: Final = MINUTES * 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A half hour to come. `on_shift` is without those who are `absent`.

    So many `could_come` beside them, by their own word.
    """

    at: int
    contacts: float
    needed: int
    on_shift: float
    absent: int
    could_come: int = 0

    @property
    def missing(self) -> float:
        """Return how many people more the promise needs."""
        return max(0.0, self.needed - self.on_shift)


@dataclass(frozen=True, slots=True)
class LookedAhead:
    """The intervals to come of today, and the absences that stand."""

    intervals: tuple[Interval, ...]
    absences: tuple[Absence, ...]
    is_forecast: bool
    live_factor: float


Free = Callable[[Configuration, Sequence[tuple[int, int]], int], Sequence[Sequence[str]]]
"""Returns who could come in each span, such as on_call.could_come.CouldCome does."""


def look_ahead(
    observe: Observe, books: SurgeBooks, configuration: Configuration, now: int, free: Free
) -> LookedAhead:
    """Return the next hours, by the controller's own view and the policy's promise."""
    kept = books.memory.read(NOW)
    state = kept.document if kept else State()
    counted: Mapping[int, int] = state.counted
    seen = observe(configuration, now, state.day, counted, reach_seconds=HOURS * 3_600)
    absences = tuple(standing(books.absences, now))
    policy, factor = configuration.surge, max(0.0, seen.live_factor)
    until = now + HOURS * 3_600_000
    intervals = tuple(
        _interval(list(steps), policy, factor, absences)
        for _, steps in groupby(
            (each for each in seen.ahead if each.at < until), key=lambda each: each.at // _MS
        )
    )
    spans = [(each.at, each.at - each.at % _MS + _MS) for each in intervals]
    come = free(configuration, spans, now)
    intervals = tuple(
        replace(each, could_come=len(people)) for each, people in zip(intervals, come, strict=True)
    )
    return LookedAhead(intervals, absences, seen.is_forecast, factor)


def _interval(
    steps: list[Ahead], policy: SurgePolicy, factor: float, absences: tuple[Absence, ...]
) -> Interval:
    """Return what the busiest step of an interval needs, and who is there at the least."""
    goal = Goal(
        target=policy.target, within_seconds=float(policy.within_seconds), minimum=policy.minimum
    )
    rate = max(each.rate(factor) for each in steps)
    return Interval(
        at=steps[0].at,
        contacts=sum(each.rate(factor) for each in steps) * STEP_MS / 1000,
        needed=agents_for(rate, policy.handle_seconds, policy.patience_seconds, goal),
        on_shift=min(each.on_shift for each in steps),
        absent=max(absent_at(absences, each.at) for each in steps),
    )
