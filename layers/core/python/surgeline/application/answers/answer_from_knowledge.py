"""Customers are answered from a published index here.

A broken index means a person, never a guess.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from surgeline.application.answers.current_knowledge import Current
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf
from surgeline.application.answers.picks.ask_picker import Picks
from surgeline.application.answers.readers import (
    RECOGNISERS,
    Reader,
    Recogniser,
    Said,
    language_of,
    shown_with,
    titled,
)
from surgeline.application.answers.states.by_state import by_state
from surgeline.application.ports.answering import Suggestion
from surgeline.domain.facts import Exchange
from surgeline.domain.reading import (
    Abstained,
    Answered,
    Basis,
    Offered,
    Reading,
    Rejected,
    SmallTalk,
)
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.verdict import Verdict, held_back
from surgeline.knowledge.articles.states import AUTOMATED, FOR_PEOPLE
from surgeline.knowledge.encoders.encoder import NotEncoded
from surgeline.knowledge.matching.evidence import CHOICES
from surgeline.knowledge.text.follow_ups import with_before
from surgeline.knowledge.text.message import may_ask_number, own_words
from surgeline.knowledge.text.reading import small_talk
from surgeline.knowledge.text.rejections import Rejection, rejection_in

Judge = Callable[[str, str | None, tuple[str, ...]], Verdict]
"""Judges a question in a language, without the articles that were rejected."""
UNWEIGHED = Basis("none", 1.0)
"""The numbers of a question that there was no knowledge base for."""
CACHED_ANSWERS = 4096
CACHED_CHARS = 400
"""Longer texts are not cached, because they are hardly asked twice and take much memory."""


class KnowledgeAnswerer:
    """Answers from the indexes on a shelf.

    `recognisers` are asked in their order before the knowledge base is. `alarm(message, **fields)`
    is told of a text that answering fails on. It gets the error's type alone. `picks` asks a model
    about undecided questions, where one is turned on. `begin` is told of each message.
    """

    def __init__(
        self,
        shelf: KnowledgeShelf,
        alarm: Callable[..., None],
        recognisers: Sequence[Recogniser] = RECOGNISERS,
        picks: Picks | None = None,
        begin: Callable[[], object] = int,
    ) -> None:
        self._picks = picks
        self._begin = begin
        self._shelf = shelf
        self._alarm = alarm
        self._readers = [each.read for each in recognisers]
        self._answers: dict[str, _Answers] = {}

    def answer(self, knowledge_base: str, text: str, *, exchange: Exchange) -> Reading:
        """See ports.Answerer."""
        try:
            found = self._shelf.index(knowledge_base)
            self._begin()
            if found is None:
                return self._without_index(text, exchange)
            return self._answers_of(knowledge_base, found).answer(text, exchange)
        except Exception as error:  # noqa: BLE001 - whatever a text does here, a person reads it
            self._alarm(
                "answering_failed", knowledge_base=knowledge_base, error=type(error).__name__
            )
            why = "answering failed"
            return Abstained(why=why, language=exchange.language, reason="bot_failed")

    def suggestions(self, knowledge_base: str, article_ids: Sequence[str]) -> list[Suggestion]:
        """See ports.Answerer."""
        found = self._shelf.index(knowledge_base)
        if found is None:
            return []
        states = dict(found[0].states)
        near = [each for each in article_ids if states.get(each, AUTOMATED) in FOR_PEOPLE]
        articles = map(found[1].article, near)
        return [
            Suggestion(each.id, each.title, each.answer, each.tags, each.crisis_answer, each.note)
            for each in articles
            if each
        ]

    def _without_index(self, text: str, exchange: Exchange) -> Reading:
        """Read a text that needs no knowledge base. Any other text gets a person.

        It still counts as a question, so that a company without articles sees what to write first.
        """
        language = language_of(text) or exchange.language
        why = "the knowledge base could not be read"
        basis = None if small_talk(text) else UNWEIGHED
        unread = Abstained(why=why, language=language, reason="bot_failed", basis=basis)
        return _read(self._readers, Said(text, replace(exchange, language=language))) or unread

    def _answers_of(self, knowledge_base: str, found: tuple[Current, Index]) -> "_Answers":
        """Return the remembered answers of an index.

        A new version or a new threshold begins with none.
        """
        answers = self._answers.get(knowledge_base)
        if answers is None or answers.current != found[0]:
            answers = _Answers(*found, self._readers, self._picks)
            self._answers[knowledge_base] = answers
        return answers


class _Answers:
    """The answers of one index at one threshold. Recent answers are remembered."""

    def __init__(
        self, current: Current, index: Index, readers: Sequence[Reader], picks: Picks | None
    ) -> None:
        self._picks = picks
        self.current = current
        self._index = index
        self._readers = readers
        self._states = dict(current.states)
        self._answer = lru_cache(CACHED_ANSWERS)(self._answer_uncached)
        self._judge = lru_cache(CACHED_ANSWERS)(self._judge_uncached)

    def answer(self, text: str, exchange: Exchange) -> Reading:
        # A pick that failed must be asked for again, so that picks are remembered by themselves.
        remembered = len(text) <= CACHED_CHARS and self._picks is None
        answer = self._answer if remembered else self._answer_uncached
        try:
            return answer(text, exchange)
        except NotEncoded:
            # The tier below judges the whole message, and nothing of that is remembered.
            return self._answer_by(self._judge_below, text, exchange)

    def _answer_uncached(self, text: str, exchange: Exchange) -> Reading:
        return self._answer_by(self._judge_known, text, exchange)

    def _answer_by(self, judge: Judge, text: str, exchange: Exchange) -> Reading:
        text = own_words(text)
        language = language_of(text) or exchange.language
        said = Said(text, replace(exchange, language=language), self._index)
        return by_state(_read(self._readers, said) or self._asked(judge, said), self._states)

    def _asked(self, judge: Judge, said: Said) -> Reading:
        """Take the text as a rejection, a question, or both."""
        rejection = rejection_in(said.text)
        if rejection is None or small_talk(said.text) in ("greeting", "thanks"):
            return self._question(judge, said, said.text)
        if not said.exchange.standing:
            return self._nothing_to_reject(judge, said, rejection)
        if rejection.rest:
            return self._question(judge, said, rejection.rest, rejects=True)
        return Rejected(
            why="the customer rejected the last answer",
            language=said.exchange.language,
            candidates=titled(self._index, said.exchange.alternatives),
        )

    def _nothing_to_reject(self, judge: Judge, said: Said, rejection: Rejection) -> Reading:
        """Read a mere "no" as saying nothing, and other texts as questions ("it does not work")."""
        if rejection.rest or not rejection.bare:
            return self._question(judge, said, said.text)
        why = "a mere no, and nothing to reject"
        return SmallTalk(why=why, language=said.exchange.language, courtesy="unreadable")

    def _question(
        self, judge: Judge, said: Said, question: str, *, rejects: bool = False
    ) -> Reading:
        exchange = said.exchange
        rejected = (*exchange.rejected, *(exchange.standing if rejects else ()))
        verdict = judge(question, exchange.language, rejected)
        courtesy = small_talk(question)
        adds = not (courtesy or rejects) and self._adds(verdict, question, exchange)
        if adds and exchange.standing:
            return _addition(exchange)
        if exchange.before and not courtesy and verdict.kind != "answer":
            before, whole = exchange.before, with_before(exchange.before, question)
            verdict = _surest(
                alone=verdict,
                before=judge(before, exchange.language, rejected),
                whole=judge(whole, exchange.language, rejected),
                exchange=exchange,
            )
        if adds and verdict.kind != "answer":
            return _addition(exchange)
        if self._picks is not None and not (courtesy or exchange.drill):
            picked = self._picks.settled(self._index, self.current, verdict, question)
            verdict = held_back(picked, self.current.held)
        if courtesy and verdict.kind != "answer":
            why = f"{courtesy}, not a question"
            return SmallTalk(why=why, language=exchange.language, courtesy=courtesy)
        return _reading_of(self._index, verdict, exchange.language, rejects=rejects)

    def _adds(self, verdict: Verdict, question: str, exchange: Exchange) -> bool:
        """Return whether a text only adds to the message before, which the bot has replied to.

        It does not where it gives a number that the standing answer may ask for.
        """
        if not (verdict.addition and exchange.in_burst):
            return False
        told = map(self._index.article, exchange.standing)
        return not any(map(str.isdigit, question)) or all(
            each and not may_ask_number(each.answer, each.language) for each in told
        )

    def _judge_known(self, text: str, language: str | None, rejected: tuple[str, ...]) -> Verdict:
        """Ask the index, or remember what it said. Raises NotEncoded."""
        judge = self._judge if len(text) <= CACHED_CHARS else self._judge_uncached
        return judge(text, language, rejected)

    def _judge_uncached(
        self, text: str, language: str | None, rejected: tuple[str, ...], *, alike: bool = True
    ) -> Verdict:
        """Ask the index. The result is remembered for the same question in any exchange."""
        verdict = self._index.judge(
            text,
            language=language,
            exclude=rejected,
            threshold=self.current.threshold,
            alike=alike,
        )
        return held_back(verdict, self.current.held)

    def _judge_below(self, text: str, language: str | None, rejected: tuple[str, ...]) -> Verdict:
        """Ask the index, whose tier below judges where a service gives no vectors."""
        return self._judge_uncached(text, language, rejected, alike=False)


def _addition(exchange: Exchange) -> SmallTalk:
    return SmallTalk(
        why="addition, not a question", language=exchange.language, courtesy="addition"
    )


def _surest(*, alone: Verdict, before: Verdict, whole: Verdict, exchange: Exchange) -> Verdict:
    """Return the verdict on a text with the message before, if it says more than each of them.

    The article that was just answered does not say more, nor does a choice that the message before
    had already.
    """
    if whole.kind == "abstain" or whole.confidence <= alone.confidence:
        return alone
    best = whole.ranking[0].article_id
    known = best in exchange.standing and not exchange.choices
    offered = bool(before.ranking) and best == before.ranking[0].article_id
    told = offered and (whole.kind != "answer" or before.kind == "answer")
    return alone if known or told else whole


def _read(readers: Iterable[Reader], said: Said) -> Reading | None:
    """Return the reading of the first reader that knows the text."""
    for read in readers:
        reading = read(said)
        if reading is not None:
            return reading
    return None


def _reading_of(index: Index, verdict: Verdict, language: str | None, *, rejects: bool) -> Reading:
    """Return the index's verdict as a reading.

    An abstention shows no article. So it has only the language that was told, not the likeliest
    article's.
    """
    ranked = tuple(each.article_id for each in verdict.ranking)
    candidates = titled(index, ranked[:CHOICES])
    odds = tuple(round(each.confidence, 3) for each in verdict.ranking[:CHOICES])
    basis = Basis(verdict.tier, round(verdict.threshold, 3), odds)
    article = index.article(verdict.article_id) if verdict.article_id else None
    if verdict.kind == "answer" and article is not None:
        others = list(filter(None, map(index.article, verdict.also)))
        also = tuple((each.id, each.answer) for each in others)
        answered = (article.id, *(each for each, _ in also))
        return Answered(
            why=verdict.reason,
            language=verdict.language,
            confidence=verdict.confidence,
            candidates=candidates,
            basis=basis,
            rejects_last=rejects,
            article_id=article.id,
            text=article.answer,
            alternatives=tuple(each for each in ranked if each not in answered)[:CHOICES],
            also=also,
            media=shown_with(article, *others),
        )
    if verdict.kind == "suggest":
        return Offered(
            why=verdict.reason,
            language=verdict.language,
            confidence=verdict.confidence,
            candidates=candidates,
            basis=basis,
            rejects_last=rejects,
            alternatives=ranked[CHOICES : 2 * CHOICES],
        )
    return Abstained(
        why=verdict.reason,
        language=language,
        confidence=verdict.confidence,
        candidates=candidates,
        basis=basis,
        rejects_last=rejects,
        reason=None if verdict.covered else "unsupported_language",
    )
