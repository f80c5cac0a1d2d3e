"""The articles that everybody may read are kept beside each version, for the help centre.

Key: `knowledge/{base}/{version}.help.json`. The pages are made of it without the index, which is
large. A version that an earlier release built has none: its texts stand in, without the tags.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from surgeline.application.answers.life.book import read_book
from surgeline.application.answers.states.article_texts import texts_of
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.domain.times import rfc3339
from surgeline.errors import Unavailable
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.media import ArticleMedia
from surgeline.knowledge.articles.states import AUTOMATED

REREAD_MS: Final = 5_000
DAYS_REREAD_MS: Final = 30_000
PUBLIC: Final = "public"
"""The tag of an article that everybody may read, whatever its state."""


def is_public(article: Article) -> bool:
    """Return whether everybody may read an article: one that answers, or with the tag `public`."""
    return article.state in ("", AUTOMATED) or PUBLIC in article.tags


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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a help centre shows now: the articles, and the day on which each was last reviewed.

    `key` is another one after each publication, each change of a state and each review.
    """

    key: tuple[object, ...]
    articles: Sequence[Article]
    reviewed: Mapping[str, str]


class HelpShelf:
    """Keeps what each help centre shows in memory, and looks every few seconds for a change.

    What was known stays while nothing can be read.
    """

    def __init__(self, blobs: Blobs, clock: Clock) -> None:
        self._blobs = blobs
        self._clock = clock
        self._shown: dict[str, tuple[int, Shown | None]] = {}
        self._kept: dict[str, tuple[str, Sequence[Article]]] = {}
        self._days: dict[str, tuple[int, Mapping[str, str]]] = {}

    def of(self, knowledge_base: str) -> Shown | None:
        """Return what is shown now, or None before the first publication. Raises Unavailable."""
        now = self._clock.now()
        read_at, known = self._shown.get(knowledge_base, (None, None))
        if read_at is not None and 0 <= now - read_at < REREAD_MS:
            return known
        try:
            known = self._read(knowledge_base, now)
        except Unavailable:
            if known is None:
                raise
        self._shown[knowledge_base] = now, known
        return known

    def _read(self, knowledge_base: str, now: int) -> Shown | None:
        raw = bytes_of(self._blobs, f"knowledge/{knowledge_base}/current")
        if raw is None:
            return None
        try:
            pointer: Mapping[str, Any] = json.loads(raw)
            version = str(pointer["version"])
            states = {str(name): str(state) for name, state in pointer.get("states", {}).items()}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unavailable(f"the pointer of {knowledge_base} is damaged") from error
        articles = [
            replace(each, state=states.get(each.id, AUTOMATED))
            for each in self._articles(knowledge_base, version)
        ]
        shown = [each for each in articles if is_public(each)]
        days = self._reviewed(knowledge_base, now)
        key = version, tuple(sorted(states.items())), tuple(sorted(days.items()))
        return Shown(key, shown, days)

    def _articles(self, knowledge_base: str, version: str) -> Sequence[Article]:
        known = self._kept.get(knowledge_base)
        if known and known[0] == version:
            return known[1]
        raw = bytes_of(self._blobs, _key(knowledge_base, version))
        found = (
            list(map(_article, json.loads(raw))) if raw else self._of_texts(knowledge_base, version)
        )
        self._kept[knowledge_base] = version, found
        return found

    def _of_texts(self, knowledge_base: str, version: str) -> Sequence[Article]:
        texts = texts_of(self._blobs, knowledge_base, version) or {}
        return [
            Article(name, each.title, each.language, (), each.answer)
            for name, each in texts.items()
        ]

    def _reviewed(self, knowledge_base: str, now: int) -> Mapping[str, str]:
        """Return the days of the last reviews. The drafts are in the same file, so it is large."""
        read_at, days = self._days.get(knowledge_base, (None, {}))
        if read_at is not None and 0 <= now - read_at < DAYS_REREAD_MS:
            return days
        kept = read_book(self._blobs, knowledge_base).kept
        days = {
            name: rfc3339(each.reviewed_at)[:10] for name, each in kept.items() if each.reviewed_at
        }
        self._days[knowledge_base] = now, days
        return days


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
