"""A topic that slowly grows over days is found here. It is a watch for people, and never an alert.

Each day's customers are compared with what was usual before, and what is beyond that is added up
over the days (a cumulative sum). One wild day alone is a spike, so no day adds much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from surgeline.domain.spikes.baseline import SLOTS, Baseline, Day, baseline_of
from surgeline.domain.spikes.detect import CALM_CUSTOMERS, FLOOR

WATCHED_DAYS: Final = 14
"""So many of the last days may show a growth. The days before them say what is usual."""
SLACK: Final = 0.5
"""A day adds what it is above the usual, in standard deviations, less this."""
MOST_A_DAY: Final = 2.5
"""No day adds more than this."""
ENOUGH: Final = 8.0
"""A topic grows from this sum on. Chance alone reaches it on few topics in a year."""
LEAST_TIMES: Final = 1.3
LEAST_MORE: Final = 10.0
"""A topic grows if it has this many times the usual customers, and so many more."""
DAY_SPREAD: Final = 40.0
"""How much a topic's days spread beyond chance, as the size parameter of their distribution."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A topic has grown for `days` days, with so many `customers` where `expected` are usual."""

    topic: str
    days: int
    customers: int
    expected: float

    @property
    def times(self) -> float:
        """Return how many times as many customers as usual there are."""
        return self.customers / max(self.expected, FLOOR)


def growing_in(days: Sequence[Day]) -> list[Growth]:
    """Return the topics that grow, the greatest first. `days` are whole days, the oldest first.

    A growth of all topics is none of any. A topic that nobody asked about before is no growth.
    """
    before, watched = days[:-WATCHED_DAYS], days[-WATCHED_DAYS:]
    usual = baseline_of(before)
    if not usual.is_ready:
        return []
    topics = [topic for topic, level in usual.levels.items() if level > 0]
    found = [_growth(usual, watched, topic) for topic in topics]
    grown = [each for each in found if each is not None]
    return sorted(grown, key=lambda each: (each.expected - each.customers, each.topic))


def _growth(usual: Baseline, watched: Sequence[Day], topic: str) -> Growth | None:
    total, days, customers, expected = 0.0, 0, 0, 0.0
    for day in watched:
        count, mean = sum(day.counts.get(topic, ())), _mean(usual, day, topic)
        beyond = (count - mean) / sqrt(mean + mean * mean / DAY_SPREAD)
        total = max(0.0, total + min(MOST_A_DAY, beyond - SLACK))
        if total == 0.0:
            days, customers, expected = 0, 0, 0.0
        else:
            days, customers, expected = days + 1, customers + count, expected + mean
    is_more = customers >= LEAST_TIMES * expected and customers - expected >= LEAST_MORE
    return Growth(topic, days, customers, expected) if total >= ENOUGH and is_more else None


def _mean(usual: Baseline, day: Day, topic: str) -> float:
    """Return how many customers would be usual on a topic, as busy as the other topics are."""
    factor = usual.factors[day.weekday]
    own = usual.levels[topic] * factor
    others = sum(usual.levels.values()) * factor - own
    came = day.total - sum(day.counts.get(topic, ()))
    ratio = (came + CALM_CUSTOMERS) / (others + CALM_CUSTOMERS)
    return max(own * ratio, FLOOR * SLOTS)
