"""An index judges one customer's text here: answer, suggest or abstain, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from surgeline.knowledge.answering.language_index import LanguageIndex
from surgeline.knowledge.answering.opinions import Answerable, Candidate, Opinion, best_opinion
from surgeline.knowledge.articles.states import KEEPS
from surgeline.knowledge.matching.evidence import CHOICES
from surgeline.knowledge.matching.policy import (
    CHOICE_PROMISE,
    ENOUGH_PHRASINGS,
    Kind,
    kind_of,
    needed_for,
)
from surgeline.knowledge.text.detection import DETECTED
from surgeline.knowledge.text.message import Message, own_words, read_message
from surgeline.knowledge.text.reading import detect_language, match_form, small_talk
from surgeline.records import quick

# A sentence that does not show that it asks counts as a question if it is so sure.
_EVEN: Final = 0.5


class Asked(NamedTuple):
    """One of several questions of a message, with its best article; `sure` ones are answered."""

    text: str
    article_id: str
    sure: bool


@quick
@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of an index on a text.

    `article_id` is set when `kind` is "answer". `also` are the articles that answer the other
    questions of the message, in their order. A suggestion offers the first three of `ranking`.
    The ranking is best first and holds at least ten articles where there are ten. `confidence` is
    the calibrated probability that the best article is right. `choice` is the probability that the
    right article is among the first three, and `choice_threshold` the one that a choice needs.
    `threshold` is the probability that an answer needed. `asked` are the questions of a message
    that asks several.
    `reason` is one sentence for a support lead. `covered` is false where the knowledge base has no
    article in the text's language. `undecided` is true where a choice is offered because no article
    is sure enough, and nothing else speaks against an answer.
    In an `addition` nothing is left to ask (see Message).
    """

    kind: Kind
    article_id: str | None
    confidence: float
    ranking: tuple[Candidate, ...]
    language: str | None
    reason: str
    tier: str
    choice: float = 0.0
    threshold: float = 1.0
    covered: bool = True
    also: tuple[str, ...] = ()
    undecided: bool = False
    choice_threshold: float = CHOICE_PROMISE
    asked: tuple[Asked, ...] = ()
    addition: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the ids of the articles that a suggestion offers, best first."""
        offered = self.ranking[:CHOICES] if self.kind == "suggest" else ()
        return tuple(candidate.article_id for candidate in offered)


def judge(
    index: Answerable,
    text: str | Message,
    *,
    language: str | None = None,
    exclude: Collection[str] = (),
    promise: float | None = None,
    threshold: float | None = None,
) -> Verdict:
    """Judge a text; see `Index.judge`."""
    message = text if isinstance(text, Message) else _read(index, text)
    spoken = _spoken(message, text) or language
    parts = _parts_for(index, spoken)
    courtesy = small_talk(message.core)
    if not parts:
        reason = f"The message is in a language ({spoken}) that the knowledge base does not cover."
        found = Verdict("abstain", None, 0.0, (), spoken, reason, index.tier, covered=False)
        return replace(found, addition=message.addition)
    opinion = best_opinion(index, parts, message, frozenset(exclude))
    if _asks_nothing(courtesy, parts):
        reason = f"The message asks nothing ({courtesy})."
        return replace(_verdict(opinion, "abstain", spoken, reason), confidence=0.0)
    found = _settle(opinion, spoken, index.promise if promise is None else promise, threshold)
    return replace(found, addition=True) if message.addition else found


def held_back(verdict: Verdict, held: Collection[str]) -> Verdict:
    """Return the verdict; an answer with an article that is held becomes a choice."""
    due = [each for each in (verdict.article_id, *verdict.also) if each in held]
    if verdict.kind != "answer" or not due:
        return verdict
    reason = f"The bot is sure of {due[0]!r}, whose review is due, so it offers a choice."
    return replace(
        verdict, kind="suggest", article_id=None, also=(), reason=reason, undecided=False
    )


def kept_back(verdict: Verdict, states: Mapping[str, str]) -> Verdict:
    """Return the verdict; where the state of the best article keeps it back, a person answers.

    `states` are those that differ from `automated`, by article.
    """
    first = [each.article_id for each in verdict.ranking[:1]]
    kept = [each for each in (*first, *verdict.also) if each in states]
    if verdict.kind == "abstain" or not kept:
        return verdict
    reason = (
        f"The best article is {kept[0]!r}, which {KEEPS[states[kept[0]]]}, so a person answers."
    )
    return replace(verdict, kind="abstain", article_id=None, also=(), reason=reason)


@dataclass(frozen=True, slots=True)
class Measured:
    """The confidence of one language index in a text; `part` is the place of that index.

    `answerable` is False where the text may not be answered, however sure the index is.
    """

    part: int
    confidence: float
    answerable: bool


def measure(index: Answerable, text: str) -> Measured | None:
    """Return the index's confidence in a text; None for a text that asks nothing."""
    message = _read(index, text)
    parts = _parts_for(index, _spoken(message, text))
    if not parts or _asks_nothing(small_talk(message.core), parts):
        return None
    opinion = best_opinion(index, parts, message, frozenset())
    place = next(place for place, part in enumerate(index.parts) if part is opinion.part)
    enough = opinion.phrasings >= ENOUGH_PHRASINGS
    return Measured(place, opinion.answer, answerable=enough and opinion.doubt is None)


def _verdict(
    opinion: Opinion, kind: Kind, language: str | None, reason: str, *, threshold: float = 1.0
) -> Verdict:
    return Verdict(
        kind=kind,
        article_id=opinion.ranking[0].article_id if kind == "answer" else None,
        confidence=opinion.answer,
        ranking=opinion.ranking,
        language=language or opinion.part.language,
        reason=reason,
        tier=opinion.model.tier,
        choice=opinion.choice,
        threshold=threshold,
        choice_threshold=opinion.model.choice_threshold,
    )


def _settle(opinion: Opinion, language: str | None, promise: float, live: float | None) -> Verdict:
    if not opinion.ranking:
        reason = "Every article of this language was already rejected by the customer."
        return _verdict(opinion, "abstain", language, reason)
    confidence = opinion.answer
    threshold = _needed(opinion, promise, live)
    questions = _together(opinion, threshold, promise, live)
    if questions:
        return _each_question(opinion, questions, language, promise, live)
    kind = kind_of(confidence, opinion.choice, threshold, opinion.model.choice_threshold)
    likely = tuple(each for each in opinion.questions if each.is_likely)
    if kind == "abstain" and len(likely) > 1:
        return _each_question(opinion, likely[:CHOICES], language, promise, live)
    opinion = _with_likely(opinion, likely)
    sure = f"{confidence:.0%} sure of {opinion.ranking[0].article_id!r}"
    needed = f"an answer needs {threshold:.0%} to keep the promise of {promise:.0%}"
    if kind == "answer" and opinion.doubt is not None:
        kind = "suggest"
        reason = f"The bot is {sure}, but {opinion.doubt}, so it offers a choice."
    elif kind == "answer":
        reason = f"The bot is {sure}, and {needed}."
    elif kind == "suggest":
        reason = f"The bot is only {sure}, and {needed}, so it offers a choice."
    else:
        reason = f"The bot is only {sure}, too little even for a choice, so a person should look."
    found = _verdict(opinion, kind, language, reason, threshold=threshold)
    if kind == "suggest" and len(likely) > 1:
        found = replace(found, asked=_asked(likely, promise, live))
    undecided = kind == "suggest" and opinion.doubt is None
    return replace(found, undecided=True) if undecided else found


def _each_question(
    opinion: Opinion,
    questions: tuple[Opinion, ...],
    language: str | None,
    promise: float,
    live: float | None,
) -> Verdict:
    """Return the verdict on several questions: an answer to each, or a choice for all."""
    needed = max(_needed(each, promise, live) for each in questions)
    combined = replace(
        opinion,
        ranking=_in_order(questions, opinion.ranking),
        answer=min(each.answer for each in questions),
    )
    told = f"The message asks {len(questions)} questions"
    asked = _asked(questions, promise, live)
    if not all(each.sure for each in asked):
        reason = f"{told}, so the bot offers an article for each."
        offered = _verdict(combined, "suggest", language, reason, threshold=needed)
        return replace(offered, asked=asked)
    reason = f"{told}, and the bot is sure of an article for each."
    verdict = _verdict(combined, "answer", language, reason, threshold=needed)
    return replace(
        verdict, asked=asked, also=tuple(each.ranking[0].article_id for each in questions[1:])
    )


def _needed(opinion: Opinion, promise: float, live: float | None) -> float:
    """Return the probability that an answer needs."""
    return needed_for(opinion.phrasings, opinion.model.threshold(promise, live), promise)


def _is_sure(opinion: Opinion, promise: float, live: float | None) -> bool:
    """Return whether a question alone would be answered."""
    return opinion.doubt is None and opinion.answer >= _needed(opinion, promise, live)


def _together(
    opinion: Opinion, threshold: float, promise: float, live: float | None
) -> tuple[Opinion, ...]:
    """Return the questions of a message that have an article each, or nothing.

    Most messages ask one thing in several sentences. So where the whole message is sure and no
    sentence alone, each question must be likely and show that it asks. Where one sentence is sure,
    another one that is more likely right than not counts as well. Where nothing is sure, such
    sentences, and all that ask, come along with a likely one.
    """
    questions = opinion.questions
    sure = [each for each in questions if _is_sure(each, promise, live)]
    likely = [each for each in questions if each.is_likely]
    if opinion.parted:
        found = _of_parts(opinion, sure, threshold)
    elif len(sure) > 1:
        found = sure
    elif opinion.together >= threshold and not _repeats(opinion, sure):
        found = [each for each in likely if each.asks]
    elif opinion.answer >= threshold:
        found = [each for each in questions if _counts(each)]
    else:
        found = [each for each in questions if likely and (each.asks or each.answer >= _EVEN)]
    return tuple(found[:CHOICES]) if len(found) > 1 else ()


def _repeats(opinion: Opinion, sure: Sequence[Opinion]) -> bool:
    """Return whether a sure message only repeats its one sure sentence.

    Then it says nothing of the others, and does not hold them back. If the others make it surer,
    they are about the same article.
    """
    best = opinion.ranking[0].article_id
    return any(
        each.ranking[0].article_id == best and each.answer > opinion.together for each in sure
    )


def _of_parts(opinion: Opinion, sure: list[Opinion], threshold: float) -> list[Opinion]:
    """Return the parts of a sentence that count as questions: both or none.

    Each must be more likely right than not. A part that shows that it asks may be less likely where
    the whole is not sure of one article.
    """
    questions = opinion.questions
    if len(sure) == len(questions):
        return sure
    unsure = opinion.together < threshold
    counts = all(each.answer >= _EVEN or (each.asks and unsure) for each in questions)
    return list(questions) if counts else []


def _in_order(
    questions: tuple[Opinion, ...], ranking: tuple[Candidate, ...]
) -> tuple[Candidate, ...]:
    """Return the questions' best articles in their order, then the least sure one's next, the rest.

    Where one question has no sure article, its second one is more use than a third for the other.
    The second one of a question that is likely about nothing is no use.
    """
    first = {each.ranking[0].article_id: each.ranking[0] for each in questions}
    likely = [each for each in questions if each.is_likely] or questions
    unsure = min(likely, key=lambda each: each.answer)
    rest = {each.article_id: each for each in (*unsure.ranking[1:2], *ranking)}
    return (*first.values(), *(each for name, each in rest.items() if name not in first))


def _counts(question: Opinion) -> bool:
    """Return whether a sentence counts as a question beside another one that is sure."""
    return question.answer >= _EVEN or (question.asks and question.is_likely)


def _with_likely(opinion: Opinion, likely: Sequence[Opinion]) -> Opinion:
    """Return an opinion with the likely questions' articles behind the surest one."""
    if not likely:
        return opinion
    order = (*opinion.ranking[:1], *(each.ranking[0] for each in likely), *opinion.ranking[1:])
    named = {each.article_id: each for each in reversed(order)}
    ranking = tuple(named[name] for name in dict.fromkeys(each.article_id for each in order))
    return replace(opinion, ranking=ranking)


def _asked(questions: Sequence[Opinion], promise: float, live: float | None) -> tuple[Asked, ...]:
    return tuple(
        Asked(each.text, each.ranking[0].article_id, _is_sure(each, promise, live))
        for each in questions
    )


def _spoken(message: Message, text: str | Message) -> str | None:
    """Return the language of a message's questions, or that of the words around them ("svp")."""
    told = detect_language(message.core)
    return told if told or isinstance(text, Message) else detect_language(own_words(text))


def _parts_for(index: Answerable, language: str | None) -> list[LanguageIndex]:
    """Return the language indexes that may hold the answer to a text (None: language unknown)."""
    if language is None:
        return list(index.parts)
    family = language.split("-", maxsplit=1)[0]
    own = [part for part in index.parts if part.language.split("-", maxsplit=1)[0] == family]
    if own:
        return own
    # A language that detection cannot tell from others may be this one.
    return [
        part
        for part in index.parts
        if language in part.also or part.language.split("-", maxsplit=1)[0] not in DETECTED
    ]


def _asks_nothing(courtesy: str | None, parts: Collection[LanguageIndex]) -> bool:
    """Return whether a text is a courtesy that no article is about."""
    if courtesy == "unreadable":
        return True
    return courtesy is not None and not any(part.courteous for part in parts)


def _read(index: Answerable, text: str) -> Message:
    """Return the questions of a message; a phrasing word for word is its own question."""
    if match_form(text) in index.forms:
        return Message.exactly(text)
    return read_message(text, index.words)
