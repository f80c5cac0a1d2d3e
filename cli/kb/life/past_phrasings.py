"""Phrasings of articles are found in past conversations here, by the answers that people gave."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from surgeline.application.answers.life.labels import Label, article_used
from surgeline.application.answers.life.phrasings import phrasings_of, with_phrasings
from surgeline.knowledge.articles.jsonl import as_fields

from cli.api import Api, path
from cli.console import WrongUse
from cli.kb.exports import published
from cli.kb.files import index_of
from cli.kb.history import history_of

PROMISE: Final = 0.95
NEAR: Final = 10
"""The number of articles whose words a person's answer is compared with, the likeliest ones."""


def phrasings_of_history(
    api: Api, name: str, file: Path, ours: Collection[str], tier: str
) -> list[dict[str, Any]]:
    """Return phrasings by article, in the form of the instance's own. Nothing is stored.

    A question belongs to an article where a person answered it with the words of that article.
    """
    articles = published(api, name)[1]
    index, by_id = index_of(articles, PROMISE, tier), {each.id: each for each in articles}
    labels = []
    for asked in history_of(file, ours):
        near = [each.article_id for each in index.judge(asked.text).ranking[:NEAR]]
        used = article_used(asked.reply, near, by_id) if asked.reply else None
        if used is not None:
            labels.append(Label(asked.thread_id, asked.text, used, "used", asked.names))
    return [
        {
            "article": article_id,
            "title": by_id[article_id].title,
            "language": by_id[article_id].language,
            "phrasings": [each.as_json() for each in found],
        }
        for article_id, found in phrasings_of(labels, index, lambda _article, _form: False).items()
    ]


def draft_of(api: Api, name: str, article_id: str, texts: list[str], reason: str) -> dict[str, Any]:
    """Begin a draft of an article with these phrasings more, and return it as a proposal's is."""
    known = next((each for each in published(api, name)[1] if each.id == article_id), None)
    if known is None:
        raise WrongUse(f"no article {article_id!r} answers; `surgeline kb export` lists them")
    body = {
        "article": as_fields(with_phrasings(known, texts)),
        "origins": [["", each] for each in texts],
        "reason": reason,
    }
    made: dict[str, Any] = api.post(path("admin", "knowledge", name, "drafts"), body)
    return {"id": made["id"], "added": len(texts)}
