"""Distinct customers are counted here by topic and interval, and kept by day.

    spikes/days/<date>: the counts of a day in the company's time zone

The counts hold no text and no customer. So an erasure leaves them as they are.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.domain.spikes.baseline import SLOTS, Day
from surgeline.domain.spikes.detect import Interval
from surgeline.reports.case import Case

INTERVAL_MS: Final = 900_000
DAYS: Final = "spikes/days/"
NO_TOPIC: Final = "no topic"
"""The name of the series of conversations in which no article was given or offered."""

Counts = Mapping[str, Sequence[int]]


def topic_of(case: Case) -> str:
    """Return the first article that was given or offered, or the name of the series without."""
    return case.articles[0] if case.articles else NO_TOPIC


def intervals_of(cases: Iterable[Case], zone: ZoneInfo) -> list[Interval]:
    """Return the intervals in which these conversations were opened, with distinct customers."""
    customers: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for case in cases:
        if not case.is_erased:
            at = case.opened_at // INTERVAL_MS * INTERVAL_MS
            customers[at][topic_of(case)].add(case.customer)
    return [
        interval_at(at, zone, {topic: len(them) for topic, them in topics.items()})
        for at, topics in sorted(customers.items())
    ]


def interval_at(at: int, zone: ZoneInfo, counts: Mapping[str, int]) -> Interval:
    """Return the interval that begins at a moment, by the clock of the place."""
    _, weekday, slot = _place(at, zone)
    return Interval(at, weekday, slot, counts)


def date_of(at: int, zone: ZoneInfo) -> date:
    """Return the date of a moment at the place."""
    return _place(at, zone)[0]


def keep(blobs: Blobs, intervals: Iterable[Interval], zone: ZoneInfo) -> None:
    """Write the counts of these intervals into their days, in place of the former ones."""
    by_day: dict[date, list[Interval]] = defaultdict(list)
    for each in intervals:
        by_day[date_of(each.at, zone)].append(each)
    for day, own in by_day.items():
        counts = {topic: list(numbers) for topic, numbers in (kept(blobs, day, zone) or {}).items()}
        for each in own:
            for numbers in counts.values():
                numbers[each.slot] = 0
            for topic, number in each.counts.items():
                counts.setdefault(topic, [0] * SLOTS)[each.slot] = number
        stored = {"zone": zone.key, "counts": counts}
        blobs.put(f"{DAYS}{day.isoformat()}", json.dumps(stored).encode())


def kept(blobs: Blobs, day: date, zone: ZoneInfo) -> Counts | None:
    """Return the counts of a day, or None if it was not counted in this zone."""
    raw = bytes_of(blobs, f"{DAYS}{day.isoformat()}")
    stored = json.loads(raw) if raw else {}
    if stored.get("zone") != zone.key:
        return None
    counts: Counts = stored["counts"]
    return counts


def dates_in(blobs: Blobs) -> list[date]:
    """Return the days that have counts, in whatever zone."""
    return [date.fromisoformat(key.removeprefix(DAYS)) for key in blobs.keys(DAYS)]


def days_of(blobs: Blobs, days: Iterable[date], zone: ZoneInfo) -> list[Day]:
    """Return those of the days that were counted."""
    found = ((day, kept(blobs, day, zone)) for day in days)
    return [Day(day.weekday(), counts) for day, counts in found if counts is not None]


def recent(blobs: Blobs, begin: int, end: int, zone: ZoneInfo) -> list[Interval]:
    """Return the intervals from a moment and before another one, from the kept counts."""
    dates = sorted({date_of(at, zone) for at in range(begin, end, INTERVAL_MS)})
    counts = {day: kept(blobs, day, zone) or {} for day in dates}
    found = []
    for at in range(begin, end, INTERVAL_MS):
        day, weekday, slot = _place(at, zone)
        now = {topic: each[slot] for topic, each in counts[day].items() if each[slot]}
        found.append(Interval(at, weekday, slot, now))
    return found


def drop(blobs: Blobs, days: Iterable[date]) -> None:
    """Delete the counts of these days."""
    for day in days:
        blobs.delete(f"{DAYS}{day.isoformat()}")


@lru_cache(maxsize=1_024)  # a round asks for the quarters of the last day again and again
def _place(at: int, zone: ZoneInfo) -> tuple[date, int, int]:
    """Return the date, the weekday and the slot of a moment at the place."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    slot = (local.hour * 60 + local.minute) * SLOTS // 1_440
    return local.date(), local.weekday(), slot
