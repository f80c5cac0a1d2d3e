"""Kernel ridge regression from phrasings to articles, with exact left-out scores, lives here."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.features import Floats, Ints

RIDGE: Final = 0.5
# Beyond this many phrasings single precision halves memory and time.
_PRECISE_UP_TO: Final = 2_000
_SMALL: Final = 256


@dataclass(frozen=True, slots=True)
class Fit:
    """What was learned: coefficients (phrasings x articles) and the scores of left-out phrasings.

    `without_phrasing` scores each phrasing by a model that never saw it, `without_article` by one
    that never saw its article: how a question looks that the knowledge base cannot answer.
    """

    coefficients: Floats
    without_phrasing: Floats
    without_article: Floats


def fit(kernel: Floats, owners: Ints, articles: int) -> Fit:
    """Solve (kernel + ridge) coefficients = membership, and every leaving-out exactly from it.

    The kernel's memory is used up.
    """
    count = len(owners)
    inverse = _inverted(kernel)
    membership = np.zeros((count, articles), dtype=inverse.dtype)
    membership[np.arange(count), owners] = 1.0
    coefficients = inverse @ membership
    without_phrasing = membership - coefficients / np.diag(inverse)[:, None]
    without_article = _without_articles(inverse, coefficients, owners, articles)
    return Fit(
        coefficients.astype(np.float32),
        without_phrasing.astype(np.float32),
        without_article.astype(np.float32),
    )


def left_out_accuracy(kernel: Floats, owners: Ints, articles: int) -> float:
    """Return the share of left-out phrasings whose own article scores best."""
    inverse = _inverted(kernel)
    membership = (owners[:, None] == np.arange(articles)[None, :]).astype(inverse.dtype)
    scores = membership - inverse @ membership / np.diag(inverse)[:, None]
    return float((scores.argmax(axis=1) == owners).mean())


def _inverted(kernel: Floats) -> NDArray[Any]:
    """Return the inverse of the kernel plus the ridge; a large kernel's memory is used up."""
    count = len(kernel)
    regularised: NDArray[Any] = kernel.astype(np.float64) if count <= _PRECISE_UP_TO else kernel
    regularised.flat[:: count + 1] += RIDGE
    _factor_inverted(regularised)
    inverse: NDArray[Any] = regularised.T @ regularised
    return inverse


def _factor_inverted(matrix: NDArray[Any]) -> None:
    """Replace a positive definite matrix by the inverse of its lower triangular factor.

    numpy's own routines would compute single precision in double, at twice the memory. Here all
    but the smallest blocks are matrix products.
    """
    count = len(matrix)
    if count <= _SMALL:
        matrix[:] = np.tril(np.linalg.inv(np.linalg.cholesky(matrix.astype(np.float64))))
        return
    half = count // 2
    upper, lower, corner = matrix[:half, :half], matrix[half:, half:], matrix[half:, :half]
    _factor_inverted(upper)
    factor = corner @ upper.T
    lower -= factor @ factor.T
    _factor_inverted(lower)
    np.matmul(lower, factor @ upper, out=corner)
    np.negative(corner, out=corner)
    matrix[:half, half:] = 0.0


def _without_articles(
    inverse: NDArray[Any], coefficients: NDArray[Any], owners: Ints, articles: int
) -> NDArray[Any]:
    scores = np.empty_like(coefficients)
    for article in range(articles):
        mine = np.flatnonzero(owners == article)
        block = inverse[np.ix_(mine, mine)]
        scores[mine] = -np.linalg.solve(block, coefficients[mine])
        scores[mine, article] = -np.inf
    return scores
