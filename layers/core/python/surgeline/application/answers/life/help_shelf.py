"""The articles of each help centre are kept in memory here, and looked up every few seconds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from surgeline.application.answers.life.book import read_book
from surgeline.application.answers.states.for_everybody import for_everybody, is_public
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.domain.times import rfc3339
from surgeline.errors import Unavailable
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.states import AUTOMATED

REREAD_MS: Final = 5_000
DAYS_REREAD_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Shown:
    """The articles that a help centre shows now, and the day on which each was last reviewed.

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
        found = for_everybody(self._blobs, knowledge_base, version)
        self._kept[knowledge_base] = version, found
        return found

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
