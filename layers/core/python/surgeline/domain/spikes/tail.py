"""The tail of the negative binomial distribution, which counts of contacts follow."""

from functools import lru_cache
from math import exp, log, log1p
from typing import Final

USUAL_SPREAD: Final = 10.0
"""The usual size parameter `k`: the variance of a count with the mean m is m + m x m / k."""
_STEPS_IN_ONE: Final = 50
"""Means are rounded up to this part of one before a threshold is looked up."""
_MOST: Final = 100_000


def tail(count: int, mean: float, spread: float = USUAL_SPREAD) -> float:
    """Return the probability of at least this count, where a mean is expected."""
    if count <= 0:
        return 1.0
    if mean <= 0.0:
        return 0.0
    step = mean / (spread + mean)
    # The logarithm keeps the first term from vanishing where the mean is large.
    term = -spread * log1p(mean / spread)
    below = exp(term)
    for number in range(1, count):
        term += log(step * (number - 1 + spread) / number)
        below += exp(term)
    return max(0.0, 1.0 - below)


def least_rare(mean: float, risk: float, spread: float = USUAL_SPREAD) -> int:
    """Return the least count that comes by chance less often than the risk."""
    steps = int(mean * _STEPS_IN_ONE) + 1
    return _least_rare(steps, risk, spread)


@lru_cache(maxsize=20_000)
def _least_rare(steps: int, risk: float, spread: float) -> int:
    mean = steps / _STEPS_IN_ONE
    step = mean / (spread + mean)
    term = -spread * log1p(mean / spread)
    left = 1.0 - exp(term)
    count = 1
    while left >= risk and count < _MOST:
        term += log(step * (count - 1 + spread) / count)
        left -= exp(term)
        count += 1
    return count
