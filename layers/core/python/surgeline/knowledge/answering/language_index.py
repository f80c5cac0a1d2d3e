"""The index of one language, which learned to tell its articles apart, is built here."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering.blends import learn_blend, learn_managed
from surgeline.knowledge.answering.phrasings import Phrasings, collect
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.articles.article import Article, KnowledgeRefused, Problem
from surgeline.knowledge.encoders.encoder import MANAGED, Encoder
from surgeline.knowledge.encoders.remembering import Remembering
from surgeline.knowledge.matching.evidence import Evidence, firsts_of, is_one_alone
from surgeline.knowledge.matching.features import Ints, Lookup, Rows, Vocabulary, gram_matrix
from surgeline.knowledge.matching.misplaced import (
    WORTH_A_LOOK,
    WORTH_SETTING_ASIDE,
    Pulls,
    Stray,
)
from surgeline.knowledge.matching.passages import WORTH, Passages, sentences_of
from surgeline.knowledge.matching.policy import (
    ENOUGH_PHRASINGS,
    kind_of,
    needed_for,
    threshold_for,
)
from surgeline.knowledge.matching.tier_model import (
    UNANSWERABLE_WITH_EACH,
    Grams,
    Known,
    TierModel,
    can_rehearse,
    equipped,
    is_sparse,
    learn_model,
)
from surgeline.knowledge.matching.traffic import Rehearsal
from surgeline.knowledge.text.reading import detect_language, match_form, small_talk

LEXICAL: Final = "lexical"
WORD_SHARE: Final = 0.4
# An exact solution costs the cube of this number. A knowledge base with more phrasings is refused.
MAX_PHRASINGS: Final = 12_000
# With this many phrasings in a second language, questions in that language are matched too.
ENOUGH_TRANSLATED: Final = 3
# Setting phrasings aside shows others. So many passes find nearly all.
_PASSES: Final = 3


class TooManyPhrasings(KnowledgeRefused):
    """A language of a knowledge base holds more phrasings than can be solved for."""

    def __init__(self, language: str, phrasings: int) -> None:
        """Name how many phrasings there are and how many are accepted."""
        message = f"{phrasings:,} phrasings in {language}; at most {MAX_PHRASINGS:,} are accepted"
        super().__init__([Problem("knowledge base", 0, "questions", message)])


@dataclass(frozen=True, slots=True)
class LanguageIndex:
    """The articles of one language with what was learned from them.

    `also` names other languages that some phrasings are in. `courteous` is true where some
    phrasings are greetings or thanks, so that such messages may have an answer.

    `strays` are phrasings that seem to belong to another article, the strongest pull first. `aside`
    holds the match form and the owner of each that nothing was learned from. `passages` are the
    answers' sentences, where most articles have few phrasings.
    """

    language: str
    also: tuple[str, ...]
    courteous: bool
    members: Ints
    owners: Ints
    firsts: Ints
    sources: Ints
    phrasings_of: Ints
    vocabulary: Vocabulary
    lookup: Lookup
    models: tuple[TierModel, ...]
    strays: tuple[Stray, ...] = ()
    aside: frozenset[tuple[str, int]] = frozenset()
    passages: Passages | None = None

    def with_strays(self, strays: Sequence[Stray]) -> "LanguageIndex":
        """Return the language index with the strays that were found."""
        aside = {(match_form(each.text), each.owner) for each in strays if each.aside}
        return replace(self, strays=tuple(strays), aside=frozenset(aside))

    def learnt_from(self, articles: Sequence[Article]) -> Phrasings:
        """Return the phrasings that the language index learned from."""
        found = collect(articles, self.members)
        stands = zip(found.forms, found.owners.tolist(), strict=True)
        return found.only(np.array([each not in self.aside for each in stands]))

    def written_in(self, form: str) -> int | None:
        """Return the only article that a form was set aside from, or None."""
        owners = [owner for aside, owner in self.aside if aside == form]
        return owners[0] if len(owners) == 1 else None

    def best(self, tiers: Sequence[str]) -> TierModel:
        """Return the best tier model whose encoders are all among the tiers at hand."""
        for model in reversed(self.models):
            if all(view.tier in tiers for view in model.views):
                return model
        return self.models[0]

    def equipped(self, encoders: Mapping[str, Encoder]) -> "LanguageIndex":
        """Return the language index with tier models that compare as fast as the encoders can."""
        return replace(self, models=tuple(equipped(model, encoders) for model in self.models))

    def judge(
        self, text: str, encoders: Mapping[str, Encoder], hidden: NDArray[np.bool_]
    ) -> tuple[TierModel, Floats, Evidence]:
        """Return the tier model that judged a text, the articles' scores and their evidence.

        `hidden` articles count as if the knowledge base did not have them. A text that an author
        wrote word for word needs no encoder. In a surge most questions repeat.
        """
        columns, values, known = self.vocabulary.row(match_form(text))
        grams = self.lookup.similarities(columns, values)
        written = is_one_alone(grams, self.owners)
        model = self.models[0] if written else self.best(tuple(encoders))
        encoded = {view.tier: encoders[view.tier].encode([text])[0] for view in model.views}
        beside = None
        if self.passages is not None and not written:
            placed = {view.tier: view.placed(encoded[view.tier]) for view in model.views}
            beside = self.passages.closeness(text, placed) * np.float32(WORTH)
        scores, evidence = model.judge(
            grams, encoded, self.firsts, known_share=known, hidden=hidden, beside=beside
        )
        return model, scores, evidence

    def rehearsed_kinds(self, promise: float) -> NDArray[Any]:
        """Return the kind of verdict that each trial of the best tier model would have had."""
        model = self.models[-1]
        threshold = threshold_for(model.thresholds, promise)
        phrasings = self.phrasings_of[model.trials.best].tolist()
        needed = [needed_for(each, threshold, promise) for each in phrasings]
        cases = zip(model.trials.answer.tolist(), model.trials.choice.tolist(), needed, strict=True)
        choice = model.choice_threshold
        return np.array([kind_of(*case, choice) for case in cases], dtype=np.str_)


def rehearsal_of(part: LanguageIndex, model: TierModel) -> Rehearsal:
    """Return a tier model's trials with the weights that the promise gives them."""
    trials = model.trials
    answerable = np.arange(len(trials.best)) < len(part.owners)
    taught = ~trials.alone
    share = UNANSWERABLE_WITH_EACH * max(int((answerable & taught).sum()), 1) / len(part.owners)
    return Rehearsal(
        confidence=trials.answer,
        right=trials.right,
        weights=np.where(answerable, 1.0, share) * taught,
        articles=np.tile(part.owners, 2),
        by_words=not model.views,
    )


def learn(
    language: str, articles: Sequence[Article], members: Ints, encoders: Mapping[str, Encoder]
) -> LanguageIndex:
    """Learn a language index from its articles, with a lexical tier model and the best one."""
    phrasings = collect(articles, members)
    if len(phrasings.forms) > MAX_PHRASINGS:
        raise TooManyPhrasings(language, len(phrasings.forms))
    at_hand = {tier: Remembering(encoder) for tier, encoder in encoders.items()}
    part, pulls = _learned(language, members, phrasings, at_hand)
    strays = _strays(phrasings, pulls, frozenset())
    for _ in range(_PASSES):
        misplaced = pulls.misplaced & phrasings.asked
        if misplaced.mean() < WORTH_SETTING_ASIDE:
            break
        strays |= _strays(phrasings, pulls, frozenset(np.flatnonzero(misplaced).tolist()))
        phrasings = phrasings.only(~misplaced)
        part, pulls = _learned(language, members, phrasings, at_hand)
        strays = _strays(phrasings, pulls, frozenset()) | strays
    if is_sparse(part.phrasings_of >= ENOUGH_PHRASINGS):
        part = replace(part, passages=_passages(part, articles, at_hand))
    return part.with_strays(sorted(strays.values(), key=lambda each: (-each.pull, each.text)))


def _passages(
    part: LanguageIndex, articles: Sequence[Article], encoders: Mapping[str, Encoder]
) -> Passages:
    """Return the sentences of the articles' answers, as the best model of weights compares texts.

    The sentences are not given to a service. They are far longer than the phrasings.
    """
    found = [
        (owner, sentence)
        for owner, member in enumerate(part.members.tolist())
        for sentence in sentences_of(articles[member].answer) or [articles[member].answer]
    ]
    texts = [sentence for _, sentence in found]
    vocabulary, rows = Vocabulary.learn([match_form(each) for each in texts], WORD_SHARE)
    owners = np.array([owner for owner, _ in found], np.int64)
    vectors = {
        view.tier: view.placed(encoders[view.tier].encode(texts)).astype(np.float16)
        for view in part.best(tuple(each for each in encoders if each != MANAGED)).views
    }
    stored = {tier: each.astype(np.float32) for tier, each in vectors.items()}
    return Passages.of(len(part.members), owners, vocabulary, rows, stored)


def _strays(
    phrasings: Phrasings, pulls: Pulls, aside: Collection[int]
) -> dict[tuple[str, int], Stray]:
    """Return the phrasings that are pulled to another article, by their forms and owners."""
    places = np.flatnonzero(phrasings.asked & (pulls.strength >= WORTH_A_LOOK)).tolist()
    return {
        (phrasings.forms[place], int(phrasings.owners[place])): Stray(
            phrasings.texts[place],
            int(phrasings.owners[place]),
            int(pulls.to[place]),
            float(pulls.strength[place]),
            place in aside,
        )
        for place in places
    }


def _learned(
    language: str, members: Ints, phrasings: Phrasings, encoders: Mapping[str, Encoder]
) -> tuple[LanguageIndex, Pulls]:
    """Learn from the phrasings given. The pulls are those of the best model of weights.

    What a service sees is learned beside, so that another model of it calls no phrasing misplaced.
    """
    vocabulary, rows = Vocabulary.learn(phrasings.forms, WORD_SHARE)
    width = len(vocabulary.hashes)
    # Comparing needs no more than half precision, and this is the square of the phrasings.
    grams: Grams = gram_matrix(rows, width).astype(np.float16)
    known = _known_shares(rows, phrasings.owners, width)
    counts = _question_counts(phrasings, len(members))
    enough = counts >= ENOUGH_PHRASINGS
    owners = phrasings.owners
    learnt = [learn_model(LEXICAL, 1.0, (), grams, owners=owners, known=known, enough=enough)]
    weights = {tier: each for tier, each in encoders.items() if tier != MANAGED}
    if weights:
        learnt.append(
            learn_blend(language, phrasings, grams, known=known, enough=enough, encoders=weights)
        )
    models = [model for model, _ in learnt]
    if MANAGED in encoders and can_rehearse(owners, enough):
        models.append(
            learn_managed(language, phrasings, grams, known=known, enough=enough, encoders=encoders)
        )
    courtesies = {small_talk(text) for text in phrasings.texts}
    part = LanguageIndex(
        language=language,
        also=_also_spoken(language, phrasings.texts),
        courteous=not courtesies.isdisjoint({"greeting", "thanks"}),
        members=members,
        owners=phrasings.owners,
        firsts=firsts_of(phrasings.owners),
        sources=phrasings.sources,
        phrasings_of=counts,
        vocabulary=vocabulary,
        lookup=Lookup.of(rows.transposed(width), len(rows)),
        models=tuple(models),
    )
    return part, learnt[-1][1]


def _also_spoken(language: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the other languages that some of the phrasings were written in."""
    spoken = Counter(detect_language(text) for text in texts)
    family = language.split("-", maxsplit=1)[0]
    return tuple(
        sorted(
            other
            for other, count in spoken.items()
            if other is not None and other != family and count >= ENOUGH_TRANSLATED
        )
    )


def _question_counts(phrasings: Phrasings, articles: int) -> Ints:
    return np.bincount(phrasings.owners[phrasings.asked], minlength=articles).astype(np.int64)


def _known_shares(rows: Rows, owners: Ints, width: int) -> Known:
    """Return each phrasing's known share of weight without itself, and without its article."""
    numbers = rows.row_numbers()
    documents = np.bincount(rows.columns, minlength=width)[rows.columns]
    _, place, counts = np.unique(
        owners[numbers] * width + rows.columns, return_inverse=True, return_counts=True
    )
    mass = np.square(rows.values)
    shared = np.bincount(numbers, mass * (documents > 1), len(rows)).astype(np.float64)
    foreign = np.bincount(numbers, mass * (documents > counts[place]), len(rows))
    return shared, foreign.astype(np.float64)
