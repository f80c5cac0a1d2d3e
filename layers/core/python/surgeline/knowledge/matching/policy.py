"""The rules that turn probabilities into answer, suggest or abstain live here, and only here."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["answer", "suggest", "abstain"]

# An article with fewer phrasings teaches little of what customers ask. Assumptions that were made
# from public knowledge bases weigh it, and it must be as sure as the promise's floor.
ENOUGH_PHRASINGS: Final = 3
# A choice is offered where it holds the right article at least this often. What assumptions alone
# say, and what traffic with many unanswerable questions says, must reach the first one. A rehearsal
# that compares words must reach the second one, and one that compares sentences the third.
CHOICE_PROMISE: Final = 0.3
_BY_WORDS: Final = 0.25
_BY_SENTENCES: Final = 0.22
LEAST_PROMISE: Final = 0.5
GREATEST_PROMISE: Final = 0.999
# Promises are kept in steps of a thousandth.
_STEPS: Final = 1000
# An answer is not given where it alone risks more than this many times the risk of all answers.
_SINGLE_RISK: Final = 1.9
# Where this share of the answerable trials can be answered, more answers are not worth more risk.
_ANSWERED_ENOUGH: Final = 0.6
# Of the questions without an answer, at most this many times the accepted risk is answered.
_UNANSWERABLE_RISK: Final = 0.8

Matrix = NDArray[np.float64]


def needed_for(phrasings: int, threshold: float, promise: float) -> float:
    """Return the probability that an article with so many phrasings needs to answer."""
    return threshold if phrasings >= ENOUGH_PHRASINGS else max(threshold, floor_for_few(promise))


def kind_of(answer: float, choice: float, threshold: float, choice_threshold: float) -> Kind:
    """Return the kind of verdict when the best article is right with probability `answer`.

    `choice` is the probability that the right article is among those that a choice would offer.
    """
    if answer >= threshold:
        return "answer"
    return "suggest" if choice >= choice_threshold else "abstain"


def choice_needed(*, rehearsed: bool, by_sentences: bool) -> float:
    """Return the probability that a choice needs, by what its probabilities rest on."""
    if not rehearsed:
        return CHOICE_PROMISE
    return _BY_SENTENCES if by_sentences else _BY_WORDS


def thresholds_of(
    answer: Matrix, right: NDArray[np.bool_], weights: Matrix, unanswerable: NDArray[np.bool_]
) -> Matrix:
    """Return for every promise the least probability that is answered.

    It is the lowest probability at which the answers of all trials together keep the promise. At
    that probability hardly any unanswerable question is answered. It is higher where enough is
    answered all the same. An answer as sure as the promise is always given. An answer below the
    promise's floor never is.
    """
    order = np.argsort(-answer, kind="stable")
    # One more wrong answer than was seen is assumed, because a handful of trials proves nothing.
    answered = np.cumsum(weights[order]) + 1.0
    kept = np.cumsum((weights * right)[order]) / answered
    falling = answer[order]
    lured = np.sort(answer[unanswerable])
    tried = np.sort(answer[~unanswerable & (weights > 0.0)])
    enough = float(tried[int((1.0 - _ANSWERED_ENOUGH) * (len(tried) - 1))])
    return np.array(
        [_threshold(step / _STEPS, kept, falling, lured, enough) for step in range(_STEPS)]
    )


def literal_thresholds() -> Matrix:
    """Return thresholds under which an answer must be as sure as the promise by itself."""
    return np.arange(_STEPS) / _STEPS


def floors() -> Matrix:
    """Return thresholds that only the promise's floor makes.

    The assumptions about few phrasings keep the promise by all answers together. So the least sure
    one may risk as much as any single answer may.
    """
    return np.array([floor_for_few(step / _STEPS) for step in range(_STEPS)])


def floor_for_few(promise: float) -> float:
    """Return the least probability at which an article with few phrasings answers."""
    return max(floor_of(promise), LEAST_PROMISE)


def threshold_for(thresholds: Matrix, promise: float) -> float:
    """Return the threshold of a promise; a promise out of range counts as the nearest in range."""
    bounded = min(max(promise, LEAST_PROMISE), GREATEST_PROMISE)
    return float(thresholds[round(bounded * _STEPS)])


def floor_of(promise: float) -> float:
    """Return the least probability at which a single answer may be given under a promise."""
    return 1.0 - _SINGLE_RISK * (1.0 - promise)


def _threshold(
    promise: float, kept: Matrix, falling: Matrix, lured: Matrix, enough: float
) -> float:
    risk = 1.0 - promise
    spared = lured[int((1.0 - min(_UNANSWERABLE_RISK * risk, 1.0)) * (len(lured) - 1))]
    keeping = np.flatnonzero(kept >= promise)
    lowest = float(falling[keeping[-1]]) if len(keeping) else 1.0
    return min(max(lowest, float(spared), enough, floor_of(promise)), promise)
