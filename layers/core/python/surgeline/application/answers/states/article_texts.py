"""The texts of each version are kept here, so that versions are compared without their indexes.

Key: `knowledge/{base}/{version}.texts.json`. A version that an earlier release built has none.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict

from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.notices import ArticleText, text_of


def keep_texts(
    blobs: Blobs, knowledge_base: str, version: str, articles: Iterable[Article]
) -> None:
    """Keep the texts of a version."""
    texts = {each.id: asdict(text_of(each)) for each in articles}
    blobs.put(_key(knowledge_base, version), json.dumps(texts, ensure_ascii=False).encode())


def texts_of(blobs: Blobs, knowledge_base: str, version: str) -> dict[str, ArticleText] | None:
    """Return the texts of a version by article, or None where none are kept."""
    raw = bytes_of(blobs, _key(knowledge_base, version))
    if raw is None:
        return None
    found = json.loads(raw)
    return {
        name: ArticleText(**{**each, "media": tuple(each["media"])}) for name, each in found.items()
    }


def _key(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/{version}.texts.json"
