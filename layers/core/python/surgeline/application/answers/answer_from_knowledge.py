"""Answering from a published index; a broken one means a person, never a guess."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.domain.facts import Answer, Basis, Exchange
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.verdict import Decision
from surgeline.knowledge.matching.evidence import CHOICES
from surgeline.knowledge.text.choices import agrees, picked
from surgeline.knowledge.text.reading import MAX_CHARS, detect_language, small_talk, wants_person
from surgeline.knowledge.text.rejections import Rejection, rejection_in

CACHED_ANSWERS = 4096
CACHED_CHARS = 400
"""Longer texts are hardly asked twice, and would make the cache large."""


class KnowledgeAnswerer:
    """Answers from the indexes on a shelf.

    `alarm(message, **fields)` is told of a text that answering fails on, by the error's type alone.
    """

    def __init__(self, shelf: KnowledgeShelf, alarm: Callable[..., None]) -> None:
        self._shelf = shelf
        self._alarm = alarm
        self._answers: dict[str, _Answers] = {}

    def answer(self, knowledge_base: str, text: str, *, exchange: Exchange) -> Answer:
        """See ports.Answerer."""
        try:
            found = self._shelf.index(knowledge_base)
            if found is None:
                return _unread(text, exchange)
            return self._answers_of(knowledge_base, found).answer(text, exchange)
        except Exception as error:  # noqa: BLE001 - whatever a text does here, a person reads it
            self._alarm(
                "answering_failed", knowledge_base=knowledge_base, error=type(error).__name__
            )
            why = "answering failed"
            return Answer("abstain", why, exchange.language, handoff_reason="bot_failed")

    def _answers_of(self, knowledge_base: str, found: tuple[Current, Index]) -> "_Answers":
        """What it answered lately is forgotten with the version, or the threshold, it came from."""
        answers = self._answers.get(knowledge_base)
        if answers is None or answers.current != found[0]:
            answers = self._answers[knowledge_base] = _Answers(*found)
        return answers


class _Answers:
    """What one index answers at one threshold; what was asked lately is remembered."""

    def __init__(self, current: Current, index: Index) -> None:
        self.current = current
        self._index = index
        self._answer = lru_cache(CACHED_ANSWERS)(self._answer_uncached)
        self._decide = lru_cache(CACHED_ANSWERS)(self._decide_uncached)

    def answer(self, text: str, exchange: Exchange) -> Answer:
        answer = self._answer if len(text) <= CACHED_CHARS else self._answer_uncached
        return answer(text, exchange)

    def _answer_uncached(self, text: str, exchange: Exchange) -> Answer:
        language = _language_of(text) or exchange.language
        if wants_person(text):
            return _person(language)
        told = _told(text, self._index, replace(exchange, language=language))
        if isinstance(told, Answer):
            return told
        rejects, question = told
        rejected = (*exchange.rejected, *(exchange.standing if rejects else ()))
        decide = self._decide if len(question) <= CACHED_CHARS else self._decide_uncached
        decision = decide(question, language, rejected)
        courtesy = small_talk(question)
        if courtesy and decision.kind != "answer":
            return Answer(
                "small_talk", f"{courtesy}, not a question", language, small_talk=courtesy
            )
        return _answer_of(self._index, decision, language, rejects=rejects)

    def _decide_uncached(
        self, text: str, language: str | None, rejected: tuple[str, ...]
    ) -> Decision:
        """The same question in another exchange is answered from here."""
        return self._index.decide(
            text, language=language, exclude=rejected, threshold=self.current.threshold
        )


def _unread(text: str, exchange: Exchange) -> Answer:
    """Without a knowledge base, everyone gets a person; some asked for one."""
    language = _language_of(text) or exchange.language
    if wants_person(text):
        return _person(language)
    why = "the knowledge base could not be read"
    return Answer("abstain", why, language=language, handoff_reason="bot_failed")


def _person(language: str | None) -> Answer:
    return Answer("person", "the customer asked for a person", language=language)


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
    if not exchange.standing:
        return _nothing_to_reject(text, rejection, exchange)
    if rejection.rest:
        return (True, rejection.rest)
    why = "the customer rejected the last answer"
    spare = _titled(index, exchange.alternatives)
    return Answer("rejected", why, exchange.language, candidates=spare)


def _nothing_to_reject(
    text: str, rejection: Rejection, exchange: Exchange
) -> Answer | tuple[bool, str]:
    """A mere "no" says nothing then; anything else is a question ("it does not work")."""
    if rejection.rest or not rejection.bare:
        return (False, text)
    why = "a mere no, and nothing to reject"
    return Answer("small_talk", why, exchange.language, small_talk="unreadable")


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


def _answer_of(index: Index, decision: Decision, language: str | None, *, rejects: bool) -> Answer:
    """What nothing is shown of has only the language that was told, not the likeliest article's."""
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
        language=language if decision.kind == "abstain" else decision.language,
        article_id=article.id if article else None,
        text=article.answer if article else None,
        confidence=decision.confidence,
        candidates=_titled(index, ranked[:CHOICES]),
        handoff_reason=None if decision.covered else "unsupported_language",
        rejects=rejects,
        alternatives=later,
        basis=Basis(decision.tier, round(decision.threshold, 3), odds),
    )
