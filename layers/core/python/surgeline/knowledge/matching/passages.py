"""The sentences of the answers are compared with a question here, where phrasings are few.

A FAQ page has one phrasing an article, and its answer has most of what the article is about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.matching.features import (
    Ints,
    Lookup,
    Rows,
    Vocabulary,
    similarities,
)
from surgeline.knowledge.text.reading import match_form

# An article's passages are worth so much beside what its phrasings score.
WORTH: Final = 0.25
# So many sentences of an answer count. What comes behind them is small print.
MOST_OF_AN_ANSWER: Final = 12
_SHORTEST: Final = 9
_ENDS: Final = re.compile(r"(?<=[.!?。？！])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Passages:
    """The sentences of one language's answers. `owners` are articles, by their places.

    `rows` are the sentences' grams. `held` are the articles that have each gram, and `vectors` are
    the sentences as each encoder's view places them.
    """

    articles: int
    owners: Ints
    vocabulary: Vocabulary
    rows: Rows
    lookup: Lookup
    held: Rows
    vectors: Mapping[str, Floats]

    @classmethod
    def of(
        cls,
        articles: int,
        owners: Ints,
        vocabulary: Vocabulary,
        rows: Rows,
        vectors: Mapping[str, Floats],
    ) -> "Passages":
        """Return the passages of what an artifact stores."""
        width = len(vocabulary.hashes)
        lookup = Lookup.of(rows.transposed(width), len(rows))
        return cls(
            articles,
            owners,
            vocabulary,
            rows,
            lookup,
            _held(owners, rows, articles, width),
            vectors,
        )

    def closeness(self, text: str, placed: Mapping[str, Floats]) -> Floats:
        """Return how close a text is to each article's answer, from 0 for nothing in common.

        `placed` is the text as each view places it.
        """
        columns, values, _ = self.vocabulary.row(match_form(text))
        found = similarities(self.held, columns, np.square(values), self.articles)
        found += self._nearest(self.lookup.similarities(columns, values))
        for tier, vector in placed.items():
            if tier in self.vectors:
                found += self._nearest(self.vectors[tier] @ vector)
        return found

    def _nearest(self, similarity: Floats) -> Floats:
        """Return the greatest similarity of each article's passages."""
        nearest = np.zeros(self.articles, dtype=np.float32)
        np.maximum.at(nearest, self.owners, similarity.astype(np.float32))
        return nearest


def sentences_of(answer: str) -> Sequence[str]:
    """Return the sentences of an answer that say something."""
    parts = [each.strip() for each in _ENDS.split(answer)]
    return [each for each in parts if len(each) >= _SHORTEST][:MOST_OF_AN_ANSWER]


def _held(owners: Ints, rows: Rows, articles: int, width: int) -> Rows:
    """Return by columns which articles have each gram."""
    pairs = np.unique(owners[rows.row_numbers()] * width + rows.columns)
    starts = np.searchsorted(pairs // width, np.arange(articles + 1)).astype(np.int64)
    ones = np.ones(len(pairs), dtype=np.float32)
    return Rows(starts, pairs % width, ones).transposed(width)
