"""Judged live answers prove here how many may be wrong, and which threshold this allows.

This is pure arithmetic over (confidence, right) pairs. Reviews are stored elsewhere.

Labels of everyday use are judged beside reviews, and only take answers away. They are not drawn at
random. So the answers that nobody objected to are judged with them, and each kind of label says
how much of what is wrong it reveals.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, lgamma, log
from typing import Final

import numpy as np

from surgeline.knowledge.matching.policy import floor_of

# From this many reviews on, the reviewed answers set the threshold. Fewer prove less than the
# rehearsal does.
ENOUGH_REVIEWED: Final = 300
# Chance exceeds a bound at most this often.
RISK: Final = 0.05
_STEPS: Final = 60
_DIGITS: Final = 6
_PLACES: Final = 4
# No probability reaches this threshold. No text is answered, and likely articles are offered as a
# choice.
NOTHING: Final = 1.0
UNOPPOSED: Final = "unopposed"
"""Nobody said anything of the answer."""
TO_PERSON: Final = "to_person"
"""The customer picked none of the choices, and a person was asked."""
ANOTHER: Final = "_another"
"""This ends the name of a kind that says that another article was meant."""
MOST: Final = 0.99
"""Labels raise what an answer needs to this at most, as traffic does.

Only reviews stop all answers.
"""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A person's opinion of an answer, with the confidence that the index has in the answer now.

    `answered` is true where the index gives the answer at the rehearsed threshold. A wrong one
    stands for as many wrong answers as `stands_for` says, among all that are judged with it.
    """

    confidence: float
    right: bool
    answered: bool
    stands_for: float = 1.0

    @property
    def wrong(self) -> float:
        """Return how many wrong answers this one stands for."""
        return 0.0 if self.right else self.stands_for


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


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of label: whether it says that the first article is right.

    `reveals` is the share of the wrong answers that such labels are expected to reveal.
    """

    right: bool
    reveals: float = 1.0


KINDS: Final[Mapping[str, Kind]] = {
    "not_helped": Kind(right=False),
    "helped": Kind(right=True),
    "used": Kind(right=True),
    "used_another": Kind(right=False),
    "picked": Kind(right=True),
    "picked_another": Kind(right=False),
    TO_PERSON: Kind(right=False),
    "rejected": Kind(right=False, reveals=0.5),
    UNOPPOSED: Kind(right=True),
}
"""All kinds, the most telling one first: it counts where several are said of one answer.

Whoever is asked (a customer by a survey or a choice), and an agent who answers with an article,
tells of each answer that they see. Unasked, about half of the customers say that an answer is
wrong, and the others leave or ask for a person.
"""


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
    wrong = _whole(sum(each.wrong for each in given), len(given))
    enough = len(reviewed) >= ENOUGH_REVIEWED
    return Live(
        reviewed=len(reviewed),
        answered=len(given),
        wrong=wrong,
        bound=upper_bound(wrong, len(given)) if given else 1.0,
        threshold=_threshold(reviewed, promise) if enough else None,
    )


def kind_of(said: Collection[str]) -> str | None:
    """Return the most telling kind of what is said of an answer, or None if none is known."""
    return next((kind for kind in KINDS if kind in said), None)


def trial_of(kind: str, confidence: float, *, answered: bool) -> Reviewed:
    """Return the trial that a label of a kind makes of an answer."""
    known = KINDS[kind]
    return Reviewed(confidence, known.right, answered, 1.0 / known.reveals)


def is_broken(live: Live, promise: float) -> bool:
    """Return whether reviews and labels say together that the promise is not kept.

    Choices count among the trials, so enough answers have to be among them as well.
    """
    return live.answered >= ENOUGH_REVIEWED and live.breaks(promise)


def least_after(
    live: Live, promise: float, *, stands: float, before: float | None, step: float
) -> float | None:
    """Return the least probability that an answer needs by reviews and labels together.

    `stands` is what it needs without labels, and `before` the least so far. The least moves by at
    most `step`. It is None where it asks no more than `stands` does.
    """
    was = max(stands, before or 0.0)
    proved = live.threshold if is_broken(live, promise) else None
    wanted = max(stands, min(proved or 0.0, MOST))
    least = round(min(max(wanted, was - step), was + step), _PLACES)
    return least if least > round(stands, _PLACES) else None


def _threshold(reviewed: Sequence[Reviewed], promise: float) -> float:
    """Return the lowest confidence at which the answers provably keep the promise together."""
    confidence = np.array([each.confidence for each in reviewed])
    wrong = np.array([each.wrong for each in reviewed])
    for least in np.unique(np.maximum(confidence, floor_of(promise))).tolist():
        given = confidence >= least
        answered = int(given.sum())
        if _at_most(_whole(wrong[given].sum(), answered), answered, 1.0 - promise) <= RISK:
            return float(least)
    return NOTHING


def _whole(wrong: float, answered: int) -> int:
    """Return wrong answers as a whole number, rounded up, and never more than there are answers."""
    return min(ceil(round(wrong, _DIGITS)), answered)


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
