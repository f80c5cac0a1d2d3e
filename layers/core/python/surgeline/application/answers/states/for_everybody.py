"""The articles that everybody may read are kept beside each version, for the help centre.

Key: `knowledge/{base}/{version}.help.json`. The pages are made of it without the index, which is
large. A version that an earlier release built has none: its texts stand in, without the tags.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from surgeline.application.answers.states.article_texts import texts_of
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.media import ArticleMedia
from surgeline.knowledge.articles.states import AUTOMATED, FOR_PEOPLE

PUBLIC: Final = "public"
"""The tag of an article that everybody may read as soon as people are shown it."""


def is_public(article: Article) -> bool:
    """Return whether everybody may read an article.

    They may if it answers, or if it is for people and has the tag `public`. No tag shows a draft or
    an article at rest.
    """
    if article.state in ("", AUTOMATED):
        return True
    return PUBLIC in article.tags and article.state in FOR_PEOPLE


def keep_for_everybody(
    blobs: Blobs, knowledge_base: str, version: str, articles: Iterable[Article]
) -> None:
    """Keep what a help centre shows of a version, without phrasings and notes."""
    rows = [
        {
            "id": each.id,
            "title": each.title,
            "language": each.language,
            "answer": each.answer,
            "public": PUBLIC in each.tags,
            "media": [asdict(one) for one in each.media],
        }
        for each in articles
    ]
    blobs.put(_key(knowledge_base, version), json.dumps(rows, ensure_ascii=False).encode())


def for_everybody(blobs: Blobs, knowledge_base: str, version: str) -> Sequence[Article]:
    """Return the articles of a version as a help centre shows them, whatever their states."""
    raw = bytes_of(blobs, _key(knowledge_base, version))
    if raw is not None:
        return list(map(_article, json.loads(raw)))
    texts = texts_of(blobs, knowledge_base, version) or {}
    return [
        Article(name, each.title, each.language, (), each.answer) for name, each in texts.items()
    ]


def _article(row: Mapping[str, Any]) -> Article:
    return Article(
        str(row["id"]),
        str(row["title"]),
        str(row["language"]),
        (),
        str(row["answer"]),
        tags=(PUBLIC,) if row["public"] else (),
        media=tuple(ArticleMedia(**each) for each in row["media"]),
    )


def _key(knowledge_base: str, version: str) -> str:
    return f"knowledge/{knowledge_base}/{version}.help.json"
