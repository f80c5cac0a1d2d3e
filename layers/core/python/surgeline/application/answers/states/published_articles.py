"""The articles that answer at this moment are read from the published index here."""

from collections.abc import Sequence

from surgeline.application.answers.current_knowledge import current_index, index_key
from surgeline.application.ports.blobs import Blobs
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.articles.article import Article


def articles_now(blobs: Blobs, knowledge_base: str) -> Sequence[Article]:
    """Return the articles that answer now, or none before the first publication."""
    current = current_index(blobs, knowledge_base)
    if current is None:
        return ()
    key = index_key(knowledge_base, current.version, current.tier)
    return Index.from_bytes(blobs.get(key)).articles


def article_in(articles: Sequence[Article], article_id: str) -> Article | None:
    """Return the article of that id, or None."""
    return next((each for each in articles if each.id == article_id), None)
