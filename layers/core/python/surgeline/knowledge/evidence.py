"""What speaks for the best article, measured alike at build time and for a live question."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.features import Floats, Ints

# A choice offers up to this many articles.
CHOICES: Final = 3


class Evidence(NamedTuple):
    """Articles by falling score (the first ones, row by row) and the measures of the first."""

    order: Ints
    measures: NDArray[np.float64]


def weigh(
    scores: Floats,
    similarity: Floats,
    owners: Ints,
    known_share: NDArray[np.float64],
    closeness: Floats | None = None,
) -> Evidence:
    """Measure rows of article scores and phrasing similarities; -inf marks what is left out.

    `similarity` compares grams, `closeness` (where the tier has an encoder) compares vectors.
    """
    rows = np.arange(len(scores))
    order = np.argsort(-scores, axis=1, kind="stable")
    best = order[:, 0]
    ranked = np.take_along_axis(scores, order[:, : CHOICES + 1], axis=1).astype(np.float64)
    ranked = np.where(np.isfinite(ranked), ranked, -0.5)
    if ranked.shape[1] <= CHOICES:
        missing = CHOICES + 1 - ranked.shape[1]
        ranked = np.pad(ranked, ((0, 0), (0, missing)), constant_values=0.0)
    measures = [
        ranked[:, 0],
        ranked[:, 0] - ranked[:, 1],
        ranked[:, 0] - ranked[:, CHOICES],
        *_nearness(similarity, owners, scores.shape[1], rows, best),
        known_share,
    ]
    if closeness is not None:
        measures.extend(_nearness(closeness, owners, scores.shape[1], rows, best))
    return Evidence(order, np.column_stack(measures).astype(np.float64))


def _nearness(
    similarity: Floats, owners: Ints, articles: int, rows: Ints, best: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how near the best article's nearest phrasing is, and by how much it leads."""
    nearest = nearest_of_articles(similarity, owners, articles)
    own = np.maximum(nearest[rows, best], 0.0).astype(np.float64)
    nearest[rows, best] = -np.inf
    other = np.maximum(nearest.max(axis=1), 0.0).astype(np.float64)
    return own, own - other


def nearest_of_articles(similarity: Floats, owners: Ints, articles: int) -> Floats:
    """Return for each row the greatest similarity to each article; owners are in rising order."""
    starts = np.searchsorted(owners, np.arange(articles))
    nearest: Floats = np.maximum.reduceat(similarity, starts, axis=1)
    return nearest
