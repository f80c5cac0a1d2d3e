"""The wait of a customer is estimated here, from those ahead and the pools' pace. It is pure.

Each of those ahead goes when a seat is freed or patience ends. So the wait is a sum of
exponential times, whose mean and variance are known. A gamma distribution of that mean and variance
gives an interval. A factor that is learned from ended waits holds its upper end to its promise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.domain.estimates.pace import Pace

LEAST_WAITS: Final = 20
"""Nothing is estimated before so many waits ended."""
LEAST_HANDLED: Final = 5
"""Nothing is estimated before so many conversations were handled."""
MOST_AHEAD: Final = 1_000
"""So many places are counted at most. Nobody is told a time behind them."""
Z80: Final = 0.8416212335729143
"""The 0.8 quantile of the normal distribution. The 0.2 quantile is its negative."""
MINUTE: Final = 60
HOUR: Final = 3_600
_STEPS: Final = ((15 * MINUTE, MINUTE), (2 * HOUR, 5 * MINUTE))
"""An interval that ends before the first is rounded to the second, in seconds."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the waitlist: `ahead` people stand before, and `at_once` conversations go on.

    A conversation takes `handle_seconds`. `gives_up` is a waiting customer's rate of giving up.
    `coming` says in how many seconds how many more conversations can go on. `over` conversations
    more than that still go on, because people left their seats. They end before anybody is taken.
    """

    ahead: int
    at_once: int
    handle_seconds: float
    gives_up: float = 0.0
    coming: tuple[tuple[float, int], ...] = ()
    over: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A wait from now, in seconds: one of five is shorter than `low`, one longer than `high`."""

    low: int
    high: int


def spread(position: Position) -> tuple[float, float] | None:
    """Return the mean and the variance of the wait, or None if nobody is there or coming."""
    at_once, coming = position.at_once, sorted(position.coming)
    if at_once <= 0 and not coming:
        return None
    time, variance, ahead = _run_out(position)
    for waiting in range(ahead, -1, -1):
        began, work = time, 1.0
        while True:
            rate = max(0, at_once) / position.handle_seconds + waiting * position.gives_up
            until = coming[0][0] if coming else math.inf
            if rate > 0 and time + work / rate <= until:
                time += work / rate
                break
            if not coming:
                return None
            work -= rate * max(0.0, until - time)
            time = max(time, until)
            at_once += coming.pop(0)[1]
        variance += (time - began) ** 2
    return time, variance


def _run_out(position: Position) -> tuple[float, float, int]:
    """Return the time until the seats that are over are empty, its variance, and who is left."""
    time = variance = 0.0
    ahead = float(position.ahead)
    for over in range(position.over, 0, -1):
        step = position.handle_seconds / (max(0, position.at_once) + over)
        time += step
        variance += step * step
        ahead *= math.exp(-position.gives_up * step)
    return time, variance, round(ahead)


def quantile(mean: float, variance: float, z: float) -> float:
    """Return a quantile of the gamma distribution of that mean and variance.

    `z` is the same quantile of the normal distribution (the formula of Wilson and Hilferty).
    """
    if mean <= 0 or variance <= 0:
        return max(0.0, mean)
    shape = mean * mean / variance
    root = 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))
    return mean * max(0.0, root) ** 3


def of_those_who_stay(mean: float, variance: float, gives_up: float) -> tuple[float, float]:
    """Return the mean and the variance of the waits that patience did not end before.

    Whoever would have waited long is likelier to have left. A gamma distribution that is weighted
    by exponential patience is one of the same shape, and of a smaller scale.
    """
    if mean <= 0:
        return mean, variance
    smaller = 1 / (1 + gives_up * variance / mean)
    return mean * smaller, variance * smaller * smaller


def interval(position: Position, log_factor: float = 0.0) -> Interval | None:
    """Return the interval as it is told, rounded outwards, or None if nothing is known."""
    found = spread(position)
    if found is None:
        return None
    mean, variance = of_those_who_stay(*found, position.gives_up)
    factor = math.exp(log_factor)
    return rounded(*(factor * quantile(mean, variance, z) for z in (-Z80, Z80)))


def rounded(low: float, high: float) -> Interval:
    """Return the interval in whole minutes, in five minutes from a quarter of an hour, or hours."""
    step = next((step for most, step in _STEPS if high <= most), HOUR)
    last = max(step, math.ceil(high / step) * step)
    return Interval(min(math.floor(low / step) * step, last - step), last)


@dataclass(frozen=True, slots=True)
class Desk:
    """A pool that a customer waits for: the people ahead there, its free seats, and its pace.

    `free` is negative where more conversations go on than there are seats. `at_once` conversations
    can go on there. `handle_seconds` is what the company says of their length, or None.
    """

    ahead: int
    free: int
    at_once: int
    pace: Pace
    handle_seconds: float | None = None
    coming: tuple[tuple[float, int], ...] = ()

    @property
    def is_behind(self) -> bool:
        """Return whether more people are ahead than are counted."""
        return self.ahead >= MOST_AHEAD

    @property
    def takes(self) -> float | None:
        """Return how long a conversation takes, or None while too little is known."""
        if self.pace.handled >= LEAST_HANDLED:
            return self.pace.handle_seconds
        return self.handle_seconds


def estimated(desks: Sequence[Desk], *, least_waits: int = LEAST_WAITS) -> Interval | None:
    """Return the interval for a customer who waits for any of these pools, or None.

    It may be told once `least_waits` have ended. With fewer it is a guess, from which the factor
    learns before anybody is told anything. The pools work off one waitlist together. If one of them
    alone is sooner, that one counts.
    """
    known = [each for each in desks if each.takes and not each.is_behind]
    if sum(each.pace.ended for each in known) < least_waits:
        return None
    groups = [[each] for each in known] + ([known] if len(known) > 1 else [])
    found = [each for each in map(_of, groups) if each is not None]
    return min(found, key=lambda each: each.high, default=None)


def _of(desks: Sequence[Desk]) -> Interval | None:
    rates = [each.at_once / (each.takes or 1.0) for each in desks]
    lead = desks[rates.index(max(rates))]
    at_once = sum(each.at_once for each in desks)
    takes = at_once / sum(rates) if sum(rates) else lead.takes or 1.0
    free = sum(each.free for each in desks)
    position = Position(
        ahead=max(0, max(each.ahead for each in desks) - max(0, free)),
        at_once=at_once,
        handle_seconds=takes,
        gives_up=lead.pace.gives_up,
        coming=tuple(each for desk in desks for each in desk.coming),
        over=max(0, -free),
    )
    return interval(position, lead.pace.log_factor)
