"""A tier model turns a question into scores and probabilities; it is learned and applied here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.arrays.side_by_side import run_in_two_threads
from surgeline.knowledge.encoders.encoder import MANAGED, Encoder
from surgeline.knowledge.matching.calibration import Calibrator, Cases, calibrate, rehearsed
from surgeline.knowledge.matching.encoder_view import EncoderView, halved
from surgeline.knowledge.matching.evidence import (
    CHOICES,
    Evidence,
    Matrix,
    firsts_of,
    margins_of_one,
    margins_of_rows,
    nearest_of_articles,
    weigh,
    weigh_one,
)
from surgeline.knowledge.matching.features import Ints
from surgeline.knowledge.matching.misplaced import Pulls, pulls_of
from surgeline.knowledge.matching.policy import (
    CHOICE_PROMISE,
    choice_needed,
    floors,
    literal_thresholds,
    threshold_for,
    thresholds_of,
)
from surgeline.knowledge.matching.prior import ENOUGH_TRIALS, answer_prior, choice_prior
from surgeline.knowledge.matching.ridge import Fit, fit
from surgeline.knowledge.matching.traffic import Adapted

Known = tuple[Matrix, Matrix]
Grams = NDArray[np.float16]

# The promise holds while at most this many unanswerable questions come with each answerable one.
UNANSWERABLE_WITH_EACH: Final = 0.7
# Scores are computed for this many of the nearest articles, because no other can be the best.
SHORTLIST: Final = 64
_HALF: Final = 0.5
_BLOCK: Final = 512
_BY_SENTENCES: Final = frozenset({"sentence", MANAGED})
# The static table counts so little where it is alone and articles have few phrasings.
_LIGHT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Trials:
    """The rehearsal that thresholds and reports are drawn from: how left-out phrasings fared.

    The first half of each array leaves out the phrasing, the second half its whole article. `alone`
    marks phrasings that are the only ones of their article. Leaving these out teaches nothing.
    """

    best: Ints
    answer: Matrix
    choice: Matrix
    right: NDArray[np.bool_]
    offered: NDArray[np.bool_]
    alone: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TierModel:
    """Everything that one tier learned; `coefficients` are articles x phrasings.

    `thresholds` are rehearsed, and `offers_from` is the probability that a choice needs. `traffic`
    holds the thresholds that take their place where there was traffic to look at. `least` is what
    an answer needs at least, whatever threshold stands.
    """

    tier: str
    gram_weight: float
    views: tuple[EncoderView, ...]
    coefficients: Floats
    answer: Calibrator
    choice: Calibrator
    thresholds: Matrix
    trials: Trials
    offers_from: float = CHOICE_PROMISE
    traffic: Adapted | None = None
    least: float = 0.0

    def threshold(self, promise: float, live: float | None = None) -> float:
        """Return the probability that an answer needs under a promise.

        `live` takes the place of what was rehearsed and of what traffic moved.
        """
        return max(self.standing(promise) if live is None else live, self.least)

    def standing(self, promise: float) -> float:
        """Return what an answer needs by rehearsal or traffic alone."""
        source = self.thresholds if self.traffic is None else self.traffic.thresholds
        return threshold_for(source, promise)

    @property
    def choice_threshold(self) -> float:
        """Return the probability that a choice needs."""
        if self.traffic is None:
            return self.offers_from
        return min(self.traffic.raised(self.offers_from), CHOICE_PROMISE)

    def judge(
        self,
        grams: Floats,
        encoded: Mapping[str, Floats],
        firsts: Ints,
        *,
        known_share: float,
        hidden: NDArray[np.bool_],
        beside: Floats | None = None,
    ) -> tuple[Floats, Evidence]:
        """Return the articles' scores for one text and the evidence that they give.

        `grams` are the text's similarities to all phrasings. `hidden` articles count as not there.
        `beside` is what speaks for each article beside its phrasings. It orders the articles, and
        proves nothing.
        """
        closeness = [view.closeness(encoded[view.tier]) for view in self.views]
        kernel = grams * np.float32(self.gram_weight)
        for view, cosines in zip(self.views, closeness, strict=True):
            kernel += view.kernel(cosines)
        near = nearest_of_articles(kernel, firsts)
        if beside is not None:
            # What speaks for most articles speaks for none.
            beside = beside - np.median(beside)
            near += beside
        near[hidden] = -np.inf
        listed = _shortlist(near)
        if len(listed) == len(near):
            found = self.coefficients @ kernel
        else:
            # Rows are taken one by one. Picking them first would copy them, which takes longer.
            found = np.array([self.coefficients[article] @ kernel for article in listed.tolist()])
        found[hidden[listed]] = -np.inf
        compared = [grams, *closeness]
        if hidden.any():
            there = np.repeat(~hidden, np.diff(firsts))
            compared = [np.where(there, each, np.float32(-np.inf)) for each in compared]

        def margins(best: int) -> Iterator[tuple[float, float]]:
            article = listed[best]
            return margins_of_one(compared, slice(firsts[article], firsts[article + 1]))

        ranked = found if beside is None else found + beside[listed]
        evidence = weigh_one(
            found, margins, known_share, ranked_by=None if beside is None else ranked
        )
        scores = np.full(len(hidden), -np.inf, dtype=np.float32)
        scores[listed] = ranked
        return scores, evidence._replace(order=listed[evidence.order])


def equipped(model: TierModel, encoders: Mapping[str, Encoder]) -> TierModel:
    """Return a tier model that compares as fast as its encoders can, if all are at hand."""
    if not model.views or any(view.tier not in encoders for view in model.views):
        return model
    best = encoders[model.tier]
    views = tuple(replace(view, compare=best.comparing(view.vectors)) for view in model.views)
    return replace(model, views=views)


def learn_model(
    tier: str,
    gram_weight: float,
    views: Sequence[EncoderView],
    grams: Grams,
    *,
    owners: Ints,
    known: Known,
    enough: NDArray[np.bool_],
) -> tuple[TierModel, Pulls]:
    """Learn a tier model from the phrasings' similarities, and rehearse it on left-out ones.

    The pulls say which phrasings another article takes for its own.

    `enough` says of each article whether it has so many phrasings that leaving one out teaches
    what customers ask.
    """
    articles = int(owners[-1]) + 1
    kernel = blended(gram_weight, views, grams)
    fitted = fit(kernel, owners, articles)
    del kernel
    without_phrasing, without_article = _rehearse(fitted, views, grams, owners, known)
    truth = np.concatenate((owners, owners))
    order = np.concatenate((without_phrasing.order, without_article.order))
    measures = np.concatenate((without_phrasing.measures, without_article.measures))
    answerable = np.arange(len(truth)) < len(owners)
    alone = np.bincount(owners)[truth] == 1
    taught = ~(answerable & alone)
    share = UNANSWERABLE_WITH_EACH * max(int((answerable & taught).sum()), 1) / len(owners)
    weights = np.where(answerable, 1.0, share) * taught
    right = (order[:, 0] == truth) & answerable
    offered = (order[:, :CHOICES] == truth[:, None]).any(axis=1) & answerable
    places = np.tile(np.arange(len(owners)), 2)
    cases = Cases(measures, order[:, 0], right, weights, places)
    choices = Cases(measures, order[:, 0], offered, weights, places)
    unproven = not can_rehearse(owners, enough)
    if unproven:
        assumed = assumption_of(tier, views)
        answer = answer_prior(assumed, measures.shape[1], articles)
        choice = choice_prior(assumed, measures.shape[1], articles)
        tried = answer.probability(measures, order[:, 0])
        chosen = choice.probability(measures, order[:, 0])
    else:
        answer, choice = calibrate(cases, articles), calibrate(choices, articles)
        tried, chosen = rehearsed(cases, articles), rehearsed(choices, articles)
    model = TierModel(
        tier=tier,
        gram_weight=gram_weight,
        views=tuple(views),
        coefficients=halved(np.ascontiguousarray(fitted.coefficients.T)),
        answer=answer,
        choice=choice,
        thresholds=(floors() if is_sparse(enough) else literal_thresholds())
        if unproven
        else thresholds_of(tried, right, weights, ~answerable),
        trials=Trials(
            best=order[:, 0],
            answer=tried,
            choice=chosen,
            right=right,
            offered=offered,
            alone=~taught,
        ),
        offers_from=choice_needed(rehearsed=not unproven, by_sentences=tier in _BY_SENTENCES),
    )
    return model, pulls_of(fitted.without_phrasing, owners)


def can_rehearse(owners: Ints, enough: NDArray[np.bool_]) -> bool:
    """Return whether leaving phrasings out teaches enough of what customers ask."""
    counts = np.bincount(owners)
    return int(((counts > 1) & enough[: len(counts)])[owners].sum()) >= ENOUGH_TRIALS


def is_sparse(enough: NDArray[np.bool_]) -> bool:
    """Return whether most articles have too few phrasings to teach what customers ask."""
    return bool(enough.mean() < _HALF)


def assumption_of(tier: str, views: Sequence[EncoderView]) -> str:
    """Return the name of the assumptions that weigh articles with few phrasings in a model."""
    light = len(views) == 1 and views[0].tier == "static" and views[0].weight <= _LIGHT
    return "korean" if light else tier


def blended(gram_weight: float, views: Sequence[EncoderView], grams: Grams) -> Floats:
    """Return the kernel of all phrasings with all phrasings."""
    kernel = grams.astype(np.float32)
    kernel *= np.float32(gram_weight)

    def add_views(rows: slice) -> None:
        for view in views:
            kernel[rows] += view.kernel(view.vectors[rows] @ view.vectors.T)

    run_in_two_threads(add_views, _blocks(len(grams)))
    return kernel


def _rehearse(
    fitted: Fit, views: Sequence[EncoderView], grams: Grams, owners: Ints, known: Known
) -> tuple[Evidence, Evidence]:
    """Weigh every phrasing as if the phrasing, and then its whole article, were not there."""
    blocks = _blocks(len(owners))
    parts: dict[int, tuple[Evidence, Evidence]] = {}

    def rehearse(rows: slice) -> None:
        compared = [
            grams[rows].astype(np.float32),
            *(view.vectors[rows] @ view.vectors.T for view in views),
        ]
        weighed = _rehearse_rows(rows, fitted, compared, owners, known)
        # The whole order would need as much memory as all scores together.
        phrasing, article = (
            kept._replace(order=kept.order[:, :CHOICES].copy()) for kept in weighed
        )
        parts[rows.start] = phrasing, article

    run_in_two_threads(rehearse, blocks)
    without_phrasing, without_article = zip(*(parts[rows.start] for rows in blocks), strict=True)
    return _joined(without_phrasing), _joined(without_article)


def _rehearse_rows(
    rows: slice, fitted: Fit, compared: Sequence[Floats], owners: Ints, known: Known
) -> tuple[Evidence, Evidence]:
    """Weigh some phrasings by comparing them with all; the comparisons are overwritten."""
    own, firsts = owners[rows], firsts_of(owners)
    numbers = np.arange(len(own))
    for similarity in compared:
        similarity[numbers, rows.start + numbers] = -np.inf
    nearest = [nearest_of_articles(similarity, firsts) for similarity in compared]
    margins = partial(margins_of_rows, nearest)
    without_phrasing = weigh(fitted.without_phrasing[rows], margins, known[0][rows])
    for near in nearest:
        near[numbers, own] = -np.inf
    return without_phrasing, weigh(fitted.without_article[rows], margins, known[1][rows])


def _joined(parts: Sequence[Evidence]) -> Evidence:
    return Evidence(
        np.concatenate([part.order for part in parts]),
        np.concatenate([part.measures for part in parts]),
    )


def _blocks(count: int) -> list[slice]:
    return [slice(first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK)]


def _shortlist(near: Floats) -> Ints:
    if len(near) <= SHORTLIST:
        return np.arange(len(near))
    return np.sort(np.argpartition(-near, SHORTLIST)[:SHORTLIST]).astype(np.int64)
