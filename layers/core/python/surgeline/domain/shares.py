"""A share of few cases is uncertain, and this says how much."""

from math import sqrt
from typing import Final

Z_95: Final = 1.959964
"""The bounds of a share hold in 95 of 100 samples."""


def bounds(part: int, whole: int) -> tuple[float, float]:
    """Return between which values a share lies with 95 % confidence, by Wilson's interval."""
    if not whole:
        return 0.0, 1.0
    p, z2 = part / whole, Z_95 * Z_95
    middle = p + z2 / (2 * whole)
    reach = Z_95 * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    scale = 1 + z2 / whole
    return round(max(0.0, (middle - reach) / scale), 4), round(
        min(1.0, (middle + reach) / scale), 4
    )
