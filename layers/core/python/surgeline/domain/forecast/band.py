"""The band of a forecast is computed here: four of five counts lie in it.

Counts vary more than chance alone (Poisson), because no day's level is known. The band is that of
a negative binomial, whose excess is learnt from the errors of past forecasts.
"""

from collections.abc import Sequence
from math import exp, floor, lgamma, log, log1p, sqrt
from typing import Final

COVERAGE: Final = 0.8
_QUANTILE: Final = 1.2815515655446004
"""The normal quantile of 0.9."""
FIRST_EXCESS: Final = 0.02
"""The excess as long as too few errors are known."""
_LARGE: Final = 400.0
"""From this mean on, the quantiles are those of a gamma distribution."""
_ROUNDS: Final = 40

Pair = tuple[float, float]
"""A forecast, and what came of it."""


def excess_of(pairs: Sequence[Pair]) -> float:
    """Return the excess with which four of five past counts would have been in the band.

    The variance of a count is mean + excess * mean^2.
    """
    if not pairs:
        return FIRST_EXCESS
    low, high = 0.0, 4.0
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        inside = sum(
            abs(came - mean) <= _QUANTILE * sqrt(mean + middle * mean * mean) + 0.5
            for mean, came in pairs
        )
        if inside < COVERAGE * len(pairs):
            low = middle
        else:
            high = middle
    return high


def band(mean: float, excess: float) -> tuple[int, int]:
    """Return the lower and the upper end, between which four of five counts lie."""
    if mean <= 0:
        return 0, 0
    return quantile(mean, excess, (1 - COVERAGE) / 2), quantile(mean, excess, (1 + COVERAGE) / 2)


def quantile(mean: float, excess: float, share: float) -> int:
    """Return the smallest count that so large a share of counts does not exceed."""
    if mean >= _LARGE:
        return _large_quantile(mean, excess, share)
    size = 1 / excess if excess > 1e-9 else 0.0  # noqa: PLR2004 # below that it is a Poisson
    chance = exp(-size * log1p(mean / size)) if size else exp(-mean)
    total, count = chance, 0
    while total < share and (chance > 0 or count < mean):
        count += 1
        grows = mean * (size + count - 1) / (size + mean) if size else mean
        chance *= grows / count
        total += chance
    return count


def _large_quantile(mean: float, excess: float, share: float) -> int:
    """Return the quantile of a gamma distribution, by the cube root of Wilson and Hilferty."""
    shape = mean / (1 + excess * mean)
    normal = _QUANTILE if share > 0.5 else -_QUANTILE  # noqa: PLR2004 # the upper half
    root = 1 - 1 / (9 * shape) + normal / (3 * sqrt(shape))
    return max(0, round(mean * root**3))


def error_of_chance(mean: float) -> float:
    """Return the mean distance of a Poisson count from its mean: no forecast errs less."""
    if mean <= 0:
        return 0.0
    whole = floor(mean)
    return 2 * exp(-mean + (whole + 1) * log(mean) - lgamma(whole + 1))
