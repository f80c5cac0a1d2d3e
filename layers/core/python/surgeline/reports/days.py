"""Days of a place become spans of time here. Days of 23 and 25 hours are as long as they are."""

from bisect import bisect_right
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

    def local_time(self, at: int) -> str:
        """Return a moment on the clock of the place, with its distance from UTC."""
        return _told(at, self.zone)

    def intervals(self, minutes: int) -> Iterator[int]:
        """Yield the beginnings of the day's intervals. The last one may be shorter."""
        yield from range(self.start, self.end, minutes * 60_000)


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of one place, each after the other."""

    days: tuple[Day, ...]

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the days."""
        return self.days[0].zone

    @property
    def start(self) -> int:
        """Return the first moment of the first day."""
        return self.days[0].start

    @property
    def end(self) -> int:
        """Return the first moment after the last day."""
        return self.days[-1].end

    @property
    def is_one(self) -> bool:
        """Return whether the span is a single day."""
        return len(self.days) == 1

    def number(self, at: int) -> int:
        """Return the number of the day that a moment of the span belongs to, from 0 on."""
        return bisect_right(self.days, at, key=lambda day: day.start) - 1

    def local_time(self, at: int) -> str:
        """Return a moment on the clock of the place, with its distance from UTC."""
        return _told(at, self.zone)


def day_of(which: date, zone: ZoneInfo) -> Day:
    """Return the day. Raises ValueError for a date that the place's calendar left out."""
    start, end = _midnight(which, zone), _midnight(which + timedelta(days=1), zone)
    if start >= end:
        raise ValueError(f"{which} was left out of the calendar of {zone.key}")
    return Day(which, zone, start, end)


def span_of(first: date, last: date, zone: ZoneInfo) -> Span:
    """Return the days from the first to the last one. Raises ValueError where there is none.

    A date between them that the place's calendar left out is no day.
    """
    if first == last:
        return Span((day_of(first, zone),))
    found = []
    for number in range((last - first).days + 1):
        try:
            found.append(day_of(first + timedelta(days=number), zone))
        except ValueError:
            continue
    if not found:
        raise ValueError(f"no day from {first} to {last} is in the calendar of {zone.key}")
    return Span(tuple(found))


def week_of(text: str) -> tuple[date, date]:
    """Return Monday and Sunday of a week such as 2026-W09. Raises ValueError."""
    year, mark, week = text.partition("-W")
    if not (mark and len(year) == 4 and len(week) == 2 and (year + week).isascii()):  # noqa: PLR2004 - ISO 8601
        raise ValueError(text)
    monday = date.fromisocalendar(int(year), int(week), 1)
    return monday, monday + timedelta(days=6)


def date_at(at: int, zone: ZoneInfo) -> date:
    """Return the date at a moment (epoch ms)."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()


def _told(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).isoformat()


def _midnight(which: date, zone: ZoneInfo) -> int:
    """Return the day's first moment. A skipped midnight is the moment of the change."""
    return round(datetime.combine(which, time(), tzinfo=zone).timestamp()) * 1000
