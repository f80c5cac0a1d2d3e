"""A share of few cases is uncertain, and this says how much."""

from math import sqrt
from typing import Final

Z_95: Final = 1.959964
"""The bounds of a share hold in 95 of 100 samples."""


def bounds(part: int, whole: int, z: float = Z_95) -> tuple[float, float]:
    """Return between which values a share lies, by Wilson's interval.

    The confidence is 95 %, or that of another quantile `z` of the normal distribution.
    """
    if not whole:
        return 0.0, 1.0
    p, z2 = part / whole, z * z
    middle = p + z2 / (2 * whole)
    reach = z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    scale = 1 + z2 / whole
    return round(max(0.0, (middle - reach) / scale), 4), round(
        min(1.0, (middle + reach) / scale), 4
    )
