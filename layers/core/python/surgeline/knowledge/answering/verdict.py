"""An index judges one customer's text here: answer, suggest or abstain, and why."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from surgeline.knowledge.answering.language_index import LanguageIndex
from surgeline.knowledge.answering.opinions import Answerable, Candidate, Opinion, best_opinion
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of an index on a text.

    `article_id` is set when `kind` is "answer". A suggestion offers the first three of `ranking`.
    The ranking is best first and holds at least ten articles where there are ten. `confidence` is
    the calibrated probability that the best article is right. `choice` is the probability that the
    right article is among the first three. `threshold` is the probability that an answer needed.
    `reason` is one sentence for a support lead. `covered` is false where the knowledge base has no
    article in the text's language.
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
        return Verdict("abstain", None, 0.0, (), spoken, reason, index.tier, covered=False)
    opinion = best_opinion(index, parts, message, frozenset(exclude))
    if _asks_nothing(courtesy, parts):
        reason = f"The message asks nothing ({courtesy})."
        return replace(_verdict(opinion, "abstain", spoken, reason), confidence=0.0)
    return _settle(opinion, spoken, index.promise if promise is None else promise, threshold)


def held_back(verdict: Verdict, held: Collection[str]) -> Verdict:
    """Return the verdict; an answer with an article that is held becomes a choice."""
    if verdict.kind != "answer" or verdict.article_id not in held:
        return verdict
    reason = (
        f"The bot is sure of {verdict.article_id!r}, whose review is due, so it offers a choice."
    )
    return replace(verdict, kind="suggest", article_id=None, reason=reason)


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
    )


def _settle(opinion: Opinion, language: str | None, promise: float, live: float | None) -> Verdict:
    if not opinion.ranking:
        reason = "Every article of this language was already rejected by the customer."
        return _verdict(opinion, "abstain", language, reason)
    confidence = opinion.answer
    rehearsed = opinion.model.threshold(promise) if live is None else live
    threshold = needed_for(opinion.phrasings, rehearsed, promise)
    questions = _together(opinion, threshold)
    if questions:
        ranking = _in_order(questions, opinion.ranking)
        reason = (
            f"The message asks {len(questions)} questions, so the bot offers an article for each."
        )
        combined = replace(opinion, ranking=ranking)
        return _verdict(combined, "suggest", language, reason, threshold=threshold)
    kind = kind_of(confidence, opinion.choice, threshold)
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
    return _verdict(opinion, kind, language, reason, threshold=threshold)


def _together(opinion: Opinion, threshold: float) -> tuple[Opinion, ...]:
    """Return the questions of a message that have an article each, or nothing.

    Where the message as a whole is sure, each question must be, because most messages ask one thing
    in several sentences.
    """
    if opinion.together >= threshold:
        found = tuple(each for each in opinion.questions if each.answer >= threshold)
    else:
        found = tuple(each for each in opinion.questions if each.choice >= CHOICE_PROMISE)
    return found[:CHOICES] if len(found) > 1 else ()


def _in_order(
    questions: tuple[Opinion, ...], ranking: tuple[Candidate, ...]
) -> tuple[Candidate, ...]:
    """Return the questions' best articles in their order, and then the others."""
    first = {each.ranking[0].article_id: each.ranking[0] for each in questions}
    return (*first.values(), *(each for each in ranking if each.article_id not in first))


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
