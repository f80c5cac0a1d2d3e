"""An index judges one customer's text here: answer, suggest or abstain, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from surgeline.knowledge.answering.language_index import LanguageIndex
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.matching.evidence import CHOICES, is_verbatim
from surgeline.knowledge.matching.policy import ENOUGH_PHRASINGS, Kind, kind_of
from surgeline.knowledge.matching.tier_model import TierModel
from surgeline.knowledge.text.detection import DETECTED
from surgeline.knowledge.text.reading import detect_language, is_one_word, small_talk

RANKED: Final = 10
# A text that an author wrote word for word, in one article only, is that article's question.
VERBATIM: Final = 0.99
_SPREAD: Final = 0.25


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
    def encoders(self) -> Mapping[str, Encoder]:
        """Return the encoders at hand, by tier."""
        ...


def judge(
    index: Answerable,
    text: str,
    *,
    language: str | None = None,
    exclude: Collection[str] = (),
    promise: float | None = None,
    threshold: float | None = None,
) -> Verdict:
    """Judge a text; see `Index.judge`."""
    spoken = detect_language(text) or language
    parts = _parts_for(index, spoken)
    courtesy = small_talk(text)
    if not parts:
        reason = f"The message is in a language ({spoken}) that the knowledge base does not cover."
        return Verdict("abstain", None, 0.0, (), spoken, reason, index.tier, covered=False)
    opinion = _best_opinion(index, parts, text, frozenset(exclude))
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
    parts = _parts_for(index, detect_language(text))
    if not parts or _asks_nothing(small_talk(text), parts):
        return None
    opinion = _best_opinion(index, parts, text, frozenset())
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


def _best_opinion(
    index: Answerable, parts: Collection[LanguageIndex], text: str, rejected: frozenset[str]
) -> _Opinion:
    opinions = [_opinion_of(index, part, text, rejected) for part in parts]
    return max(opinions, key=lambda each: each.answer)


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
