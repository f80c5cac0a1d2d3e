"""Matrices are rounded here to bytes that every processor multiplies to the same sums.

Some processors have no instructions for products of bytes. They multiply unsigned by signed bytes
in pairs of neighbouring rows, and keep each pair's sum in 16 bits. A sum that does not fit is cut.
So no two neighbours of a column may add up to more than 128 steps, because 255 x 128 fits.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats

MOST_STEPS: Final = 127
MOST_STEPS_OF_A_PAIR: Final = 128
# Rounding may add half a step to each of the two neighbours.
_STEPS_OF_A_PAIR: Final = np.float32(MOST_STEPS_OF_A_PAIR - 1)
_LEAST: Final = 1e-12

Steps = NDArray[np.int8]


def in_steps(matrix: Floats) -> tuple[Steps, Floats]:
    """Return the matrix in steps of its columns' scales, and the scales."""
    return _rounded(matrix, _greatest(matrix) / np.float32(MOST_STEPS))


def in_multiplied_steps(matrix: Floats) -> tuple[Steps, Floats]:
    """Return steps and scales for a matrix that unsigned bytes are multiplied with.

    No pair of neighbours overflows.
    """
    even = len(matrix) // 2 * 2
    pairs = matrix[0:even:2] + matrix[1:even:2]
    scales = np.maximum(
        _greatest(matrix) / np.float32(MOST_STEPS), _greatest(pairs) / _STEPS_OF_A_PAIR
    )
    return _rounded(matrix, scales)


def _greatest(matrix: Floats) -> Floats:
    found: Floats = np.abs(matrix).max(axis=0, initial=_LEAST).astype(np.float32)
    return found


def _rounded(matrix: Floats, scales: Floats) -> tuple[Steps, Floats]:
    return np.rint(matrix / scales).astype(np.int8), scales
