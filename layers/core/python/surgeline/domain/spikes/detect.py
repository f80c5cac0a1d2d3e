"""Spikes are found here: intervals in which unusually many customers ask about one topic.

The whole is a fold over the last intervals. The same intervals give the same spikes, so that
nothing has to be remembered between two looks but which spikes were told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from surgeline.domain.spikes.baseline import Baseline
from surgeline.domain.spikes.tail import least_rare

RISK: Final = 1e-4
"""Chance alone exceeds a threshold less often than this, for each topic and interval."""
LEAST_CUSTOMERS: Final = 8
FLOOR: Final = 0.02
"""A topic that nobody ever asked about is expected at least so often in an interval."""
QUIET_INTERVALS: Final = 4
"""A spike has ended after so many intervals below half of its threshold."""
CALM_CUSTOMERS: Final = 25.0
"""The day's overall ratio is drawn towards 1 as if so many customers had come as expected."""
LEAST_RATIO, GREATEST_RATIO = 0.5, 20.0
GONE: Final = 3.0
"""A topic is gone once so many customers were expected on it in a row, and nobody came."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The distinct customers on each topic in 15 minutes that began at `at` (epoch ms).

    `weekday` and `slot` say which time of the company's week that is.
    """

    at: int
    weekday: int
    slot: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Spike:
    """Unusually many customers asked about a topic, from `began_at` on.

    `last_at` is the last interval that belonged to it. `ended_at` is None while it goes on.
    `customers` and `expected` add up its intervals, and `peak` is the greatest of them. `share` is
    the greatest share that the topic had of all customers in an interval.
    """

    topic: str
    began_at: int
    last_at: int
    customers: int
    expected: float
    peak: int
    share: float
    ended_at: int | None = None

    @property
    def is_over(self) -> bool:
        """Return whether the spike has ended."""
        return self.ended_at is not None

    @property
    def times(self) -> float:
        """Return how many times as many customers as usual there were."""
        return self.customers / max(self.expected, FLOOR)


@dataclass(slots=True)
class _Fold:
    """The state of the fold: spikes that go on, how quiet each is, and who misses customers."""

    open: dict[str, Spike] = field(default_factory=dict)
    quiet: dict[str, int] = field(default_factory=dict)
    missed: dict[str, float] = field(default_factory=dict)
    ended: list[Spike] = field(default_factory=list)


def spikes_in(baseline: Baseline, intervals: Sequence[Interval]) -> list[Spike]:
    """Return the spikes of some intervals, which follow each other, in the order of their begin.

    A baseline of too few days finds none. A surge on all topics is no spike of any. A topic that
    takes the place of one that is gone inherits its usual number.
    """
    if not baseline.is_ready:
        return []
    fold = _Fold()
    for interval in intervals:
        _look(fold, baseline, interval)
    found = [*fold.ended, *fold.open.values()]
    return sorted(found, key=lambda each: (each.began_at, each.topic))


def _look(fold: _Fold, baseline: Baseline, interval: Interval) -> None:
    usual = {
        topic: baseline.expected(topic, interval.weekday, interval.slot)
        for topic in baseline.levels.keys() | interval.counts.keys()
    }
    gone = _gone(fold, usual, interval.counts)
    total = sum(interval.counts.values())
    all_usual = sum(usual.values()) - gone
    for topic in sorted(interval.counts.keys() | fold.open.keys()):
        count = interval.counts.get(topic, 0)
        ratio = _ratio(total - count, all_usual - usual[topic])
        own = usual[topic] if baseline.levels.get(topic) else gone
        expected = own * ratio + FLOOR
        threshold = max(LEAST_CUSTOMERS, least_rare(expected, RISK, baseline.spread))
        share = count / total if total else 0.0
        now = Spike(topic, interval.at, interval.at, count, expected, count, share)
        _note(fold, now, threshold)


def _ratio(others: int, usual: float) -> float:
    """Return how much busier than usual the other topics are, damped where few customers tell."""
    ratio = (others + CALM_CUSTOMERS) / (usual + CALM_CUSTOMERS)
    return min(max(ratio, LEAST_RATIO), GREATEST_RATIO)


def _gone(fold: _Fold, usual: Mapping[str, float], counts: Mapping[str, int]) -> float:
    """Return what was usual for the topics that are gone, which a new topic may inherit."""
    inherited = 0.0
    for topic, mean in usual.items():
        missed = 0.0 if counts.get(topic) else fold.missed.get(topic, 0.0) + mean
        fold.missed[topic] = missed
        inherited += mean if missed >= GONE else 0.0
    return inherited


def _note(fold: _Fold, now: Spike, threshold: int) -> None:
    """Begin a spike, go on with it, or let it end. `now` is the interval as if it were one."""
    topic, before = now.topic, fold.open.get(now.topic)
    if before is None:
        if now.customers >= threshold:
            fold.open[topic], fold.quiet[topic] = now, 0
    elif now.customers >= threshold / 2:
        fold.open[topic], fold.quiet[topic] = _longer(before, now), 0
    else:
        fold.quiet[topic] += 1
        if fold.quiet[topic] >= QUIET_INTERVALS:
            fold.ended.append(replace(fold.open.pop(topic), ended_at=now.began_at))


def _longer(before: Spike, now: Spike) -> Spike:
    return replace(
        before,
        last_at=now.last_at,
        customers=before.customers + now.customers,
        expected=before.expected + now.expected,
        peak=max(before.peak, now.peak),
        share=max(before.share, now.share),
    )
