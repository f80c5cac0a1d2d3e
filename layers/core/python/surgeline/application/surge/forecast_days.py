"""Today and tomorrow are forecast here from the instance's own past days, for the controller.

Each past day is counted once. A forecast that a person gave stays.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_report import read_report
from surgeline.application.surge.surge_books import SurgeBooks
from surgeline.domain.forecast.forecast import FEWEST_DAYS, Forecaster
from surgeline.domain.forecast.history import Observed, intervals_of, observed_days
from surgeline.domain.forecast.profile import WINDOW_DAYS
from surgeline.domain.hours import zone_of
from surgeline.domain.surge.expected import OWN, DayCounts, Expected
from surgeline.domain.texts import Words
from surgeline.reports.days import Span, date_at, day_of

AT_ONCE: Final = 7
"""So many past days are counted at a run, the newest first."""
COUNTED: Final = "handed_off"
MINUTES: Final = 30
"""The length of an interval of the forecast, which is that of the daily report."""


class ForecastDays:
    """The use case. An instance whose controller leads no pool counts nothing."""

    def __init__(
        self,
        *,
        shelf: ConfigurationShelf,
        store: ConversationStore,
        outcomes: Outcomes,
        books: SurgeBooks,
        clock: Clock,
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._outcomes = outcomes
        self._books = books
        self._clock = clock

    def __call__(self) -> Iterator[str]:
        """Yield the days that were forecast anew."""
        configuration = self._shelf.current()
        if configuration.surge.leads_nobody:
            return
        now = self._clock.now()
        zone = zone_of(configuration.reports.zone)
        today = date_at(now, zone)
        is_new = self._count(configuration, today, zone, now)
        history = self._history(today, zone)
        if not history or (history[-1].date - history[0].date).days + 1 < FEWEST_DAYS:
            return
        for which in (today, today + timedelta(days=1)):
            name = which.isoformat()
            known = self._books.forecasts.read(name)
            if known is None or (known.document.is_own and is_new):
                self._books.forecasts.replace(name, _expected(history, which, zone), now=now)
                yield name

    def _count(self, configuration: Configuration, today: date, zone: ZoneInfo, now: int) -> bool:
        """Count past days that nobody counted yet, and return whether there was any."""
        first = today - timedelta(days=WINDOW_DAYS)
        kept = {
            page.id
            for page in self._books.counts.all(first=first.isoformat(), last=today.isoformat())
        }
        past = (today - timedelta(days=back) for back in range(1, WINDOW_DAYS + 1))
        missing = [day for day in past if day.isoformat() not in kept][:AT_ONCE]
        for day in missing:
            found = read_report(
                "daily",
                Span((day_of(day, zone),)),
                configuration=configuration,
                store=self._store,
                outcomes=self._outcomes,
                at=now,
                words=Words(),
            )
            counts = tuple(int(each[COUNTED]) for each in found["intervals"])
            minutes = int(found["interval_minutes"])
            self._books.counts.replace(day.isoformat(), DayCounts(minutes, counts), now=now)
        return bool(missing)

    def _history(self, today: date, zone: ZoneInfo) -> list[Observed]:
        """Return the counted days. Those before the first customer are left out."""
        first = today - timedelta(days=WINDOW_DAYS)
        counts: dict[datetime, float] = {}
        for page in self._books.counts.all(first=first.isoformat(), last=today.isoformat()):
            if not counts and not any(page.document.contacts):
                continue
            day = date.fromisoformat(page.id)
            begins = (at for at, _ in intervals_of(day, zone, page.document.minutes))
            counts |= dict(zip(begins, map(float, page.document.contacts), strict=False))
        return observed_days(counts, zone, MINUTES)


def _expected(history: list[Observed], which: date, zone: ZoneInfo) -> Expected:
    slots = [slot for _, slot in intervals_of(which, zone, MINUTES)]
    found = Forecaster(history).forecast(which, slots)
    return Expected(minutes=MINUTES, contacts=found.contacts, by=OWN)
