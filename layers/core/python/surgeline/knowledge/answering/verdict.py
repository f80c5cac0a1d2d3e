"""An index judges one customer's text here: answer, suggest or abstain, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Final, Protocol

import numpy as np

from surgeline.knowledge.answering.language_index import LanguageIndex
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.matching.evidence import CHOICES, is_verbatim
from surgeline.knowledge.matching.policy import ENOUGH_PHRASINGS, Kind, kind_of
from surgeline.knowledge.matching.tier_model import TierModel
from surgeline.knowledge.matching.wording import Wording
from surgeline.knowledge.text.detection import DETECTED
from surgeline.knowledge.text.message import Message, read_message
from surgeline.knowledge.text.reading import detect_language, is_one_word, match_form, small_talk

RANKED: Final = 10
# A text that an author wrote word for word, in one article only, is that article's question.
VERBATIM: Final = 0.99
_SPREAD: Final = 0.25
# A sentence is doubted so much more where the whole message says something else.
_DOUBT_BESIDE: Final = 2.0
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be right, and the probability that it is."""

    article_id: str
    confidence: float


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


class Answerable(Protocol):
    """The parts of an index that a verdict needs."""

    @property
    def articles(self) -> tuple[Article, ...]:
        """Return all articles."""
        ...

    @property
    def parts(self) -> tuple[LanguageIndex, ...]:
        """Return the language indexes, one for each language."""
        ...

    @property
    def promise(self) -> float:
        """Return the share of answers that shall be right."""
        ...

    @property
    def tier(self) -> str:
        """Return the tier that the index was built for."""
        ...

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """Return the words and spaces of each language index's phrasings."""
        ...

    @property
    def words(self) -> frozenset[str]:
        """Return all words of all phrasings."""
        ...

    @property
    def forms(self) -> frozenset[str]:
        """Return the match forms of all phrasings."""
        ...

    @property
    def encoders(self) -> Mapping[str, Encoder]:
        """Return the encoders at hand, by tier."""
        ...


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
    spoken = detect_language(message.core) or language
    parts = _parts_for(index, spoken)
    courtesy = small_talk(message.core)
    if not parts:
        reason = f"The message is in a language ({spoken}) that the knowledge base does not cover."
        return Verdict("abstain", None, 0.0, (), spoken, reason, index.tier, covered=False)
    opinion = _best_opinion(index, parts, message, frozenset(exclude))
    if _asks_nothing(courtesy, parts):
        reason = f"The message asks nothing ({courtesy})."
        return replace(opinion.verdict("abstain", spoken, reason), confidence=0.0)
    return _settle(opinion, spoken, index.promise if promise is None else promise, threshold)


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
    parts = _parts_for(index, detect_language(message.core))
    if not parts or _asks_nothing(small_talk(message.core), parts):
        return None
    opinion = _best_opinion(index, parts, message, frozenset())
    place = next(place for place, part in enumerate(index.parts) if part is opinion.part)
    enough = opinion.phrasings >= ENOUGH_PHRASINGS
    return Measured(place, opinion.answer, answerable=enough and opinion.asks)


@dataclass(frozen=True, slots=True)
class _Opinion:
    """One language index's opinion of a text."""

    part: LanguageIndex
    model: TierModel
    answer: float
    choice: float
    ranking: tuple[Candidate, ...]
    phrasings: int
    asks: bool
    """False for a single word that no author wrote, because one word does not say what is asked."""

    def verdict(
        self, kind: Kind, language: str | None, reason: str, *, threshold: float = 1.0
    ) -> Verdict:
        return Verdict(
            kind=kind,
            article_id=self.ranking[0].article_id if kind == "answer" else None,
            confidence=self.answer,
            ranking=self.ranking,
            language=language or self.part.language,
            reason=reason,
            tier=self.model.tier,
            choice=self.choice,
            threshold=threshold,
        )


def _settle(opinion: _Opinion, language: str | None, promise: float, live: float | None) -> Verdict:
    if not opinion.ranking:
        reason = "Every article of this language was already rejected by the customer."
        return opinion.verdict("abstain", language, reason)
    confidence = opinion.answer
    threshold = opinion.model.threshold(promise) if live is None else live
    kind = kind_of(confidence, opinion.choice, opinion.phrasings, threshold)
    sure = f"{confidence:.0%} sure of {opinion.ranking[0].article_id!r}"
    needed = f"an answer needs {threshold:.0%} to keep the promise of {promise:.0%}"
    if kind == "answer" and not opinion.asks:
        kind = "suggest"
        reason = (
            f"The bot is {sure}, but one word does not say what is asked, so it offers a choice."
        )
    elif kind == "answer":
        reason = f"The bot is {sure}, and {needed}."
    elif confidence >= threshold:
        reason = f"The bot is {sure}, but that article has too few phrasings to promise anything."
    elif kind == "suggest":
        reason = f"The bot is only {sure}, and {needed}, so it offers a choice."
    else:
        reason = f"The bot is only {sure}, too little even for a choice, so a person should look."
    return opinion.verdict(kind, language, reason, threshold=threshold)


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


def _best_opinion(
    index: Answerable, parts: Collection[LanguageIndex], message: Message, rejected: frozenset[str]
) -> _Opinion:
    """Return the surest opinion of the message as a whole and of its sentences."""

    def opinion(text: str) -> _Opinion:
        corrected = [
            text if message.as_written else _corrected(index, part, text) for part in parts
        ]
        found = map(_opinion_of, repeat(index), parts, corrected, repeat(rejected))
        return max(found, key=lambda each: each.answer)

    whole = opinion(message.core)
    if len(message.sentences) == 1 or not whole.ranking:
        return whole
    sentences = map(opinion, message.sentences)
    return max([whole, *(_beside(whole, each) for each in sentences)], key=lambda each: each.answer)


def _beside(whole: _Opinion, sentence: _Opinion) -> _Opinion:
    """Return the opinion of a sentence, doubted twice where the whole message differs."""
    if whole.ranking[0].article_id == sentence.ranking[0].article_id:
        return sentence
    doubted = max(0.0, 1.0 - _DOUBT_BESIDE * (1.0 - sentence.answer))
    share = doubted / max(sentence.answer, _LEAST)
    ranking = tuple(replace(each, confidence=share * each.confidence) for each in sentence.ranking)
    return replace(sentence, answer=doubted, ranking=ranking)


def _opinion_of(
    index: Answerable, part: LanguageIndex, text: str, rejected: frozenset[str]
) -> _Opinion:
    hidden = np.zeros(len(part.members), dtype=np.bool_)
    if rejected:
        hidden[:] = [index.articles[member].id in rejected for member in part.members.tolist()]
    model, scores, evidence = part.judge(text, index.encoders, hidden)
    ordered = evidence.order[0]
    order: list[int] = ordered[~hidden[ordered]].tolist()
    best = np.array(order[:1], dtype=np.int64)
    answer = float(model.answer.probability(evidence.measures, best)[0]) if order else 0.0
    verbatim = bool(order) and is_verbatim(evidence)
    if verbatim:
        answer = max(answer, VERBATIM)
    return _Opinion(
        part=part,
        model=model,
        answer=answer,
        choice=float(model.choice.probability(evidence.measures, best)[0]) if order else 0.0,
        ranking=_ranking(index, part, order, scores, answer),
        phrasings=int(part.phrasings_of[order[0]]) if order else 0,
        asks=verbatim or not is_one_word(text),
    )


def _corrected(index: Answerable, part: LanguageIndex, text: str) -> str:
    """Return a text with the spelling and the spaces of a language index's phrasings."""
    place = next(place for place, each in enumerate(index.parts) if each is part)
    known = index.encoders.values()
    return index.wordings[place].corrected(
        text, lambda word: any(encoder.knows(word) for encoder in known)
    )


def _ranking(
    index: Answerable, part: LanguageIndex, order: list[int], scores: Floats, answer: float
) -> tuple[Candidate, ...]:
    """Return the first candidates, whose confidence falls with their scores."""
    if not order:
        return ()
    first = float(scores[order[0]])
    return tuple(
        Candidate(
            index.articles[part.members[place]].id,
            answer * float(np.exp((float(scores[place]) - first) / _SPREAD)),
        )
        for place in order[:RANKED]
    )
