"""The usual number of customers on each topic, by time of day and weekday, from earlier days.

A topic's number is its level, times the share that a time of day has of all topics' contacts, times
the factor of the weekday. Levels leave out a topic's best and worst day, so that an earlier spike
does not hide the next one. A topic that is new is known from its first customer on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.domain.spikes.tail import USUAL_SPREAD

SLOTS: Final = 96
"""The intervals of a day, of 15 minutes each."""
WEEKDAYS: Final = 7
LEAST_DAYS: Final = 7
"""With fewer days nothing is called unusual."""
SMOOTHED: Final = 3
"""The share of a time of day is smoothed over so many intervals to each side."""
WEEKDAY_PRIOR: Final = 1.0
"""A weekday's factor is drawn towards 1 as if so many more average days had been seen."""
LEAST_KNOWN: Final = 0.2
"""The least share of a day that tells how many ask about a new topic."""
LEAST_SPREAD, GREATEST_SPREAD = 3.0, 60.0
SPREAD_PRIOR: Final = 2_000.0
"""The usual spread counts like counts whose squared means add up to this."""


@dataclass(frozen=True, slots=True)
class Day:
    """An earlier day: its weekday (Monday is 0), and each topic's customers by interval."""

    weekday: int
    counts: Mapping[str, Sequence[int]]

    @property
    def total(self) -> int:
        """Return the customers on all topics."""
        return sum(map(sum, self.counts.values()))


@dataclass(frozen=True, slots=True)
class Baseline:
    """The usual numbers. `levels` are customers a day, and `shares` add up to 1 over a day."""

    levels: Mapping[str, float]
    shares: Sequence[float]
    factors: Sequence[float]
    spread: float = USUAL_SPREAD
    days: int = 0

    @property
    def is_ready(self) -> bool:
        """Return whether enough days were seen to call anything unusual."""
        return self.days >= LEAST_DAYS

    def expected(self, topic: str, weekday: int, slot: int) -> float:
        """Return how many customers usually ask about a topic in an interval."""
        return self.levels.get(topic, 0.0) * self.factors[weekday] * self.shares[slot]


def baseline_of(days: Sequence[Day]) -> Baseline:
    """Return what is usual after these days. Those before the first customer tell nothing."""
    first = next((number for number, day in enumerate(days) if day.total), len(days))
    days = days[first:]
    if not days:
        return Baseline({}, [1 / SLOTS] * SLOTS, [1.0] * WEEKDAYS)
    totals = [day.total for day in days]
    factors = _factors(days, totals)
    topics = {topic for day in days for topic in day.counts}
    shares = _shares(days)
    levels = {topic: _level(topic, days, factors, shares) for topic in topics}
    found = Baseline(levels, shares, factors, days=len(days))
    spread = _spread(days, found)
    return Baseline(levels, shares, factors, spread, len(days))


def _factors(days: Sequence[Day], totals: Sequence[int]) -> list[float]:
    """Return each weekday's share of an average day. One strange day moves it little."""
    usual = _trimmed(totals) or 1.0
    factors = []
    for weekday in range(WEEKDAYS):
        own = [
            min(total / usual, 3.0)
            for day, total in zip(days, totals, strict=True)
            if day.weekday == weekday
        ]
        factors.append((sum(own) + WEEKDAY_PRIOR) / (len(own) + WEEKDAY_PRIOR))
    return factors


def _level(
    topic: str, days: Sequence[Day], factors: Sequence[float], shares: Sequence[float]
) -> float:
    """Return a topic's customers a day, from its first day on.

    Its first day counts from its first customer on, and only where enough of the day was left.
    """
    own: list[float] = []
    for day in days:
        counts = day.counts.get(topic, ())
        known = 1.0
        if not own and any(counts):
            first = next(slot for slot, count in enumerate(counts) if count)
            known = sum(shares[first:])
        if own or (any(counts) and known >= LEAST_KNOWN):
            own.append(sum(counts) / known / max(factors[day.weekday], 0.05))
    return _trimmed(own)


def _trimmed(values: Sequence[float]) -> float:
    """Return the mean without the least and the greatest value, where there are five or more."""
    kept = sorted(values)[1:-1] if len(values) >= 5 else values  # noqa: PLR2004 # said above
    return sum(kept) / len(kept) if kept else 0.0


def _shares(days: Sequence[Day]) -> list[float]:
    """Return the share of each time of day. Each topic counts on a day as far as it is usual."""
    raw = [0.0] * SLOTS
    for slot in range(SLOTS):
        of_days = [sum(counts[slot] for counts in day.counts.values()) for day in days]
        raw[slot] = _trimmed(of_days)
    smooth = [
        sum(raw[(slot + step) % SLOTS] for step in range(-SMOOTHED, SMOOTHED + 1))
        for slot in range(SLOTS)
    ]
    total = sum(smooth)
    return [each / total for each in smooth] if total else [1 / SLOTS] * SLOTS


def _spread(days: Sequence[Day], found: Baseline) -> float:
    """Return how much counts spread beyond chance, drawn towards what is usual.

    Counts of more than three times the usual number are spikes, and are left out.
    """
    beyond, squares = SPREAD_PRIOR / USUAL_SPREAD, SPREAD_PRIOR
    for day in days:
        for topic, counts in day.counts.items():
            for slot, count in enumerate(counts):
                mean = found.expected(topic, day.weekday, slot)
                if mean > 1.0 and count <= 3 * mean:
                    beyond += (count - mean) ** 2 - mean
                    squares += mean * mean
    if beyond <= squares / GREATEST_SPREAD:
        return GREATEST_SPREAD
    return max(LEAST_SPREAD, squares / beyond)
