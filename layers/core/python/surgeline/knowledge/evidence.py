"""What speaks for the best article, measured alike at build time and for a live question."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.features import Floats, Ints

# A choice offers up to this many articles.
CHOICES: Final = 3
# What a missing article scores: less than any that is there.
_NOTHING: Final = -0.5
# Where the measures of the first way of comparing (by grams) stand.
_GRAMS: Final = 4
_SAME: Final = 0.9995


class Evidence(NamedTuple):
    """Articles by falling score (the first ones, row by row) and the measures of the first."""

    order: Ints
    measures: NDArray[np.float64]


def weigh(
    scores: Floats,
    nearest: Sequence[Floats],
    known_share: NDArray[np.float64],
) -> Evidence:
    """Measure rows of article scores; -inf marks what is left out.

    `nearest` holds, for each way of comparing texts, how similar each article's nearest phrasing
    is; `known_share` how much of a text's weight is in grams that the knowledge base knows.
    """
    rows = np.arange(len(scores))
    order = np.argsort(-scores, axis=1, kind="stable")
    best = order[:, 0]
    ranked = np.take_along_axis(scores, order[:, : CHOICES + 1], axis=1).astype(np.float64)
    ranked = np.where(np.isfinite(ranked), ranked, _NOTHING)
    missing = CHOICES + 1 - ranked.shape[1]
    if missing > 0:
        ranked = np.pad(ranked, ((0, 0), (0, missing)), constant_values=0.0)
    first = ranked[:, 0]
    measures = [first, first - ranked[:, 1], first - ranked[:, CHOICES], known_share]
    for near in nearest:
        own = np.maximum(near[rows, best], 0.0).astype(np.float64)
        others = near.copy()
        others[rows, best] = -np.inf
        other = np.maximum(others.max(axis=1), 0.0).astype(np.float64)
        measures.extend((own, own - other))
    return Evidence(order, np.column_stack(measures).astype(np.float64))


def is_verbatim(evidence: Evidence) -> bool:
    """Whether the (first) text has the very grams of one of the best article's phrasings alone."""
    own, lead = evidence.measures[0, _GRAMS : _GRAMS + 2]
    return bool(own > _SAME and own - lead < _SAME)


def is_one_alone(nearest: Floats) -> bool:
    """Whether one article, and no other, has a phrasing of the very same grams."""
    return int((nearest > _SAME).sum()) == 1


def firsts_of(owners: Ints) -> Ints:
    """Return where each article's phrasings begin; owners are in rising order."""
    return np.searchsorted(owners, np.arange(int(owners[-1]) + 1)).astype(np.int64)


def nearest_of_articles(similarity: Floats, firsts: Ints) -> Floats:
    """Return for each row the greatest similarity to each article."""
    nearest: Floats = np.maximum.reduceat(similarity, firsts, axis=-1)
    return nearest
