"""Evidence becomes a probability here, by a logistic curve with a leaning for each article."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.matching.features import Ints

Matrix = NDArray[np.float64]

_PENALTY: Final = 1.0
# An article's own leaning needs this much evidence before it counts for half.
_LEANING_PENALTY: Final = 8.0
_STEPS: Final = 60
_CLOSE_ENOUGH: Final = 1e-8
_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases that calibration learns from: evidence for articles, its truth, and its weight.

    `groups` keeps cases together that must not be split between learning and trying.
    """

    evidence: Matrix
    articles: Ints
    right: NDArray[np.bool_]
    weights: Matrix
    groups: Ints

    def only(self, kept: NDArray[np.bool_]) -> "Cases":
        """Return the selected cases."""
        return Cases(
            self.evidence[kept],
            self.articles[kept],
            self.right[kept],
            self.weights[kept],
            self.groups[kept],
        )


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A logistic curve over standardised evidence: probability = 1 / (1 + exp(-score)).

    `leanings` lower the score of an article that other articles' questions are confused with. In
    effect each article has its own threshold.
    """

    means: Matrix
    scales: Matrix
    slopes: Matrix
    intercept: float
    leanings: Matrix

    def probability(self, evidence: Matrix, articles: Ints) -> Matrix:
        """Return for each row of evidence the probability that its article is right."""
        score = (evidence - self.means) / self.scales @ self.slopes + self.intercept
        return _logistic(score + self.leanings[articles])


def calibrate(cases: Cases, articles: int) -> Calibrator:
    """Learn a calibrator by penalised maximum likelihood (Newton's steps)."""
    evidence, weights = cases.evidence, cases.weights
    total = max(float(weights.sum()), 1e-9)
    means = weights @ evidence / total
    scales = np.sqrt(weights @ np.square(evidence - means) / total) + 1e-6
    design = np.column_stack(((evidence - means) / scales, np.ones(len(evidence))))
    penalty = np.full(design.shape[1], _PENALTY)
    penalty[-1] = 1e-3
    common = np.zeros(design.shape[1])
    leanings = np.zeros(articles)
    for _ in range(_STEPS):
        step, leaning_step = _newton_step(cases, design, penalty, common, leanings)
        largest = float(max(np.abs(step).max(), np.abs(leaning_step).max()))
        damping = min(1.0, 4.0 / (largest + 1e-12))
        common -= damping * step
        leanings -= damping * leaning_step
        if largest < _CLOSE_ENOUGH:
            break
    return Calibrator(means, scales, common[:-1], float(common[-1]), leanings)


def rehearsed(cases: Cases, articles: int) -> Matrix:
    """Return each case's probability by a calibrator that learned without the case's group."""
    probabilities = np.zeros(len(cases.right))
    folds = cases.groups % _FOLDS
    for fold in range(_FOLDS):
        tried = folds == fold
        if tried.any():
            calibrator = calibrate(cases.only(~tried), articles)
            tries = cases.only(tried)
            probabilities[tried] = calibrator.probability(tries.evidence, tries.articles)
    return probabilities


def _newton_step(
    cases: Cases, design: Matrix, penalty: Matrix, common: Matrix, leanings: Matrix
) -> tuple[Matrix, Matrix]:
    """Return the step of the common slopes and of the leanings.

    The leanings are a diagonal block, which is solved apart.
    """
    count = len(leanings)
    chance = _logistic(design @ common + leanings[cases.articles])
    pull = cases.weights * (chance - cases.right)
    curvature = cases.weights * chance * (1.0 - chance) + 1e-12
    bent = curvature[:, None] * design
    diagonal = np.bincount(cases.articles, curvature, count) + _LEANING_PENALTY
    leaning_gradient = np.bincount(cases.articles, pull, count) + _LEANING_PENALTY * leanings
    crossed = np.column_stack([np.bincount(cases.articles, column, count) for column in bent.T])
    reduced = design.T @ bent + np.diag(penalty) - crossed.T @ (crossed / diagonal[:, None])
    gradient = design.T @ pull + penalty * common
    step = np.linalg.solve(reduced, gradient - crossed.T @ (leaning_gradient / diagonal))
    leaning_step = (leaning_gradient - crossed @ step) / diagonal
    return step.astype(np.float64), leaning_step.astype(np.float64)


def _logistic(score: Matrix) -> Matrix:
    bounded = np.minimum(np.maximum(score, -40.0), 40.0)  # numpy's `clip` takes four times as long
    result: Matrix = 1.0 / (1.0 + np.exp(-bounded))
    return result
