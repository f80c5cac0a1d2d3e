"""Answering from a published index; a broken one means a person, never a guess."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from surgeline.application.encoders import Encoders
from surgeline.application.ports import Blobs, Clock
from surgeline.application.publish_knowledge import Current, current_index, index_key
from surgeline.domain.facts import Answer, Basis, Exchange
from surgeline.errors import SurgelineError
from surgeline.knowledge.answering import Decision
from surgeline.knowledge.artifact import CorruptIndex
from surgeline.knowledge.choices import agrees, picked
from surgeline.knowledge.evidence import CHOICES
from surgeline.knowledge.index import Index
from surgeline.knowledge.rejections import rejection_in
from surgeline.knowledge.text import MAX_CHARS, detect_language, small_talk, wants_person

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

    def answer(self, knowledge_base: str, text: str, *, exchange: Exchange) -> Answer:
        """See ports.Answerer."""
        language = _language_of(text) or exchange.language
        if wants_person(text):
            return Answer("person", "the customer asked for a person", language=language)
        index = self._index(knowledge_base)
        if index is None:
            why = "the knowledge base could not be read"
            return Answer("abstain", why, language=language, handoff_reason="bot_failed")
        told = _told(text, index, replace(exchange, language=language))
        if isinstance(told, Answer):
            return told
        rejects, question = told
        rejected = (*exchange.rejected, *(exchange.standing if rejects else ()))
        version = self._loaded[knowledge_base][0]
        decision = self._decide(knowledge_base, version, question, language, rejected)
        courtesy = small_talk(question)
        if courtesy and decision.kind != "answer":
            return Answer(
                "small_talk", f"{courtesy}, not a question", language, small_talk=courtesy
            )
        return _answer_of(index, decision, rejects=rejects)

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


def _language_of(text: str) -> str | None:
    """The language of a text; of a courtesy each word may tell ("merci beaucoup")."""
    told = detect_language(text)
    if told is None and small_talk(text):
        told = next(filter(None, map(detect_language, text[:MAX_CHARS].split())), None)
    return told


def _told(text: str, index: Index, exchange: Exchange) -> Answer | tuple[bool, str]:
    """What a text says about what was said last; or whether it rejects that, and its question."""
    said = _picked(index, text, exchange)
    if said is not None:
        return said
    rejection = rejection_in(text)
    if rejection is None or small_talk(text) in ("greeting", "thanks"):
        return (False, text)
    if rejection.rest:
        return (bool(exchange.standing), rejection.rest if exchange.standing else text)
    if rejection.bare and not exchange.standing:
        why = "a mere no, and nothing to reject"
        return Answer("small_talk", why, exchange.language, small_talk="unreadable")
    why = "the customer rejected the last answer"
    spare = _titled(index, exchange.alternatives)
    return Answer("rejected", why, exchange.language, candidates=spare)


def _picked(index: Index, text: str, exchange: Exchange) -> Answer | None:
    """What the customer picked among those offered, by number or by words."""
    offered = _titled(index, exchange.choices)
    if not offered:
        return _agreed(text, exchange)
    pick = picked(text, [title for _, title in offered])
    if pick is None:
        return None
    if pick == "person":
        return Answer("person", "the customer picked a person", exchange.language)
    if pick == "again":
        why = "the customer agreed to several choices, which are offered again"
        return Answer(
            "suggest",
            why,
            exchange.language,
            candidates=offered,
            alternatives=exchange.alternatives,
        )
    article = index.article(offered[pick][0])
    assert article is not None  # its title was read just now
    why = "the customer picked it among the choices"
    others = tuple(each for each, _ in offered if each != article.id)
    return Answer(
        "answer", why, article.language, article.id, article.answer, 1.0, alternatives=others
    )


def _agreed(text: str, exchange: Exchange) -> Answer | None:
    """A mere "yes": to an answer it is thanks, to nothing it says nothing."""
    if not agrees(text):
        return None
    courtesy = "thanks" if exchange.standing else "unreadable"
    return Answer("small_talk", "a mere yes", exchange.language, small_talk=courtesy)


def _titled(index: Index, articles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those articles that the index still holds, with their titles."""
    found = map(index.article, articles)
    return tuple((article.id, article.title) for article in found if article is not None)


def _answer_of(index: Index, decision: Decision, *, rejects: bool) -> Answer:
    article = index.article(decision.article_id) if decision.article_id else None
    ranked = tuple(each.article_id for each in decision.ranking)
    if decision.kind == "answer":
        later = ranked[1 : 1 + CHOICES]
    else:
        later = ranked[CHOICES : 2 * CHOICES] if decision.kind == "suggest" else ()
    odds = tuple(round(each.confidence, 3) for each in decision.ranking[:CHOICES])
    return Answer(
        decision=decision.kind,
        why=decision.reason,
        language=decision.language,
        article_id=article.id if article else None,
        text=article.answer if article else None,
        confidence=decision.confidence,
        candidates=_titled(index, ranked[:CHOICES]),
        handoff_reason=None if decision.covered else "unsupported_language",
        rejects=rejects,
        alternatives=later,
        basis=Basis(decision.tier, round(decision.threshold, 3), odds),
    )
