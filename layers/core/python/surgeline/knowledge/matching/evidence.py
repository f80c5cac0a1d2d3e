"""Evidence for the best article is measured here, alike at build time and for a question."""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.matching.features import Ints

# A choice offers up to this many articles.
CHOICES: Final = 3
# A missing article scores this, which is less than any article that is there.
_NOTHING: Final = -0.5
# The measures of the first way of comparing (by grams) begin at this column.
_GRAMS: Final = 4
_SAME: Final = 0.9995


Matrix = NDArray[np.float64]


class Evidence(NamedTuple):
    """The first articles of each row by falling score, and the measures of the very first.

    `offering` are the measures by which the first articles together are weighed, where these are
    others.
    """

    order: Ints
    measures: Matrix
    offering: Matrix | None = None


Margin = tuple[Matrix, Matrix]
"""Each row's nearness to its best article, and its nearness to the nearest other articles."""


def weigh(
    scores: Floats,
    margins: Callable[[Ints], Iterator[Margin]],
    known_share: Matrix,
    *,
    ranked_by: Floats | None = None,
) -> Evidence:
    """Measure rows of article scores; -inf marks an article that is left out.

    `margins` yields the margin of the best articles for each way of comparing texts. `known_share`
    is the share of a text's weight in grams that the knowledge base knows. `ranked_by` orders the
    articles where it is not the scores. The measures are of the scores all the same.
    """
    order = np.argsort(-(scores if ranked_by is None else ranked_by), axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order[:, : CHOICES + 1], axis=1).astype(np.float64)
    ranked = np.where(np.isfinite(ranked), ranked, _NOTHING)
    missing = CHOICES + 1 - ranked.shape[1]
    if missing > 0:
        ranked = np.pad(ranked, ((0, 0), (0, missing)), constant_values=0.0)
    first = ranked[:, 0]
    second = ranked[:, 1] if ranked_by is None else ranked[:, 1:].max(axis=1)
    measures = [first, first - second, first - ranked[:, CHOICES], known_share]
    for own, other in margins(order[:, 0]):
        measures.extend((np.maximum(own, 0.0), np.maximum(own, 0.0) - np.maximum(other, 0.0)))
    found = np.column_stack(measures)
    if ranked_by is None:
        return Evidence(order, found)
    return Evidence(order, found, _offering(order, ranked_by, found))


def _offering(order: Ints, ranked_by: Floats, measures: Matrix) -> Matrix:
    """Return the measures with the first three taken half from what ranked the articles."""
    ranked = np.take_along_axis(ranked_by, order[:, : CHOICES + 1], axis=1).astype(np.float64)
    ranked = np.where(np.isfinite(ranked), ranked, _NOTHING)
    first, last = ranked[:, 0], ranked[:, -1]
    second = ranked[:, min(1, ranked.shape[1] - 1)]
    told = np.column_stack((first, first - second, first - last))
    half = (told + measures[:, : told.shape[1]]) / 2.0
    return np.concatenate((half, measures[:, told.shape[1] :]), axis=1)


def margins_of_rows(nearest: Sequence[Floats], best: Ints) -> Iterator[Margin]:
    """Return many texts' margins from their similarities to each article's nearest phrasing."""
    rows = np.arange(len(best))
    for near in nearest:
        others = near.copy()
        others[rows, best] = -np.inf
        yield near[rows, best].astype(np.float64), others.max(axis=1).astype(np.float64)


def weigh_one(
    scores: Floats,
    margins: Callable[[int], Iterator[tuple[float, float]]],
    known_share: float,
    *,
    ranked_by: Floats | None = None,
) -> Evidence:
    """Measure one text's scores as `weigh` measures rows of them, in plain numbers.

    A customer waits for this one, and arrays of one row are slow.
    """
    order = np.argsort(-(scores if ranked_by is None else ranked_by), kind="stable")
    leading = order[: CHOICES + 1].tolist()
    ranked = [score if isfinite(score) else _NOTHING for score in scores[leading].tolist()]
    ranked += [0.0] * (CHOICES + 1 - len(ranked))
    first = ranked[0]
    second = ranked[1] if ranked_by is None else max(ranked[1:])
    measures = [first, first - second, first - ranked[CHOICES], known_share]
    for own, other in margins(leading[0]):
        near = max(own, 0.0)
        measures += (near, near - max(other, 0.0))
    found = np.array([measures])
    if ranked_by is None:
        return Evidence(order[None, :], found)
    return Evidence(order[None, :], found, _offering(order[None, :], ranked_by[None, :], found))


def margins_of_one(compared: Sequence[Floats], phrasings: slice) -> Iterator[tuple[float, float]]:
    """Return the margins of one text from its similarities to all phrasings."""
    for similarity in compared:
        before, after = similarity[: phrasings.start], similarity[phrasings.stop :]
        other = max(before.max(initial=-np.inf), after.max(initial=-np.inf))
        yield float(similarity[phrasings].max()), float(other)


def is_verbatim(evidence: Evidence) -> bool:
    """Return whether only the best article has a phrasing with the first text's very grams."""
    own, lead = evidence.measures[0, _GRAMS : _GRAMS + 2]
    return bool(own > _SAME and own - lead < _SAME)


def is_one_alone(grams: Floats, owners: Ints) -> bool:
    """Return whether exactly one article has a phrasing with the very same grams."""
    same = owners[np.flatnonzero(grams > _SAME)]
    return len(same) > 0 and bool(same[0] == same[-1])


def firsts_of(owners: Ints) -> Ints:
    """Return the place where each article's phrasings begin, and their number; owners rise."""
    return np.searchsorted(owners, np.arange(int(owners[-1]) + 2)).astype(np.int64)


def nearest_of_articles(similarity: Floats, firsts: Ints) -> Floats:
    """Return for each row the greatest similarity to each article."""
    nearest: Floats = np.maximum.reduceat(similarity, firsts[:-1], axis=-1)
    return nearest
