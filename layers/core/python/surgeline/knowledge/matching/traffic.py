"""The mix of a company's traffic is estimated here from confidences alone.

A question is right where its best article is the right one, and wrong otherwise. The rehearsal
knows how confident each kind looks. Traffic is read as a mixture of the two kinds. Each kind also
appears a little more and a little less confident than rehearsed. The shares of the mixture say how
many of the answers above any threshold are wrong. No label and no text is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.matching.features import Ints
from surgeline.knowledge.matching.prior import ENOUGH_TRIALS

Matrix = NDArray[np.float64]
Bools = NDArray[np.bool_]

# No answer less sure than this is given, whatever traffic looks like.
LEAST_THRESHOLD: Final = 0.5
# Where this share of the questions that look right is answered, more answers are not worth more
# risk.
ANSWERED_ENOUGH: Final = 0.8
# This number of questions counts as much as the rehearsed threshold does.
_HALFWAY: Final = 30
# The assumed mix counts like this number of questions.
_ASSUMED: Final = 20.0
# Traffic may differ from the rehearsal in these ways. A pair holds the tilt in densities times
# exp(tilt * log odds), and the share. Right questions may be harder or easier, wrong ones nearer or
# farther.
_RIGHT_TILTS: Final = ((0.0, 0.4), (-0.3, 0.2), (0.5, 0.4))
_WRONG_TILTS: Final = ((0.3, 0.25), (0.0, 0.25), (-0.5, 0.25), (-1.0, 0.25))
# Articles with a double tell nothing of other articles. This share of all articles is left out of
# the trials without an article.
_DOUBLES: Final = 0.03
_SURE: Final = 0.5
_EDGES: Final = np.concatenate(([-np.inf], np.arange(-4.0, 6.01, 0.5), [np.inf]))
# Every interval of confidence is possible, however few trials fell into it.
_SMOOTHING: Final = 2.0
_STEPS: Final = 300
_TINY: Final = 1e-6
_GREATEST_THRESHOLD: Final = 0.9995
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The trials that traffic is compared with.

    The first half leaves out a phrasing, the second half its whole article. `articles` names the
    article of each trial. `weights` says how much each trial counts.
    """

    confidence: Matrix
    right: Bools
    weights: Matrix
    articles: Ints


@dataclass(frozen=True, slots=True)
class Adapted:
    """The result of traffic: about the share `wrong` of `questions` has no right article in front.

    `assumed` is the share that the rehearsal assumed. `thresholds` holds the probability that an
    answer needs for each promise, in place of the rehearsed ones.
    """

    questions: int
    wrong: float
    assumed: float
    thresholds: Matrix


@dataclass(frozen=True, slots=True)
class _Part:
    """One kind of question, with its confidences in the rehearsal, tilted."""

    odds: Matrix
    below: Matrix
    effective: float
    density: Matrix

    @classmethod
    def of(cls, odds: Matrix, weights: Matrix, tilt: float) -> "_Part":
        tilted = weights * np.exp(np.clip(tilt * odds, -20.0, 20.0))
        whole = float(tilted.sum())
        effective = whole**2 / float(np.square(tilted).sum())
        share = np.histogram(odds, _EDGES, weights=tilted)[0] / whole
        bins = len(share)
        density = (share * effective + _SMOOTHING / bins) / (effective + _SMOOTHING)
        order = np.argsort(odds, kind="stable")
        below = np.concatenate(([0.0], np.cumsum(tilted[order]) / whole))
        return cls(odds[order], below, effective, density)

    def above(self, odds: Matrix) -> Matrix:
        """Return the share that is at least so confident, with one trial more than was seen."""
        found: Matrix = 1.0 - self.below[np.searchsorted(self.odds, odds, side="left")]
        return found + 1.0 / self.effective


def adapt(
    rehearsal: Rehearsal, rehearsed: Matrix, confidence: Matrix, answerable: Bools
) -> Adapted | None:
    """Return the thresholds for traffic of these confidences; None where nothing can be told.

    `rehearsed` holds the thresholds of all promises so far. `answerable` is False for a question
    whose best article may not be answered, however sure the index is.
    """
    right, wrong = _parts(rehearsal)
    if not len(confidence) or not right or not wrong:
        return None
    assumed = _assumed_wrong(rehearsal)
    shares = _shares(right, wrong, assumed, _odds(confidence))
    bad = float(shares[len(right) :].sum())
    candidates = _candidates(confidence)
    answered = _at_least(confidence[answerable], candidates) / len(confidence)
    mistaken = np.zeros(len(candidates))
    for part, share in zip(wrong, shares[len(right) :].tolist(), strict=True):
        mistaken += share * part.above(_odds(candidates))
    kept = 1.0 - mistaken / np.maximum(answered, _TINY)
    falling = np.sort(confidence)[::-1]
    most = int(ANSWERED_ENOUGH * (1.0 - bad) * len(confidence))
    enough = float(falling[min(most, len(falling) - 1)])
    # Kept at the lowest candidate or a higher one: never less for a greater promise.
    promises = np.arange(len(rehearsed)) / len(rehearsed)
    first = np.searchsorted(np.maximum.accumulate(kept), promises, side="left")
    keeping = np.append(candidates, 1.0)[first]
    # What is as sure as the promise by itself, on this mix, is always answered.
    alone = _odds(promises) + _logit(1.0 - assumed) - _logit(1.0 - bad)
    wanted = np.minimum(keeping, np.maximum(_logistic(alone), LEAST_THRESHOLD))
    wanted = np.maximum(wanted, np.minimum(enough, rehearsed))
    thresholds = _moved(rehearsed, wanted, len(confidence))
    return Adapted(len(confidence), round(bad, _DIGITS), round(assumed, _DIGITS), thresholds)


def _parts(rehearsal: Rehearsal) -> tuple[list[_Part], list[_Part]]:
    """Return the kinds of right and of wrong questions; none where too little was rehearsed."""
    near = np.arange(len(rehearsal.right)) >= len(rehearsal.right) // 2
    weights = np.where(near, _balanced(rehearsal, near), rehearsal.weights)
    right, wrong = rehearsal.right & (weights > 0), ~rehearsal.right & (weights > 0)
    if int((~near & (weights > 0)).sum()) < ENOUGH_TRIALS or not right.any() or not wrong.any():
        return [], []
    odds = _odds(rehearsal.confidence)

    def tilted(kept: Bools, tilts: Sequence[tuple[float, float]]) -> list[_Part]:
        return [_Part.of(odds[kept], weights[kept], tilt) for tilt, _ in tilts]

    return tilted(right, _RIGHT_TILTS), tilted(wrong, _WRONG_TILTS)


def _balanced(rehearsal: Rehearsal, near: Bools) -> Matrix:
    """Weigh left-out articles alike, whatever number of phrasings they have; leave doubles out."""
    mine = rehearsal.weights * near
    phrasings = np.bincount(rehearsal.articles, near)
    sure = np.maximum(rehearsal.confidence - _SURE, 0.0) * near
    lure = np.bincount(rehearsal.articles, sure) / np.maximum(phrasings, 1.0)
    doubles = np.argsort(-lure, kind="stable")[: round(_DOUBLES * len(lure))]
    kept = mine / np.maximum(phrasings[rehearsal.articles], 1.0)
    kept[np.isin(rehearsal.articles, doubles)] = 0.0
    whole = float(kept.sum())
    balanced: Matrix = kept * (float(mine.sum()) / whole) if whole else mine
    return balanced


def _assumed_wrong(rehearsal: Rehearsal) -> float:
    whole = float(rehearsal.weights.sum())
    return 1.0 - float((rehearsal.weights * rehearsal.right).sum()) / whole


def _shares(right: Sequence[_Part], wrong: Sequence[_Part], assumed: float, odds: Matrix) -> Matrix:
    """Return the share of each kind by expectation and maximisation, from the assumed mix."""
    before = np.array(
        [
            *((1.0 - assumed) * share for _, share in _RIGHT_TILTS),
            *(assumed * share for _, share in _WRONG_TILTS),
        ]
    )
    density = np.array([part.density for part in (*right, *wrong)])
    seen = np.histogram(odds, _EDGES)[0].astype(np.float64)
    shares = before
    for _ in range(_STEPS):
        expected = shares[:, None] * density
        expected /= expected.sum(axis=0)
        shares = (expected @ seen + _ASSUMED * before) / (len(odds) + _ASSUMED)
    return shares


def _candidates(confidence: Matrix) -> Matrix:
    found = np.unique(np.append(confidence, LEAST_THRESHOLD))
    kept: Matrix = found[(found >= LEAST_THRESHOLD) & (found < _GREATEST_THRESHOLD)]
    return kept


def _at_least(confidence: Matrix, candidates: Matrix) -> Matrix:
    rising = np.sort(confidence)
    count: Matrix = (len(rising) - np.searchsorted(rising, candidates, side="left")).astype(float)
    return count


def _moved(rehearsed: Matrix, wanted: Matrix, questions: int) -> Matrix:
    """Return thresholds between the rehearsed and the wanted ones, by the number of questions."""
    trust = questions / (questions + _HALFWAY)
    odds = trust * _odds(np.minimum(wanted, _GREATEST_THRESHOLD)) + (1.0 - trust) * _odds(rehearsed)
    # Rounded, so that every processor stores the same.
    rounded: Matrix = np.round(_logistic(odds), _DIGITS)
    return rounded


def _logit(probability: float) -> float:
    return float(_odds(np.array([probability]))[0])


def _logistic(odds: Matrix) -> Matrix:
    result: Matrix = 1.0 / (1.0 + np.exp(-odds))
    return result


def _odds(probability: Matrix) -> Matrix:
    bounded = np.clip(probability, _TINY, 1.0 - _TINY)
    odds: Matrix = np.log(bounded / (1.0 - bounded))
    return odds
