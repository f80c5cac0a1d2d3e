"""The questions that a chat page offers first are kept beside each version of a knowledge base.

Key: `knowledge/{base}/{version}.starters.json`. The chat page reads it without the index, which is
large. The authors' order counts: the first articles of a language are offered.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent

if TYPE_CHECKING:
    from surgeline.knowledge.articles.article import Article

OFFERED = 3
MOST_CHARS = 60
"""A longer question would not fit on a button."""

Starters = Mapping[str, tuple[str, ...]]
"""Questions by language."""


def starters_of(articles: "Iterable[Article]") -> Starters:
    """Return a short question of each of the first articles, by language.

    A whole question is chosen before mere words.
    """
    found: dict[str, list[str]] = {}
    for article in articles:
        chosen = found.setdefault(article.language, [])
        fitting = [each for each in article.questions if len(each) <= MOST_CHARS]
        asked = (each for each in fitting if each.rstrip().endswith(("?", "？")))
        short = next(asked, fitting[0] if fitting else None)
        if short and len(chosen) < OFFERED:
            chosen.append(short)
    return {language: tuple(questions) for language, questions in found.items() if questions}


def keep_starters(blobs: Blobs, knowledge_base: str, version: str, starters: Starters) -> None:
    """Keep the questions of a version."""
    blobs.put(_key(knowledge_base, version), json.dumps(starters).encode())


def kept_starters(blobs: Blobs, knowledge_base: str) -> Starters:
    """Return the questions of the version that answers, or none where none are known.

    Release 0.1.0 kept none.
    """
    try:
        version = str(json.loads(blobs.get(f"knowledge/{knowledge_base}/current"))["version"])
        found = json.loads(blobs.get(_key(knowledge_base, version)))
    except (Absent, ValueError, TypeError, KeyError):
        return {}
    return {language: tuple(questions) for language, questions in found.items()}


def _key(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/{version}.starters.json"
