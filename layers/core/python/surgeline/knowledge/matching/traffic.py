"""The mix of a company's traffic is estimated here from confidences alone.

A question is right where its best article is the right one, and wrong otherwise. The rehearsal
knows how confident each kind looks. Traffic is read as a mixture of the two kinds. Each kind also
appears a little more and a little less confident than rehearsed. The shares of the mixture say how
many of the answers above any threshold are wrong. No label and no text is needed.

Many mixtures fit the same confidences nearly as well. A threshold falls only where the worst of the
likely mixtures keeps the promise. It rises only where even the best of them breaks it.
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
# Traffic raises no threshold above this one, at which next to nothing is answered.
_HIGHEST: Final = 0.99
# This number of questions counts as much as the rehearsed threshold does, where a threshold falls.
_HALFWAY: Final = 15
# The assumed mix counts like this number of questions.
_ASSUMED: Final = 20.0
# A mixture is likely where it loses at most this much log likelihood against the likeliest one.
# Questions that share words deceive more often than questions that share their meaning.
_DOUBT: Final = 0.2
_DOUBT_BY_WORDS: Final = 5.0
# An answer is taken away only where every mixture that loses no more than this breaks the promise.
_DOUBT_OF_RISK: Final = 4.0
# The worst mixture is the one with most wrong questions above this probability, the best one has
# fewest.
_TELLING: Final = 0.8
# Traffic may differ from the rehearsal in these ways. A pair holds the tilt in densities times
# exp(tilt * log odds), and the share. Right questions may be harder or easier, wrong ones nearer or
# farther.
_RIGHT_TILTS: Final = ((0.0, 0.4), (-0.4, 0.3), (0.5, 0.3))
_WRONG_TILTS: Final = ((0.3, 0.2), (0.0, 0.25), (-0.5, 0.25), (-1.0, 0.3))
# Articles with a double tell nothing of other articles. This share of all articles is left out of
# the trials without an article.
_DOUBLES: Final = 0.03
_SURE: Final = 0.5
_EDGES: Final = np.concatenate(([-np.inf], np.arange(-4.0, 6.01, 0.5), [np.inf]))
# Every interval of confidence is possible, however few trials fell into it.
_SMOOTHING: Final = 2.0
_STEPS: Final = 200
# The search for the worst and the best mixture: multipliers tried, steps with each.
_TRIES: Final = 12
_STEPS_OF_A_TRY: Final = 40
_NEWTON_STEPS: Final = 8
_TINY: Final = 1e-6
_GREATEST_THRESHOLD: Final = 0.9995
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The trials that traffic is compared with.

    The first half leaves out a phrasing, the second half its whole article. `articles` names the
    article of each trial. `weights` says how much each trial counts. `by_words` is true where the
    tier compares words alone, and not their meaning.
    """

    confidence: Matrix
    right: Bools
    weights: Matrix
    articles: Ints
    by_words: bool = False


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

    def raised(self, probability: float) -> float:
        """Return a probability raised by as much as more questions are wrong than was assumed."""
        trust = self.questions / (self.questions + _HALFWAY)
        more: float = max(_odds_of(self.wrong) / _odds_of(self.assumed), 1.0) ** trust
        odds = _odds_of(probability) * more
        return odds / (1.0 + odds)


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
    mixtures = _mixtures(right, wrong, assumed, _odds(confidence), by_words=rehearsal.by_words)
    likely, worst, best = (shares[len(right) :] for shares in mixtures)
    candidates = _candidates(confidence)
    above = np.array([part.above(_odds(candidates)) for part in (*right, *wrong)])
    # A few questions that chance put on one side tell little of how many are answered.
    answered = _at_least(confidence[answerable], candidates) + _ASSUMED * (_before(assumed) @ above)
    answered /= len(confidence) + _ASSUMED
    above = above[len(right) :]
    promises = np.arange(len(rehearsed)) / len(rehearsed)

    def keeping(*shares: Matrix) -> Matrix:
        mistaken = np.max([each @ above for each in shares], axis=0)
        return _keeping(candidates, 1.0 - mistaken / np.maximum(answered, _TINY), promises)

    bad = float(likely.sum())
    falling = np.sort(confidence)[::-1]
    most = int(ANSWERED_ENOUGH * (1.0 - bad) * len(confidence))
    enough = float(falling[min(most, len(falling) - 1)])
    lowest = np.maximum(keeping(likely, worst), enough)
    # What is as sure as the promise by itself, on the worst mix, is never taken away.
    alone = _logistic(_odds(promises) + _logit(1.0 - assumed) - _logit(1.0 - float(worst.sum())))
    needed = np.minimum(np.minimum(keeping(likely), alone), _HIGHEST)
    proven = np.minimum(keeping(best), needed)
    falls = (lowest < rehearsed) & (bad <= assumed)
    thresholds = np.where(falls, _moved(rehearsed, lowest, len(confidence)), rehearsed)
    thresholds = np.where(~falls & (proven > rehearsed), needed, thresholds)
    # Rounded, so that every processor stores the same.
    thresholds = np.maximum.accumulate(np.round(thresholds, _DIGITS))
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


def _before(assumed: float) -> Matrix:
    """Return the assumed share of each kind."""
    right = [(1.0 - assumed) * share for _, share in _RIGHT_TILTS]
    return np.array([*right, *(assumed * share for _, share in _WRONG_TILTS)])


def _mixtures(
    right: Sequence[_Part], wrong: Sequence[_Part], assumed: float, odds: Matrix, *, by_words: bool
) -> tuple[Matrix, Matrix, Matrix]:
    """Return the shares of each kind in the likeliest mixture, the worst and the best one."""
    before = _before(assumed)
    seen = _Seen(
        density=np.array([part.density for part in (*right, *wrong)]),
        questions=np.histogram(odds, _EDGES)[0].astype(np.float64),
        before=_ASSUMED * before,
    )
    likeliest = seen.shares(before, np.zeros(len(before)), _STEPS)
    telling = np.array([_logit(_TELLING)])
    harm = np.array([*(0.0 for _ in right), *(float(part.above(telling)[0]) for part in wrong)])
    harm /= harm.max()
    doubt = _DOUBT_BY_WORDS if by_words else _DOUBT
    worst = seen.farthest(likeliest, harm, doubt)
    return likeliest, worst, seen.farthest(likeliest, -harm, _DOUBT_OF_RISK)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The questions in each interval of confidence, and the kinds that they may be a mixture of.

    `before` is the assumed mix, as a number of questions of each kind.
    """

    density: Matrix
    questions: Matrix
    before: Matrix

    def shares(self, shares: Matrix, pull: Matrix, steps: int) -> Matrix:
        """Return the likeliest shares, pulled towards kinds, by expectation and maximisation."""
        for _ in range(steps):
            expected = self.before + shares * (
                self.density @ (self.questions / (shares @ self.density))
            )
            # The shares are expected / (level - pull) for the level at which their sum is one.
            level = float((pull + expected).max())
            for _ in range(_NEWTON_STEPS):
                parts = expected / (level - pull)
                level += (float(parts.sum()) - 1.0) / float((parts / (level - pull)).sum())
            shares = expected / (level - pull)
            shares = shares / shares.sum()
        return shares

    def farthest(self, likeliest: Matrix, direction: Matrix, doubt: float) -> Matrix:
        """Return the likely shares that lie farthest in a direction."""
        least = self._likelihood(likeliest) - doubt
        found, low, high = likeliest, 0.5, 4.0 * float(self.questions.sum() + self.before.sum())
        for _ in range(_TRIES):
            middle = float(np.sqrt(low * high))
            tried = self.shares(found, middle * direction, _STEPS_OF_A_TRY)
            if self._likelihood(tried) < least:
                high = middle
            else:
                found, low = tried, middle
        return found

    def _likelihood(self, shares: Matrix) -> float:
        mixed = float(self.questions @ np.log(shares @ self.density))
        return mixed + float(self.before @ np.log(np.maximum(shares, _TINY**2)))


def _keeping(candidates: Matrix, kept: Matrix, promises: Matrix) -> Matrix:
    """Return for each promise the lowest candidate that keeps it; never less for a greater one."""
    first = np.searchsorted(np.maximum.accumulate(kept), promises, side="left")
    found: Matrix = np.append(candidates, 1.0)[first]
    return found


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
    return _logistic(trust * _odds(wanted) + (1.0 - trust) * _odds(rehearsed))


def _odds_of(probability: float) -> float:
    # A question is judged with it, and arrays would take ten times as long.
    bounded = min(max(probability, _TINY), 1.0 - _TINY)
    return bounded / (1.0 - bounded)


def _logit(probability: float) -> float:
    return float(_odds(np.array([probability]))[0])


def _logistic(odds: Matrix) -> Matrix:
    result: Matrix = 1.0 / (1.0 + np.exp(-odds))
    return result


def _odds(probability: Matrix) -> Matrix:
    bounded = np.clip(probability, _TINY, 1.0 - _TINY)
    odds: Matrix = np.log(bounded / (1.0 - bounded))
    return odds
