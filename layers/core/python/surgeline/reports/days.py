"""A day of a place becomes a span of time here. Days of 23 and 25 hours are as long as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a time zone. `start` is its first moment, and `end` is that of the next day."""

    date: date
    zone: ZoneInfo
    start: int
    end: int

    def told(self, at: int) -> str:
        """Return a moment on the clock of the place, with its distance from UTC."""
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone).isoformat()

    def intervals(self, minutes: int) -> Iterator[int]:
        """Yield the beginnings of the day's intervals. The last one may be shorter."""
        yield from range(self.start, self.end, minutes * 60_000)


def day_of(which: date, zone: ZoneInfo) -> Day:
    """Return the day. Raises ValueError for a date that the place's calendar left out."""
    start, end = _midnight(which, zone), _midnight(which + timedelta(days=1), zone)
    if start >= end:
        raise ValueError(f"{which} was left out of the calendar of {zone.key}")
    return Day(which, zone, start, end)


def date_at(at: int, zone: ZoneInfo) -> date:
    """Return the date at a moment (epoch ms)."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()


def _midnight(which: date, zone: ZoneInfo) -> int:
    """Return the day's first moment. A skipped midnight is the moment of the change."""
    return round(datetime.combine(which, time(), tzinfo=zone).timestamp()) * 1000
