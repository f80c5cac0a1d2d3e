"""Reviewed live answers prove here how many may be wrong, and which threshold this allows.

This is pure arithmetic over (confidence, right) pairs. Reviews are stored elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log
from typing import Final

import numpy as np

from surgeline.knowledge.matching.policy import floor_of

# From this many reviews on, the reviewed answers set the threshold. Fewer prove less than the
# rehearsal does.
ENOUGH_REVIEWED: Final = 300
# Chance exceeds a bound at most this often.
RISK: Final = 0.05
_STEPS: Final = 60
# No probability reaches this threshold. No text is answered, and likely articles are offered as a
# choice.
NOTHING: Final = 1.0


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A person's opinion of an answer, with the confidence that the index has in the answer now.

    `answered` is true where the index gives the answer at the rehearsed threshold.
    """

    confidence: float
    right: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Live:
    """The proof of `reviewed` answers: of those `answered` at the rehearsed threshold, `wrong` are.

    `bound` is the greatest share of wrong answers that the reviews leave likely. `threshold` takes
    the place of the rehearsed one. It is None while there are too few reviews.
    """

    reviewed: int
    answered: int
    wrong: int
    bound: float
    threshold: float | None

    def breaks(self, promise: float) -> bool:
        """Return whether the rehearsed threshold can no longer be said to keep the promise."""
        return self.threshold is not None and self.bound > 1.0 - promise


def upper_bound(wrong: int, answered: int, risk: float = RISK) -> float:
    """Return Clopper and Pearson's one-sided upper bound on the share that is wrong."""
    if wrong >= answered:
        return 1.0
    low, high = wrong / answered, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(wrong, answered, middle) > risk:
            low = middle
        else:
            high = middle
    return high


def judge_reviews(reviewed: Sequence[Reviewed], promise: float) -> Live:
    """Judge reviewed answers against a promise."""
    given = [each for each in reviewed if each.answered]
    wrong = sum(not each.right for each in given)
    enough = len(reviewed) >= ENOUGH_REVIEWED
    return Live(
        reviewed=len(reviewed),
        answered=len(given),
        wrong=wrong,
        bound=upper_bound(wrong, len(given)) if given else 1.0,
        threshold=_threshold(reviewed, promise) if enough else None,
    )


def _threshold(reviewed: Sequence[Reviewed], promise: float) -> float:
    """Return the lowest confidence at which the answers provably keep the promise together."""
    confidence = np.array([each.confidence for each in reviewed])
    wrong = np.array([not each.right for each in reviewed])
    for least in np.unique(np.maximum(confidence, floor_of(promise))).tolist():
        given = confidence >= least
        if _at_most(int(wrong[given].sum()), int(given.sum()), 1.0 - promise) <= RISK:
            return float(least)
    return NOTHING


def _at_most(wrong: int, answered: int, share: float) -> float:
    """Return the chance of at most `wrong` wrong answers if each has a chance of `share`."""
    if share <= 0.0 or wrong >= answered:
        return 1.0
    if share >= 1.0:
        return 0.0
    odds = log(share) - log(1.0 - share)
    start = answered * log(1.0 - share)
    whole = lgamma(answered + 1)
    counts = range(wrong + 1)
    logs = [
        start + count * odds + whole - lgamma(count + 1) - lgamma(answered - count + 1)
        for count in counts
    ]
    return float(min(1.0, np.exp(np.array(logs)).sum()))
