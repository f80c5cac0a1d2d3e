"""Turning evidence into a probability by logistic regression lives here."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_PENALTY: Final = 1.0
_STEPS: Final = 50
_CLOSE_ENOUGH: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A logistic curve over standardised evidence: probability = 1 / (1 + exp(-score))."""

    means: Matrix
    scales: Matrix
    slopes: Matrix
    intercept: float

    def probability(self, evidence: Matrix) -> Matrix:
        """Return for each row of evidence the probability that what it speaks for is right."""
        score = (evidence - self.means) / self.scales @ self.slopes + self.intercept
        result: Matrix = 1.0 / (1.0 + np.exp(-np.clip(score, -40.0, 40.0)))
        return result


def calibrate(evidence: Matrix, right: NDArray[np.bool_], weights: Matrix) -> Calibrator:
    """Learn a calibrator from left-out trials by penalised maximum likelihood (Newton's steps)."""
    means = np.average(evidence, axis=0, weights=weights)
    spread = np.average(np.square(evidence - means), axis=0, weights=weights)
    scales = np.sqrt(spread) + 1e-6
    design = np.column_stack(((evidence - means) / scales, np.ones(len(evidence))))
    penalty = np.full(design.shape[1], _PENALTY)
    penalty[-1] = 1e-3
    solution = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ solution, -40.0, 40.0)))
        gradient = design.T @ (weights * (chance - right)) + penalty * solution
        curvature = (design * (weights * chance * (1.0 - chance))[:, None]).T @ design
        step = np.linalg.solve(curvature + np.diag(penalty), gradient)
        solution -= step * min(1.0, 4.0 / (float(np.abs(step).max()) + 1e-12))
        if float(np.abs(step).max()) < _CLOSE_ENOUGH:
            break
    return Calibrator(means, scales, solution[:-1], float(solution[-1]))
