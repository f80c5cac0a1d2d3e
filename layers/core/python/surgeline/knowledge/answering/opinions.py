"""An index's opinion of a message is formed here: its sentences are weighed and doubted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering.language_index import LanguageIndex
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.encoders.encoder import MANAGED, Encoder
from surgeline.knowledge.matching.evidence import Evidence, is_verbatim
from surgeline.knowledge.matching.features import Ints
from surgeline.knowledge.matching.guards import ArticleSense, asks_elsewhere, sense_of
from surgeline.knowledge.matching.policy import ENOUGH_PHRASINGS
from surgeline.knowledge.matching.prior import answer_prior
from surgeline.knowledge.matching.tier_model import TierModel, assumption_of
from surgeline.knowledge.matching.wording import Wording
from surgeline.knowledge.text.halves import halves_of, is_short
from surgeline.knowledge.text.message import Message, asks
from surgeline.knowledge.text.reading import is_one_word, match_form
from surgeline.records import quick

RANKED: Final = 10
# A text that an author wrote word for word, in one article only, is that article's question.
VERBATIM: Final = 0.99
# A sentence is taken as sure of its article from here on. A part of two words names a subject, so
# that it has to be as sure to be a question.
_SURE: Final = 0.9
# Else each part of a sentence among others must be more likely right than not.
_EVEN: Final = 0.5
_SPREAD: Final = 0.25
# A sentence is doubted so much more where the whole message says something else.
_DOUBT_BESIDE: Final = 2.0
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be right, and the probability that it is."""

    article_id: str
    confidence: float


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

    def sense(self, member: int) -> ArticleSense:
        """Return the sense of the phrasings of the article at a place."""
        ...

    def stems(self, place: int) -> frozenset[str]:
        """Return the stems of all words of the phrasings of a language index, by its place."""
        ...

    @property
    def encoders(self) -> Mapping[str, Encoder]:
        """Return the encoders at hand, by tier."""
        ...


@quick
@dataclass(frozen=True, slots=True)
class Opinion:
    """One language index's opinion of a text."""

    part: LanguageIndex
    model: TierModel
    answer: float
    choice: float
    ranking: tuple[Candidate, ...]
    phrasings: int
    doubt: str | None
    """The reason for which the text is offered a choice at most, however sure the index is."""
    asks: bool = False
    """Whether the text shows that it asks. Opinions of sentences alone tell."""
    questions: tuple["Opinion", ...] = ()
    """The opinions of the sentences, if these are several with different articles."""
    together: float = 0.0
    """The confidence in one article for all these questions."""
    parted: bool = False
    """Whether the questions are two parts of one sentence."""
    text: str = ""
    """The sentence, or the part of one, that an opinion of a question is about."""

    @property
    def is_likely(self) -> bool:
        """Return whether a choice would be offered for the text alone."""
        return bool(self.ranking) and self.choice >= self.model.choice_threshold


class _Weighs(Protocol):
    """Weighs a text by all language indexes that may hold its answer."""

    def __call__(self, text: str, *, only_likely: bool = False) -> Opinion:
        """Return the surest opinion of a text."""
        ...


def best_opinion(
    index: Answerable, parts: Collection[LanguageIndex], message: Message, rejected: frozenset[str]
) -> Opinion:
    """Return the surest opinion of the message as a whole and of its sentences."""

    def opinion(text: str, *, only_likely: bool = False) -> Opinion:
        corrected = [
            text if message.as_written else _corrected(index, part, text) for part in parts
        ]
        found = [
            _opinion_of(index, part, each, rejected, only_likely=only_likely)
            for part, each in zip(parts, corrected, strict=True)
        ]
        return max(found, key=lambda each: each.answer)

    whole = opinion(message.core)
    if message.as_written or not whole.ranking:
        return whole
    if len(message.sentences) == 1:
        return _parted(whole, message.core, opinion)
    sentences = [opinion(each) for each in message.sentences]
    surest = max(
        [whole, *(_beside(whole, each) for each in sentences)], key=lambda each: each.answer
    )
    asked = zip(sentences, message.asking, message.sentences, strict=True)
    found = [
        part
        for each, asks, text in asked
        for part in _parts_of(replace(each, asks=asks, text=text), opinion)
    ]
    questions = _several(found)
    return replace(surest, questions=questions, together=whole.answer)


def _parts_of(sentence: Opinion, opinion: _Weighs) -> tuple[Opinion, ...]:
    """Return the two parts of a sentence among others, or the sentence.

    A phrasing word for word has none. Each part must be more likely right than not, or show that
    it asks where the sentence is not sure of one article.
    """
    if sentence.answer >= VERBATIM:
        return (sentence,)
    parts = _parted(sentence, sentence.text, opinion).questions
    unsure = sentence.answer < _SURE
    counts = all(each.answer >= _EVEN or (each.asks and unsure) for each in parts)
    return parts if parts and counts else (sentence,)


def _parted(whole: Opinion, sentence: str, opinion: _Weighs) -> Opinion:
    """Return the opinion of a sentence with those of its two parts.

    Both must be likely, and about different articles. Else the sentence is one question.
    """
    best: tuple[Opinion, ...] = ()
    for halves in halves_of(sentence):
        found = _both_likely(halves, opinion)
        if found and (not best or _least(found) > _least(best)):
            best = found
    if not best:
        return whole
    return replace(whole, questions=best, together=whole.answer, parted=True)


def _both_likely(halves: tuple[str, str], opinion: _Weighs) -> tuple[Opinion, ...]:
    """Return the opinions of both halves, or nothing where they are not two questions.

    The shorter is weighed first, because it asks nothing in most sentences.
    """
    found: dict[str, Opinion] = {}
    for half in sorted(halves, key=len):
        found[half] = opinion(half, only_likely=True)
        if not found[half].is_likely or (is_short(half) and found[half].answer < _SURE):
            return ()
    left, right = (found[half] for half in halves)
    if left.ranking[0].article_id == right.ranking[0].article_id:
        return ()
    return tuple(replace(found[half], asks=asks(half), text=half) for half in halves)


def _least(halves: Sequence[Opinion]) -> float:
    return min(each.answer for each in halves)


def _several(asked: Sequence[Opinion]) -> tuple[Opinion, ...]:
    """Return the sentences with different articles, each article's surest; nothing for one."""
    surest: dict[str, Opinion] = {}
    for each in asked:
        article = each.ranking[0].article_id
        if article not in surest or each.answer > surest[article].answer:
            surest[article] = each
    kept = tuple(each for each in asked if surest[each.ranking[0].article_id] is each)
    return kept if len(kept) > 1 else ()


def _beside(whole: Opinion, sentence: Opinion) -> Opinion:
    """Return the opinion of a sentence, doubted twice where the whole message differs."""
    if whole.ranking[0].article_id == sentence.ranking[0].article_id:
        return sentence
    doubted = max(0.0, 1.0 - _DOUBT_BESIDE * (1.0 - sentence.answer))
    share = doubted / max(sentence.answer, _LEAST)
    ranking = tuple(replace(each, confidence=share * each.confidence) for each in sentence.ranking)
    return replace(sentence, answer=doubted, ranking=ranking)


def _opinion_of(
    index: Answerable,
    part: LanguageIndex,
    text: str,
    rejected: frozenset[str],
    *,
    only_likely: bool = False,
) -> Opinion:
    """Return a language index's opinion, without ranking and doubt where only a likely one counts.

    Most halves of sentences are not likely, and nobody asks further about those.
    """
    hidden = np.zeros(len(part.members), dtype=np.bool_)
    if rejected:
        hidden[:] = [index.articles[member].id in rejected for member in part.members.tolist()]
    model, scores, evidence = _judged(index, part, text, hidden)
    ordered = evidence.order[0]
    order: list[int] = ordered[~hidden[ordered]].tolist()
    verbatim = bool(order) and is_verbatim(evidence)
    written = None if verbatim else part.written_in(match_form(text))
    if written in order:
        order = [written, *(each for each in order if each != written)]
        verbatim = True
    best = np.array(order[:1], dtype=np.int64)
    phrasings = int(part.phrasings_of[order[0]]) if order else 0
    answer = _certainty(model, phrasings, evidence, best) if order else 0.0
    if verbatim:
        answer = max(answer, VERBATIM)
    choice = _chance(model, evidence, best) if order else 0.0
    if only_likely and choice < model.choice_threshold:
        order = []
    return Opinion(
        part=part,
        model=model,
        answer=answer,
        choice=choice,
        ranking=_ranking(index, part, order, scores, answer),
        phrasings=phrasings,
        doubt=None if verbatim or not order else _doubt(index, part, model, text, order[0]),
    )


def _judged(
    index: Answerable, part: LanguageIndex, text: str, hidden: NDArray[np.bool_]
) -> tuple[TierModel, Floats, Evidence]:
    """Return a language index's judgement of a text.

    Assumptions weigh an article with few phrasings, and there are none about a service's vectors.
    So the tier below weighs it.
    """
    judged = part.judge(text, index.encoders, hidden)
    model, _, evidence = judged
    if model.tier != MANAGED or part.phrasings_of[evidence.order[0, 0]] >= ENOUGH_PHRASINGS:
        return judged
    weights = {tier: each for tier, each in index.encoders.items() if tier != MANAGED}
    return part.judge(text, weights, hidden)


def _certainty(model: TierModel, phrasings: int, evidence: Evidence, best: Ints) -> float:
    """Return how probably the best article is right.

    Few phrasings of its own say nothing about what customers ask.
    """
    weighed = model.answer
    if phrasings < ENOUGH_PHRASINGS:
        articles = len(model.coefficients)
        weighed = answer_prior(
            assumption_of(model.tier, model.views), evidence.measures.shape[1], articles
        )
    return float(weighed.probability(evidence.measures, best)[0])


def _chance(model: TierModel, evidence: Evidence, best: Ints) -> float:
    """Return how probably the right article is among those that a choice would offer."""
    measures = evidence.measures if evidence.offering is None else evidence.offering
    return float(model.choice.probability(measures, best)[0])


def _doubt(
    index: Answerable, part: LanguageIndex, model: TierModel, text: str, best: int
) -> str | None:
    """Return the reason why an article must not answer a text that is not its own, or None."""
    if is_one_word(text):
        return "one word does not say what is asked"
    asked, article = sense_of(part.language, text), index.sense(int(part.members[best]))
    # Few phrasings do not tell what a denial would mean to them.
    few = part.phrasings_of[best] < ENOUGH_PHRASINGS and not asked.pending
    if article.is_denied_by(asked) or (few and asked.denied - article.denied):
        return "one of them denies what the other says"
    if article.has_another_number(asked):
        return "the message names another number than the article's questions"
    known, by_words = index.stems(_place_of(index, part)), not model.views
    if asks_elsewhere(asked, part.language, known, by_words=by_words):
        return "the words that tell its subject are not in the articles' questions"
    return None


def _corrected(index: Answerable, part: LanguageIndex, text: str) -> str:
    """Return a text with the spelling and the spaces of a language index's phrasings."""
    known = index.encoders.values()
    return index.wordings[_place_of(index, part)].corrected(
        text, lambda word: any(encoder.knows(word) for encoder in known)
    )


def _place_of(index: Answerable, part: LanguageIndex) -> int:
    return next(place for place, each in enumerate(index.parts) if each is part)


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
            answer * exp(min(0.0, float(scores[place]) - first) / _SPREAD),
        )
        for place in order[:RANKED]
    )
