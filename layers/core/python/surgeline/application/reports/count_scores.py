"""The pools' resolutions are counted here, a day at a time, for routing and for an alert.

A day is counted once, when the day after it is over too, because customers confirm later. Without a
step that prefers by resolutions, and without a survey, nothing is read.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Final

from surgeline.application.configuration import Configuration
from surgeline.application.pools.scores import PAGE, DayCounts, decoded, encoded
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.refusals import Changed
from surgeline.application.reports.read_cases import read_cases
from surgeline.reports.case import Case

DAYS: Final = 28
"""So many days count. Older ones say little of the people who work there now."""
MOST_CASES: Final = 100_000
"""A day with more conversations is known well enough by so many."""
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class CountScores:
    """The use case. Each call counts at most one day, the newest that is missing."""

    notebook: Notebook
    store: ConversationStore
    outcomes: Outcomes
    clock: Clock

    def __call__(self, configuration: Configuration) -> None:
        """Count a day if one is missing. Raises Unavailable."""
        if not (configuration.routing.asks_for_scores or configuration.survey.enabled):
            return
        now = self.clock.now()
        page = self.notebook.read(PAGE)
        known = decoded(page.body)
        wanted = _days(now)
        missing = [day for day in wanted if day not in known]
        if not missing:
            return
        counts = self._count(missing[0], now, configuration.rules.conversation_seconds * 1000)
        kept = {day: known[day] for day in wanted if day in known}
        with suppress(Changed):  # another minute has counted the same day
            self.notebook.write(PAGE, encoded({**kept, missing[0]: counts}), after=page)

    def _count(self, day: str, now: int, quiet: int) -> dict[str, DayCounts]:
        start = round(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()) * 1000
        cases = read_cases(self.store, self.outcomes, start, start + DAY_MS)
        counts: dict[str, DayCounts] = {}
        for case in islice(cases, MOST_CASES):
            verdict = case.verdict(now, quiet)
            pool = _last_pool(case)
            if pool is not None and verdict != "open":
                confirmed = verdict == "confirmed"
                against = case.word is False
                one = (1, confirmed, confirmed or against, against)
                before = counts.get(pool, DayCounts(0, 0))
                counts[pool] = DayCounts(*map(sum, zip(before, one, strict=True)))
        return counts


def _days(now: int) -> list[str]:
    """Return the days that count, in UTC, the newest first."""
    today: date = datetime.fromtimestamp(now / 1000, UTC).date()
    return [(today - timedelta(days=2 + back)).isoformat() for back in range(DAYS)]


def _last_pool(case: Case) -> str | None:
    """Return the pool that had the conversation last, as the scorecard counts it."""
    return case.stays[-1].pool_id if case.stays else None
