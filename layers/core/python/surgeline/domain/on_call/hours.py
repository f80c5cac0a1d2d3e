"""The hours that a person said yes to are counted here by weeks, so that nobody takes too many."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from surgeline.domain.hours import zone_of

HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The shifts of one person in one week: their lengths in milliseconds, by the call's id."""

    shifts: Mapping[str, int] = field(default_factory=dict)
    schema: int = 1

    def with_shift(self, call_id: str, length: int, most_hours: float | None) -> "WeekHours | None":
        """Return the week with the shift, or None where that is over the most hours."""
        whole = dict(self.shifts) | {call_id: length}
        if most_hours is not None and sum(whole.values()) > most_hours * HOUR_MS:
            return None
        return replace(self, shifts=whole)

    def without_shift(self, call_id: str) -> "WeekHours":
        """Return the week without the shift."""
        return replace(self, shifts={n: each for n, each in self.shifts.items() if n != call_id})


def week_of(zone: str, at: int) -> str:
    """Return the week of a moment on the clock of a zone, such as 2026-W09."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(zone))
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"
