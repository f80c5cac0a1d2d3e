"""Answering from a published index; a broken one means a person, never a guess."""

from collections.abc import Callable
from functools import lru_cache

from surgeline.application.encoders import Encoders
from surgeline.application.ports import Blobs, Clock
from surgeline.application.publish_knowledge import Current, current_index, index_key
from surgeline.domain.facts import Answer
from surgeline.errors import SurgelineError
from surgeline.knowledge.answering import Decision
from surgeline.knowledge.artifact import CorruptIndex
from surgeline.knowledge.index import Index
from surgeline.knowledge.text import detect_language, match_form, small_talk, wants_person

REREAD_SECONDS = 5
CACHED_ANSWERS = 4096


class KnowledgeAnswerer:
    """Keeps one index a knowledge base in memory and looks for a newer one every few seconds.

    `alarm(message, **fields)` is told when an index can't be used.
    """

    def __init__(
        self, blobs: Blobs, clock: Clock, alarm: Callable[..., None], encoders: Encoders
    ) -> None:
        self._blobs = blobs
        self._clock = clock
        self._alarm = alarm
        self._encoders = encoders
        self._loaded: dict[str, tuple[Current, Index]] = {}
        self._checked_at: dict[str, int] = {}
        self._decide = lru_cache(CACHED_ANSWERS)(self._decide_uncached)

    def answer(
        self,
        knowledge_base: str,
        text: str,
        *,
        language: str | None,
        rejected: tuple[str, ...],
        choices: tuple[str, ...],
    ) -> Answer:
        """See ports.Answerer."""
        language = detect_language(text) or language
        if wants_person(text):
            return Answer("person", "the customer asked for a person", language=language)
        index = self._index(knowledge_base)
        if index is None:
            why = "the knowledge base could not be read"
            return Answer("abstain", why, language=language, handoff_reason="bot_failed")
        picked = _picked(index, text, choices)
        if picked is not None:
            return picked
        courtesy = small_talk(text)
        if courtesy:
            return Answer(
                "small_talk", f"{courtesy}, not a question", language, small_talk=courtesy
            )
        version = self._loaded[knowledge_base][0]
        decision = self._decide(knowledge_base, version, text, language, rejected)
        return _answer_of(index, decision)

    def _decide_uncached(
        self,
        knowledge_base: str,
        version: Current,
        text: str,
        language: str | None,
        rejected: tuple[str, ...],
    ) -> Decision:
        del version  # part of the cache's key: a new version forgets the old answers
        return self._loaded[knowledge_base][1].decide(text, language=language, exclude=rejected)

    def _index(self, knowledge_base: str) -> Index | None:
        now = self._clock.now()
        checked = self._checked_at.get(knowledge_base)
        if checked is None or now - checked > REREAD_SECONDS * 1000:
            self._reread(knowledge_base)
            self._checked_at[knowledge_base] = now
        loaded = self._loaded.get(knowledge_base)
        return loaded[1] if loaded else None

    def _reread(self, knowledge_base: str) -> None:
        """Load a newer version; whatever is wrong with it, the one in memory keeps answering."""
        try:
            current = current_index(self._blobs, knowledge_base)
            if current is None or current == self._loaded.get(knowledge_base, (None,))[0]:
                return
            key = index_key(knowledge_base, current.version, current.tier)
            index = Index.from_bytes(self._blobs.get(key))
        except (SurgelineError, CorruptIndex) as error:
            self._alarm("index_unusable", knowledge_base=knowledge_base, error=type(error).__name__)
            return
        index = index.equipped(self._encoders.of(index.digests))
        if index.lacking:
            self._alarm("answers_lexically", knowledge_base=knowledge_base, lacking=index.lacking)
        self._loaded[knowledge_base] = (current, index)


def _picked(index: Index, text: str, choices: tuple[str, ...]) -> Answer | None:
    """The article that the customer picked among those offered, by number or by its title."""
    if not choices:
        return None
    said = match_form(text).strip(" .)")
    titles = {
        match_form(article.title): article.id for article in map(index.article, choices) if article
    }
    number = int(said) if said.isascii() and said.isdigit() and len(said) == 1 else 0
    if number == len(choices) + 1:
        return Answer("person", "the customer picked a person")
    picked = choices[number - 1] if 1 <= number <= len(choices) else titles.get(said)
    article = index.article(picked) if picked else None
    if article is None:
        return None
    why = "the customer picked it among the choices"
    return Answer("answer", why, article.language, article.id, article.answer, 1.0)


def _answer_of(index: Index, decision: Decision) -> Answer:
    article = index.article(decision.article_id) if decision.article_id else None
    offered = decision.choices or tuple(each.article_id for each in decision.ranking[:3])
    candidates = tuple(
        (found.id, found.title) for found in map(index.article, offered) if found is not None
    )
    return Answer(
        decision=decision.kind,
        why=decision.reason,
        language=decision.language,
        article_id=article.id if article else None,
        text=article.answer if article else None,
        confidence=decision.confidence,
        candidates=candidates,
    )
