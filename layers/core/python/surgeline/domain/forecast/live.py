"""The rest of a day is forecast anew here, from what came so far."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

HASTE: Final = 2.0
"""The ratio counts by so many times the share of the day that was seen, and at most wholly."""
LEVEL_VARIES: Final = 0.002
"""The variance of a day's level on its weekday: about 4.5 % up or down."""
_SHAPE_VARIES: Final = 0.05
"""The same for a part of a day, whose shape varies too."""
_JUMP: Final = 4.0
"""So many deviations away it is no usual day, and what came is believed at once."""
_JUMP_CONTACTS: Final = 20
"""A jump is of so many contacts at least."""


def live_factor(
    expected: Sequence[float],
    came: Sequence[float],
    varies: float = LEVEL_VARIES,
    haste: float = HASTE,
) -> float:
    """Return the factor for the rest of the day. `came` are the counts of its first intervals.

    `varies` is the variance of the forecast's level: it is larger for a forecast that is less sure.
    With more `haste` a change counts wholly after a smaller share of the day.

    The raw ratio of what came to what was expected makes the forecast of a usual morning worse. So
    it counts by the share of the day that was seen, and less where few contacts could be seen.
    """
    whole, seen, counted = sum(expected), sum(expected[: len(came)]), sum(came)
    if not seen:
        return 1.0
    change = counted / seen - 1
    if _is_jump(seen, counted):
        return 1 + change
    believed = seen * varies / (1 + seen * varies)
    return 1 + change * min(1.0, haste * seen / whole) * believed


def _is_jump(expected: float, came: float) -> bool:
    deviation = sqrt(expected + _SHAPE_VARIES * expected * expected)
    return abs(came - expected) > max(_JUMP * deviation, _JUMP_CONTACTS)
