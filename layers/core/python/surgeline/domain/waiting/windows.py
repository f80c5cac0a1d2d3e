"""The times that a customer may choose to be answered in are found here, within opening hours."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from surgeline.domain.hours import Hours, coming, zone_of

PARTS: Final = ((9, 12), (12, 15), (15, 18))
"""The parts of a day, in hours of the company's clock."""
HOUR_MS: Final = 3_600_000
MOST: Final = 4
DAYS: Final = 7
AHEAD_MS: Final = 1_800_000
"""A window begins in half an hour at the earliest, because whoever is free now comes sooner."""


def holds_window(seconds: int) -> bool:
    """Return whether a window fits into so many seconds after a customer's message."""
    return seconds * 1000 >= AHEAD_MS + min(last - first for first, last in PARTS) * HOUR_MS


def windows(
    hours: Sequence[Hours | None], *, now: int, zone: str, before: int | None = None
) -> tuple[tuple[int, int], ...]:
    """Return the next windows in which one of the pools is open from beginning to end.

    `hours` are those of the pools that take customers, None for a pool that never closes. A window
    that ends after `before` is left out, because nothing could be written in it.
    """
    fits = (
        (start, end)
        for start, end in _parts(now, zone)
        if start >= now + AHEAD_MS
        and (before is None or end <= before)
        and any(each is None or _holds(each, start, end) for each in hours)
    )
    return tuple(islice(fits, MOST))


def _holds(hours: Hours, start: int, end: int) -> bool:
    """Return whether the pool is open all the time. One span may follow another without a gap."""
    open_until = start
    for begins, ends in coming(hours, start, days=2):
        if begins > open_until:
            return False
        open_until = max(open_until, ends)
        if open_until >= end:
            return True
    return False


def _parts(now: int, zone: str) -> Iterator[tuple[int, int]]:
    place = zone_of(zone)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(place)
    for days in range(DAYS):
        day = (today + timedelta(days=days)).date()
        for first, last in PARTS:
            ends = (
                datetime(day.year, day.month, day.day, each, tzinfo=place) for each in (first, last)
            )
            start, end = (int(each.timestamp()) * 1000 for each in ends)
            yield start, end
