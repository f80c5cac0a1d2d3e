"""A history is made of counted intervals here. An interval that nobody counted is a gap, not zero.

A day's shape follows the clock on the wall. Its intervals follow each other in real time, so that a
day of 23 or 25 hours has fewer or more of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

CERTAIN: Final = 10
"""Where so many write on a usual day, a day of nobody was closed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A counted interval. `slot` is its beginning on the wall clock, in minutes of the day."""

    slot: int
    contacts: float


@dataclass(frozen=True, slots=True)
class Observed:
    """The counted intervals of one date, in order. Others of that date are gaps."""

    date: date
    cells: tuple[Cell, ...]

    @property
    def total(self) -> float:
        """Return the contacts of all counted intervals."""
        return sum(cell.contacts for cell in self.cells)


def intervals_of(which: date, zone: ZoneInfo, minutes: int) -> Iterator[tuple[datetime, int]]:
    """Yield the beginning of each interval of a date, in UTC, and its slot."""
    at = _midnight(which, zone)
    while (local := at.astimezone(zone)).date() == which:
        yield at, local.hour * 60 + local.minute
        at += timedelta(minutes=minutes)


def observed_days(counts: Mapping[datetime, float], zone: ZoneInfo, minutes: int) -> list[Observed]:
    """Return the days of counts in order. The counts are those of intervals that begin so.

    Shorter intervals are summed. A sum that misses a part is a gap. Raises ValueError.
    """
    if not counts:
        return []
    step = _step(sorted(counts))
    parts, rest = divmod(timedelta(minutes=minutes), step)
    if rest or not parts:
        raise ValueError(
            f"its lines are {step} apart, of which no interval of {minutes} minutes can be made;"
            " choose an interval of which that is a part"
        )
    sums: dict[date, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    midnights: dict[date, datetime] = {}
    for at, contacts in counts.items():
        day = at.astimezone(zone).date()
        midnight = midnights.setdefault(day, _midnight(day, zone))
        sums[day][int((at - midnight) / timedelta(minutes=minutes))].append(contacts)
    found = []
    for day, numbers in sorted(sums.items()):
        slots = [slot for _, slot in intervals_of(day, zone, minutes)]
        cells = tuple(
            Cell(slots[number], sum(each))
            for number, each in sorted(numbers.items())
            if len(each) == parts
        )
        if cells:
            found.append(Observed(day, cells))
    return without_closed(found)


def without_closed(days: Sequence[Observed]) -> list[Observed]:
    """Leave out days of nobody, where that can't be chance: the place was closed."""
    totals = sorted(day.total for day in days)
    usual = totals[len(totals) // 2] if totals else 0
    return [day for day in days if day.total or usual < CERTAIN]


def _step(moments: Sequence[datetime]) -> timedelta:
    """Return the usual distance between moments."""
    between = Counter(after - before for before, after in pairwise(moments))
    if not between:
        raise ValueError("the history has one line only")
    return max(between.items(), key=lambda each: (each[1], -each[0]))[0]


def _midnight(which: date, zone: ZoneInfo) -> datetime:
    """Return a date's first moment in UTC. A skipped midnight is the moment of the change."""
    return datetime.combine(which, time(), tzinfo=zone).astimezone(UTC)


def between(days: Iterable[Observed], first: date, end: date) -> list[Observed]:
    """Return the days from a date on until before another one."""
    return [day for day in days if first <= day.date < end]
