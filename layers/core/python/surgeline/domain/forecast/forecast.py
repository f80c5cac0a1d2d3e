"""A forecast of a day is made here from the history before it, the calendar, and past errors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from surgeline.domain.forecast.band import FIRST_EXCESS, Pair, excess_of
from surgeline.domain.forecast.calendar import FIRST_GUESS, LONGEST_REST, Calendar, Kind, Special
from surgeline.domain.forecast.history import Observed, between
from surgeline.domain.forecast.profile import Profile, fit

FEWEST_DAYS: Final = 14
"""The days that a history has to span."""
LEARNT_DAYS: Final = 28
"""The excess is learnt from the errors of so many days."""
_FEWEST_ERRORS: Final = 3
_FIRST_WEEK: Final = 7
"""Forecasts from fewer days than that say nothing about the error of later ones."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The contacts of a date: one number for each slot that was asked for, and the excess."""

    date: date
    slots: tuple[int, ...]
    contacts: tuple[float, ...]
    excess: float
    special: Special | None = None
    factor: float = 1.0
    is_closed: bool = False


class Forecaster:
    """The forecasts of one history. Raises ValueError for a history that is too short."""

    def __init__(self, days: Sequence[Observed], calendar: Calendar | None = None) -> None:
        span = (days[-1].date - days[0].date).days + 1 if days else 0
        if span < FEWEST_DAYS:
            raise ValueError(
                f"the history spans {span} days, and a forecast needs at least {FEWEST_DAYS}"
            )
        self.days = list(days)
        self._calendar = calendar or Calendar()
        weekdays = {day.date.weekday() for day in days}
        self._special = {day.date: self._calendar.special(day.date, weekdays) for day in days}
        self._weekdays = weekdays
        self._usual = [day for day in days if self._special[day.date] is None]
        self._pairs: dict[date, list[Pair]] = {}

    def expected(self, which: date, slots: Sequence[int]) -> Forecast:
        """Return the forecast of a date from the days before it, without its excess."""
        special = self._calendar.special(which, self._weekdays)
        profile = fit(self._usual, which)
        usual = profile.expected(which, slots)
        factor = self._factor(special, which)
        return Forecast(
            date=which,
            slots=tuple(slots),
            contacts=tuple(factor * each for each in usual),
            excess=FIRST_EXCESS,
            special=special,
            factor=factor,
            is_closed=not any(usual) or (special is not None and special.kind == "closed"),
        )

    def forecast(self, which: date, slots: Sequence[int]) -> Forecast:
        """Return the forecast of a date, with the excess that its band needs."""
        found = self.expected(which, slots)
        return replace(found, excess=self._excess(which))

    def next_open(self) -> date:
        """Return the first open day after the history, or the next day if none is near."""
        after = [self.days[-1].date + timedelta(days=number + 1) for number in range(LONGEST_REST)]
        return next((each for each in after if self._is_open(each)), after[0])

    def scored(self) -> Iterator[tuple[Observed, Forecast]]:
        """Yield each day that has two weeks before it, with the forecast made of those before."""
        first = self.days[0].date + timedelta(days=FEWEST_DAYS)
        for day in self.days:
            if day.date >= first:
                yield day, self.forecast(day.date, [cell.slot for cell in day.cells])

    def _is_open(self, which: date) -> bool:
        special = self._calendar.special(which, self._weekdays)
        is_closed = special is not None and special.kind == "closed"
        return which.weekday() in self._weekdays and not is_closed

    def _factor(self, special: Special | None, which: date) -> float:
        if special is None:
            return 1.0
        if special.kind == "closed":
            return 0.0
        if special.multiplier is not None:
            return special.multiplier
        return self._learnt(special.kind, which)

    def _learnt(self, kind: Kind, before: date) -> float:
        """Return the mean factor of such days, with the first guess as one of them."""
        ratios = [FIRST_GUESS[kind]]
        for day in self.days:
            special = self._special[day.date]
            if day.date < before and special is not None and special.kind == kind:
                usual = sum(self._profile(day.date).expected(day.date, _slots(day)))
                if usual:
                    ratios.append(day.total / usual)
        return sum(ratios) / len(ratios)

    def _profile(self, before: date) -> Profile:
        return fit(self._usual, before)

    def _excess(self, before: date) -> float:
        """Return the excess that the errors of the last weeks show."""
        begins = self.days[0].date + timedelta(days=_FIRST_WEEK)
        start = max(before - timedelta(days=LEARNT_DAYS), begins)
        recent = between(self.days, start, before)
        if len(recent) < _FEWEST_ERRORS:
            return FIRST_EXCESS
        return excess_of([pair for day in recent for pair in self._errors(day)])

    def _errors(self, day: Observed) -> list[Pair]:
        if day.date not in self._pairs:
            made = self.expected(day.date, _slots(day))
            came = (cell.contacts for cell in day.cells)
            self._pairs[day.date] = list(zip(made.contacts, came, strict=True))
        return self._pairs[day.date]


def _slots(day: Observed) -> list[int]:
    return [cell.slot for cell in day.cells]
