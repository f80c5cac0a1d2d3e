"""Kernel ridge regression from phrasings to articles, with exact left-out scores, lives here."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.arrays.side_by_side import run_in_two_threads
from surgeline.knowledge.matching.features import Ints

RIDGE: Final = 0.5
# Beyond this many phrasings, single precision halves memory and time.
_PRECISE_UP_TO: Final = 2_000
_SMALL: Final = 256
# Triangles are multiplied in strips, which skips most of their zeros.
_STRIP: Final = 512

Triangle = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Fit:
    """The learned coefficients (phrasings x articles) and the scores of left-out phrasings.

    `without_phrasing` scores each phrasing by a model that never saw it. `without_article` scores
    it by a model that never saw its article. So a question scores that the knowledge base cannot
    answer.
    """

    coefficients: Floats
    without_phrasing: Floats
    without_article: Floats


def fit(kernel: Floats, owners: Ints, articles: int) -> Fit:
    """Solve (kernel + ridge) coefficients = membership, and every leaving-out exactly from it.

    Owners are in rising order. The kernel's memory is overwritten.
    """
    triangle = _factor(kernel)
    starts = np.searchsorted(owners, np.arange(articles + 1))
    coefficients = _coefficients(triangle, starts)
    return Fit(
        coefficients.astype(np.float32),
        _without_phrasings(triangle, coefficients, owners).astype(np.float32),
        _without_articles(triangle, coefficients, starts).astype(np.float32),
    )


def left_out_accuracy(kernel: Floats, owners: Ints, articles: int) -> float:
    """Return the share of left-out phrasings whose own article scores best.

    Owners are in rising order. A large kernel's memory is overwritten.
    """
    triangle = _factor(kernel)
    coefficients = _coefficients(triangle, np.searchsorted(owners, np.arange(articles + 1)))
    scores = _without_phrasings(triangle, coefficients, owners)
    return float((scores.argmax(axis=1) == owners).mean())


def _coefficients(triangle: Triangle, starts: Ints) -> NDArray[Any]:
    """Return the inverse (the triangle's square) times the articles' memberships."""
    folded = np.add.reduceat(triangle, starts[:-1], axis=1)
    found = np.empty_like(folded)

    def solve(strip: slice) -> None:
        np.matmul(triangle[strip.start :, strip].T, folded[strip.start :], out=found[strip])

    run_in_two_threads(solve, _strips(len(triangle)))
    return found


def _without_phrasings(
    triangle: Triangle, coefficients: NDArray[Any], owners: Ints
) -> NDArray[Any]:
    scores: NDArray[Any] = coefficients / -np.einsum("ij,ij->j", triangle, triangle)[:, None]
    scores[np.arange(len(owners)), owners] += 1.0
    return scores


def _without_articles(triangle: Triangle, coefficients: NDArray[Any], starts: Ints) -> NDArray[Any]:
    scores = np.empty_like(coefficients)
    for article, (first, end) in enumerate(pairwise(starts.tolist())):
        mine = triangle[first:, first:end]
        scores[first:end] = -np.linalg.solve(mine.T @ mine, coefficients[first:end])
        scores[first:end, article] = -np.inf
    return scores


def _factor(kernel: Floats) -> Triangle:
    """Return the lower triangle whose square is the inverse of the kernel plus the ridge.

    A large kernel's memory is overwritten, because the triangle is built in it.
    """
    count = len(kernel)
    regularised: NDArray[Any] = kernel.astype(np.float64) if count <= _PRECISE_UP_TO else kernel
    regularised.flat[:: count + 1] += RIDGE
    _factor_inverted(regularised)
    return regularised


def _factor_inverted(matrix: NDArray[Any]) -> None:
    """Replace a positive definite matrix by the inverse of its lower triangular factor.

    numpy's own routines would compute single precision in double, at twice the memory. Here all but
    the smallest blocks are matrix products. Only the lower half of the matrix is read.
    """
    count = len(matrix)
    if count <= _SMALL:
        matrix[:] = np.tril(np.linalg.inv(np.linalg.cholesky(matrix.astype(np.float64))))
        return
    half = count // 2
    upper, lower, corner = matrix[:half, :half], matrix[half:, half:], matrix[half:, :half]
    _factor_inverted(upper)
    factor = np.empty_like(corner)

    def divide(strip: slice) -> None:
        np.matmul(corner[:, : strip.stop], upper[strip, : strip.stop].T, out=factor[:, strip])

    def subtract(strip: slice) -> None:
        lower[strip, : strip.stop] -= factor[strip] @ factor[: strip.stop].T

    def spread(strip: slice) -> None:
        np.matmul(factor[:, strip.start :], upper[strip.start :, strip], out=corner[:, strip])

    def invert(strip: slice) -> None:
        np.matmul(lower[strip, : strip.stop], factor[: strip.stop], out=corner[strip])

    run_in_two_threads(divide, _strips(half))
    run_in_two_threads(subtract, _strips(count - half))
    _factor_inverted(lower)
    run_in_two_threads(spread, _strips(half))
    np.negative(corner, out=factor)
    run_in_two_threads(invert, _strips(count - half))
    matrix[:half, half:] = 0.0


def _strips(count: int) -> list[slice]:
    return [slice(first, min(first + _STRIP, count)) for first in range(0, count, _STRIP)]
