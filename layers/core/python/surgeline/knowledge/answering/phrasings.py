"""The distinct phrasings of one language's articles are collected here, in a fixed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.features import Ints
from surgeline.knowledge.text.reading import match_form


@dataclass(frozen=True, slots=True)
class Phrasings:
    """The distinct phrasings of one language in the order of their articles.

    `owners` are positions among the language's articles. `sources` are positions among an article's
    questions; the title has the position after the last question. `asked` marks the questions.
    """

    forms: tuple[str, ...]
    texts: tuple[str, ...]
    owners: Ints
    sources: Ints
    asked: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> "Phrasings":
        """Return the phrasings that are kept."""
        return Phrasings(
            tuple(compress(self.forms, kept)),
            tuple(compress(self.texts, kept)),
            self.owners[kept],
            self.sources[kept],
            self.asked[kept],
        )


def collect(articles: Sequence[Article], members: Ints) -> Phrasings:
    """Return the members' distinct phrasings; a title counts as one more."""
    found: list[tuple[str, str, int, int, bool]] = []
    for owner, member in enumerate(members.tolist()):
        article = articles[member]
        seen: set[str] = set()
        for source, text in enumerate((*article.questions, article.title)):
            form = match_form(text)
            asked = source < len(article.questions)
            # An article without any text that can be matched keeps its title, as a blank.
            if form not in seen and (form or (not seen and not asked)):
                seen.add(form)
                found.append((form, text, owner, source, asked))
    forms, texts, owners, sources, asks = zip(*found, strict=True)
    return Phrasings(
        forms,
        texts,
        np.array(owners, np.int64),
        np.array(sources, np.int64),
        np.array(asks, np.bool_),
    )
