"""The articles of one language, learned to be told apart: a pool and how it is built."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.articles import Article
from surgeline.knowledge.calibration import Calibrator, calibrate
from surgeline.knowledge.encoders import Encoder
from surgeline.knowledge.evidence import CHOICES, Evidence, weigh
from surgeline.knowledge.features import (
    Floats,
    Ints,
    Rows,
    Vocabulary,
    gram_matrix,
    similarities,
)
from surgeline.knowledge.policy import kinds_of
from surgeline.knowledge.ridge import Fit, fit
from surgeline.knowledge.text import detect_language, match_form

WORD_SHARE: Final = 0.3
# An exact solution costs the cube of this; beyond it a knowledge base is refused.
MAX_PHRASINGS: Final = 12_000
# With this many phrasings in a second language, questions in it are matched too.
ENOUGH_TRANSLATED: Final = 3


class TooManyPhrasings(Exception):
    """A language of a knowledge base holds more phrasings than can be solved for."""


@dataclass(frozen=True, slots=True)
class Phrasings:
    """The distinct phrasings of a pool in the order of their articles.

    `owners` are positions in the pool, `sources` positions among an article's questions
    (its title is the position after the last).
    """

    forms: tuple[str, ...]
    texts: tuple[str, ...]
    owners: Ints
    sources: Ints


@dataclass(frozen=True, slots=True)
class Head:
    """One tier's way from a question to scores and probabilities."""

    tier: str
    coefficients: Floats
    vectors: Floats | None
    answer: Calibrator
    choice: Calibrator


@dataclass(frozen=True, slots=True)
class Trials:
    """How left-out phrasings fared: the rehearsal that thresholds and reports are drawn from.

    The first half of each array leaves out the phrasing, the second half its whole article.
    """

    phrasing: Ints
    best: Ints
    answer: NDArray[np.float64]
    choice: NDArray[np.float64]
    right: NDArray[np.bool_]
    offered: NDArray[np.bool_]
    alone: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pool:
    """The articles of one language with what was learned from them."""

    language: str
    also: tuple[str, ...]
    members: Ints
    owners: Ints
    sources: Ints
    phrasings_of: Ints
    vocabulary: Vocabulary
    postings: Rows
    heads: tuple[Head, ...]
    trials: Trials

    def judge(
        self, head: Head, text: str, encoder: Encoder | None, hidden: NDArray[np.bool_]
    ) -> tuple[Floats, Evidence]:
        """Return the scores of the pool's articles for a text and the evidence they give.

        `hidden` articles count as if the knowledge base did not have them.
        """
        columns, values, known = self.vocabulary.row(match_form(text))
        similarity = similarities(self.postings, columns, values, len(self.owners))
        kernel, closeness = similarity, None
        if head.vectors is not None and encoder is not None:
            closeness = (head.vectors @ encoder.encode([text])[0])[None, :]
            kernel = similarity + proximity(closeness[0])
        near = np.flatnonzero(kernel)
        scores = kernel[near] @ head.coefficients[near]
        if hidden.any():
            scores[hidden] = -np.inf
            similarity[hidden[self.owners]] = -np.inf
            if closeness is not None:
                closeness[0, hidden[self.owners]] = -np.inf
        share = np.array([known])
        return scores, weigh(scores[None, :], similarity[None, :], self.owners, share, closeness)

    def rehearsed_kinds(self, promise: float) -> NDArray[Any]:
        """Return what each trial would have been: answer, suggest or abstain."""
        phrasings = self.phrasings_of[self.trials.best]
        return kinds_of(self.trials.answer, self.trials.choice, phrasings, promise)


def proximity(closeness: Floats) -> Floats:
    """Return the kernel of vectors: sharply peaked at the same meaning."""
    result: Floats = (2.0 * np.exp((closeness - 1.0) / 0.5)).astype(np.float32)
    return result


def collect(articles: Sequence[Article], members: Ints) -> Phrasings:
    """Return the members' distinct phrasings; a title counts as one more."""
    forms: list[str] = []
    texts: list[str] = []
    owners: list[int] = []
    sources: list[int] = []
    for owner, member in enumerate(members):
        article = articles[member]
        seen: set[str] = set()
        for source, text in enumerate((*article.questions, article.title)):
            form = match_form(text)
            # An article of which nothing can be matched keeps its first phrasing, as a blank.
            if form not in seen and (form or (not seen and source == len(article.questions))):
                seen.add(form)
                forms.append(form)
                texts.append(text)
                owners.append(owner)
                sources.append(source)
    return Phrasings(
        tuple(forms), tuple(texts), np.array(owners, np.int64), np.array(sources, np.int64)
    )


def learn(
    language: str, articles: Sequence[Article], members: Ints, encoder: Encoder | None
) -> Pool:
    """Learn a pool from the articles of one language."""
    phrasings = collect(articles, members)
    if len(phrasings.forms) > MAX_PHRASINGS:
        raise TooManyPhrasings(
            f"{len(phrasings.forms):,} phrasings in {language}; at most {MAX_PHRASINGS:,} are built"
        )
    vocabulary, rows = Vocabulary.learn(phrasings.forms, WORD_SHARE)
    grams = gram_matrix(rows, len(vocabulary.hashes))
    known = _known_shares(rows, phrasings.owners, len(vocabulary.hashes))
    head, trials = _learn_head(phrasings.owners, len(members), grams, known)
    heads = [head]
    if encoder is not None:
        vectors = encoder.encode(phrasings.texts)
        head, trials = _learn_head(
            phrasings.owners, len(members), grams, known, tier=encoder.tier, vectors=vectors
        )
        heads.append(head)
    return Pool(
        language=language,
        also=_also_spoken(language, phrasings.texts),
        members=members,
        owners=phrasings.owners,
        sources=phrasings.sources,
        phrasings_of=_question_counts(articles, members, phrasings),
        vocabulary=vocabulary,
        postings=rows.transposed(len(vocabulary.hashes)),
        heads=tuple(heads),
        trials=trials,
    )


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


def _question_counts(articles: Sequence[Article], members: Ints, phrasings: Phrasings) -> Ints:
    titles = np.array([len(articles[member].questions) for member in members])
    asked = phrasings.sources < titles[phrasings.owners]
    return np.bincount(phrasings.owners[asked], minlength=len(members)).astype(np.int64)


def _known_shares(
    rows: Rows, owners: Ints, width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each phrasing's share of weight known without it, and without its article."""
    numbers = rows.row_numbers()
    documents = np.bincount(rows.columns, minlength=width)[rows.columns]
    _, place, counts = np.unique(
        owners[numbers] * width + rows.columns, return_inverse=True, return_counts=True
    )
    mass = np.square(rows.values)
    without_phrasing = np.bincount(
        numbers, weights=mass * (documents > 1), minlength=len(rows)
    ).astype(float)
    foreign = documents > counts[place]
    without_article = np.bincount(numbers, weights=mass * foreign, minlength=len(rows)).astype(
        float
    )
    return without_phrasing, without_article


def _learn_head(
    owners: Ints,
    articles: int,
    grams: Floats,
    known: tuple[NDArray[np.float64], NDArray[np.float64]],
    *,
    tier: str = "lexical",
    vectors: Floats | None = None,
) -> tuple[Head, Trials]:
    closeness = None if vectors is None else vectors @ vectors.T
    kernel = grams if closeness is None else grams + proximity(closeness)
    fitted = fit(kernel, owners, articles)
    one, whole = (
        _rehearse(fitted, grams, closeness, owners, known, whole_article=whole)
        for whole in (False, True)
    )
    alone = np.bincount(owners, minlength=articles)[owners] == 1
    truth = np.concatenate((owners, owners))
    order = np.concatenate((one.order[:, :CHOICES], whole.order[:, :CHOICES]))
    measures = np.concatenate((one.measures, whole.measures))
    within = np.arange(len(truth)) < len(owners)
    right = (order[:, 0] == truth) & within
    offered = (order == truth[:, None]).any(axis=1) & within
    # A phrasing that is all of its article teaches nothing when it is left out.
    weights = np.where(within & np.concatenate((alone, alone)), 0.0, 1.0)
    answer = calibrate(measures, right, weights)
    choice = calibrate(measures, offered, weights)
    trials = Trials(
        phrasing=np.concatenate((np.arange(len(owners)), np.arange(len(owners)))),
        best=order[:, 0],
        answer=answer.probability(measures),
        choice=choice.probability(measures),
        right=right,
        offered=offered,
        alone=np.concatenate((alone, alone)) & within,
    )
    return Head(tier, fitted.coefficients, vectors, answer, choice), trials


def _rehearse(
    fitted: Fit,
    grams: Floats,
    closeness: Floats | None,
    owners: Ints,
    known: tuple[NDArray[np.float64], NDArray[np.float64]],
    *,
    whole_article: bool,
) -> Evidence:
    """Weigh every phrasing as if it (or its whole article) were not in the knowledge base."""
    if whole_article:
        hidden = owners[:, None] == owners[None, :]
    else:
        hidden = np.eye(len(owners), dtype=bool)
    scores = fitted.without_article if whole_article else fitted.without_phrasing
    return weigh(
        scores,
        np.where(hidden, -np.inf, grams),
        owners,
        known[whole_article],
        None if closeness is None else np.where(hidden, -np.inf, closeness),
    )
