"""Solving for articles, and every leaving-out, beside learning anew without what is left out."""

import numpy as np
import pytest
from numpy.typing import NDArray
from surgeline.knowledge.matching.ridge import RIDGE, fit, left_out_accuracy

ARTICLES = 40


def similar_phrasings(count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the similarities of phrasings scattered around their articles, and their owners."""
    random = np.random.default_rng(3)
    owners = np.sort(np.concatenate((np.arange(ARTICLES), random.integers(0, ARTICLES, count))))
    middles = random.standard_normal((ARTICLES, 30))
    spots = middles[owners[:count]] + random.standard_normal((count, 30))
    spots /= np.linalg.norm(spots, axis=1, keepdims=True)
    return np.exp((spots @ spots.T - 1.0) / 0.5).astype(np.float32), owners[:count]


def learnt(
    kernel: NDArray[np.float32], owners: NDArray[np.int64], articles: int
) -> NDArray[np.float64]:
    """Return the coefficients by the plain inverse."""
    inverse = np.linalg.inv(kernel.astype(np.float64) + RIDGE * np.eye(len(kernel)))
    coefficients: NDArray[np.float64] = inverse @ np.eye(articles)[owners]
    return coefficients


@pytest.mark.parametrize("count", [90, 700, 2_100])
def test_the_solution_solves(count: int) -> None:
    """Small bases, those that are solved in strips, and those in single precision alike."""
    kernel, owners = similar_phrasings(count)
    articles = int(owners[-1]) + 1
    found = fit(kernel.copy(), owners, articles).coefficients
    membership = kernel @ found + np.float32(RIDGE) * found
    assert np.allclose(membership, np.eye(articles)[owners], atol=1e-4)


def test_left_out_scores_are_those_of_learning_without_it() -> None:
    """Leaving out a phrasing, or its whole article, needs no second solution to be exact."""
    kernel, owners = similar_phrasings(600)
    articles = int(owners[-1]) + 1
    fitted = fit(kernel.copy(), owners, articles)
    for phrasing in (0, 17, 599):
        others = np.arange(600) != phrasing
        scores = kernel[phrasing, others] @ learnt(
            kernel[np.ix_(others, others)], owners[others], articles
        )
        assert np.allclose(fitted.without_phrasing[phrasing], scores, atol=1e-4)
        others = owners != owners[phrasing]
        scores = kernel[phrasing, others] @ learnt(
            kernel[np.ix_(others, others)], owners[others], articles
        )
        scores[owners[phrasing]] = -np.inf
        assert np.allclose(fitted.without_article[phrasing], scores, atol=1e-4)


def test_accuracy_counts_left_out_phrasings_that_find_their_article() -> None:
    """The accuracy is the share of left-out phrasings that score their own article best."""
    kernel, owners = similar_phrasings(600)
    articles = int(owners[-1]) + 1
    best = fit(kernel.copy(), owners, articles).without_phrasing.argmax(axis=1)
    assert left_out_accuracy(kernel, owners, articles) == pytest.approx((best == owners).mean())
