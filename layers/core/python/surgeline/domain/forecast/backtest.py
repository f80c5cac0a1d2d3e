"""A back-test is made here: each day is forecast from the days before it, and compared."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from surgeline.domain.forecast.band import band, error_of_chance
from surgeline.domain.forecast.calendar import Calendar
from surgeline.domain.forecast.forecast import Forecast, Forecaster
from surgeline.domain.forecast.history import Observed
from surgeline.domain.forecast.live import live_factor


@dataclass(frozen=True, slots=True)
class Rest:
    """The error of the rest of the day from a slot on, before and after the live forecast."""

    slot: int
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The errors of next-day forecasts, as shares of all contacts.

    `floor` is the error of somebody who knows every rate. `naive` is that of taking last week's
    counts, over the intervals that have them. `band_coverage` is the share of counts in the band.
    """

    days: int
    contacts: float
    wape: float
    wape_of_days: float
    floor: float
    naive: float | None
    band_coverage: float
    live: tuple[Rest, ...]


def backtest(days: Sequence[Observed], calendar: Calendar | None = None) -> Backtest:
    """Forecast each day of a history from those before it. Raises ValueError."""
    maker = Forecaster(days, calendar)
    known = {(day.date, cell.slot): cell.contacts for day in days for cell in day.cells}
    sums = _Sums()
    for day, made in maker.scored():
        sums.add(day, made, known)
    if not sums.contacts:
        raise ValueError("the history has no contacts after its first two weeks to compare with")
    return sums.result()


@dataclass(slots=True)
class _Sums:
    days: int = 0
    contacts: float = 0.0
    errors: float = 0.0
    day_errors: float = 0.0
    floors: float = 0.0
    inside: int = 0
    intervals: int = 0
    naive_errors: float = 0.0
    naive_contacts: float = 0.0
    rests: dict[int, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0] * 3))

    def add(self, day: Observed, made: Forecast, known: dict[tuple[date, int], float]) -> None:
        came = [cell.contacts for cell in day.cells]
        self.days += 1
        self.contacts += sum(came)
        self.day_errors += abs(sum(made.contacts) - sum(came))
        for cell, mean in zip(day.cells, made.contacts, strict=True):
            self.errors += abs(mean - cell.contacts)
            self.floors += error_of_chance(mean)
            low, high = band(mean, made.excess)
            self.inside += low <= cell.contacts <= high
            self.intervals += 1
            last_week = known.get((day.date - timedelta(days=7), cell.slot))
            if last_week is not None:
                self.naive_errors += abs(last_week - cell.contacts)
                self.naive_contacts += cell.contacts
        self._add_rests(day, made, came)

    def _add_rests(self, day: Observed, made: Forecast, came: Sequence[float]) -> None:
        for place in range(1, len(came)):
            factor = live_factor(made.contacts, came[:place])
            rest = self.rests[day.cells[place].slot]
            for mean, count in zip(made.contacts[place:], came[place:], strict=True):
                rest[0] += abs(mean - count)
                rest[1] += abs(factor * mean - count)
                rest[2] += count

    def result(self) -> Backtest:
        return Backtest(
            days=self.days,
            contacts=self.contacts,
            wape=self.errors / self.contacts,
            wape_of_days=self.day_errors / self.contacts,
            floor=self.floors / self.contacts,
            naive=self.naive_errors / self.naive_contacts if self.naive_contacts else None,
            band_coverage=self.inside / self.intervals,
            live=tuple(
                Rest(slot, before / came, after / came)
                for slot, (before, after, came) in sorted(self.rests.items())
                if came
            ),
        )
