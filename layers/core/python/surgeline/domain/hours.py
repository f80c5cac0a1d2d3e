"""A pool's opening hours on the wall clock of one place become instants here.

The module is pure: the time is an argument, and the zone's rules come with the system or the pinned
`tzdata`. Wall times are read as calendars do (RFC 5545). A skipped time counts by the offset before
the change. A repeated time means its first occurrence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 370
_DAY_MINUTES = 24 * 60
_DAY_MILLISECONDS = _DAY_MINUTES * 60_000


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans such as "09:00-18:00" by weekday. The span "22:00-06:00" ends on the next day.

    `holidays` are dates without any span. `special` are dates with spans of their own
    ("2026-12-24"). A span belongs to the day on which it begins.
    """

    zone: str
    week: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()
    special: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_open(hours: Hours, at: int) -> bool:
    """Return whether `at` (epoch ms) lies in one of the spans. Their ends are outside."""
    today = _local_date(hours, at)
    near = (today - timedelta(days=1), today, today + timedelta(days=1))
    return any(start <= at < end for day in near for start, end in spans_on(hours, day))


def opens_at(hours: Hours, at: int, *, before: int | None = None) -> int | None:
    """Return the first open moment from `at` on, None if none is `before` a time or in a year."""
    if is_open(hours, at):
        return at
    before = before or at + LOOK_AHEAD_DAYS * _DAY_MILLISECONDS
    day = _local_date(hours, at) - timedelta(days=1)
    last = _local_date(hours, before)
    while day <= last:
        starts = [start for start, end in spans_on(hours, day) if at < start < min(end, before)]
        if starts:
            return min(starts)
        day += timedelta(days=1)
    return None


def spans_on(hours: Hours, day: date) -> Iterator[tuple[int, int]]:
    """Yield the spans that begin on a day, as instants (epoch ms)."""
    name = day.isoformat()
    if name in hours.special:
        texts = hours.special[name]
    elif name in hours.holidays:
        texts = ()
    else:
        texts = hours.week.get(WEEKDAYS[day.weekday()], ())
    for text in texts:
        start, end = span(text)
        if end <= start:
            end += _DAY_MINUTES
        yield _instant(hours.zone, day, start), _instant(hours.zone, day, end)


def coming(hours: Hours, at: int, *, days: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of so many days from `at` on, as instants, without those that are over."""
    today = _local_date(hours, at)
    near = (today + timedelta(days=number) for number in range(-1, days))
    spans = (each for day in near for each in spans_on(hours, day))
    return tuple(sorted(each for each in spans if each[1] > at))


@cache
def span(text: str) -> tuple[int, int]:
    """Return the minutes of the day of "HH:MM-HH:MM". The end may be 24:00. Raises ValueError."""
    first, dash, last = text.partition("-")
    start, end = _minutes(first), _minutes(last)
    if not dash or start in {end, _DAY_MINUTES}:
        raise ValueError(f"{text!r} is not a span such as 09:00-18:00")
    return start, end


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises ValueError, KeyError or OSError for any other name.
    """
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Return whether the name is that of an IANA zone."""
    try:
        zone_of(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def _minutes(text: str) -> int:
    hour, colon, minute = text.partition(":")
    plain = len(text) == len("00:00") and colon and (hour + minute).isdecimal() and text.isascii()
    total = int(hour) * 60 + int(minute) if plain else -1
    if not plain or int(minute) > 59 or total > _DAY_MINUTES:  # noqa: PLR2004 # a clock's minutes
        raise ValueError(f"{text!r} is not a time such as 09:00")
    return total


def _instant(zone: str, day: date, minutes: int) -> int:
    later, minute = divmod(minutes, _DAY_MINUTES)
    wall = datetime.combine(
        day + timedelta(days=later), time(minute // 60, minute % 60), tzinfo=zone_of(zone)
    )
    return int(wall.timestamp()) * 1000


def _local_date(hours: Hours, at: int) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(hours.zone)).date()
