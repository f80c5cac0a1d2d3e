"""Products of bytes have the same sums on every processor, also where pairs are cut to 16 bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from surgeline.knowledge.arrays.byte_steps import (
    MOST_STEPS,
    MOST_STEPS_OF_A_PAIR,
    in_multiplied_steps,
    in_steps,
)

LEAST_SUM, MOST_SUM = -(2**15), 2**15 - 1


def matrices(shape: tuple[int, int], seed: int) -> NDArray[np.float32]:
    """Return a matrix in which neighbours are alike, as is worst for their sums."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=shape) * random.choice([0.0, 0.01, 1.0, 30.0], size=shape)
    rows[1::2] = rows[: len(rows) // 2 * 2 : 2] * random.choice([1.0, -1.0, 0.3])
    return rows.astype(np.float32)


def cut_products(rows: NDArray[np.uint8], steps: NDArray[np.int8]) -> NDArray[np.int64]:
    """Multiply as a processor without instructions for bytes does: pairs of rows in 16 bits."""
    products = rows.astype(np.int64)[:, :, None] * steps.astype(np.int64)[None]
    padded = np.pad(products, ((0, 0), (0, products.shape[1] % 2), (0, 0)))
    pairs = np.clip(padded[:, 0::2] + padded[:, 1::2], LEAST_SUM, MOST_SUM)
    sums: NDArray[np.int64] = pairs.sum(axis=1)
    return sums


@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_no_product_of_bytes_is_cut(height: int, width: int, seed: int) -> None:
    """A processor that cuts pairs to 16 bits gets the exact sums for all bytes."""
    steps, _ = in_multiplied_steps(matrices((height, width), seed))
    random = np.random.default_rng(seed)
    rows = random.choice(np.array([0, 1, 128, 254, 255], np.uint8), size=(8, height))
    rows[0] = 255
    exact = rows.astype(np.int64) @ steps.astype(np.int64)
    assert np.array_equal(cut_products(rows, steps), exact)


@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_steps_are_as_small_as_is_safe(height: int, width: int, seed: int) -> None:
    """A column either reaches the greatest step or has a pair near the greatest sum."""
    matrix = matrices((height, width), seed)
    steps, scales = in_multiplied_steps(matrix)
    assert np.all(np.abs(steps * scales - matrix) <= scales * 0.5001)
    wide = np.abs(steps.astype(np.int64))
    pairs = np.abs(steps[: height // 2 * 2].astype(np.int64).reshape(-1, 2, width).sum(axis=1))
    assert pairs.max(initial=0) <= MOST_STEPS_OF_A_PAIR
    full = np.maximum(wide.max(axis=0), pairs.max(axis=0, initial=0)) >= MOST_STEPS - 1
    assert np.all(full | (np.abs(matrix).max(axis=0) < 1e-9))


def test_steps_that_nothing_is_multiplied_with_may_be_larger() -> None:
    """A table that is only looked up keeps all its steps."""
    matrix = np.ones((2, 1), dtype=np.float32)
    assert in_steps(matrix)[0].tolist() == [[127], [127]]
    assert in_multiplied_steps(matrix)[0].tolist() == [[64], [64]]
    assert cut_products(np.array([[255, 255]], np.uint8), in_steps(matrix)[0]) == MOST_SUM


@pytest.mark.parametrize("value", [0.0, 1e-20])
def test_nothing_is_divided_by_nothing(value: float) -> None:
    """A column of zeros stays one."""
    steps, scales = in_multiplied_steps(np.full((3, 2), value, dtype=np.float32))
    assert not steps.any()
    assert np.all(scales > 0)
