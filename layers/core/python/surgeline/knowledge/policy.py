"""The rule that turns probabilities into answer, suggest or abstain lives here, once for all."""

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["answer", "suggest", "abstain"]

# Fewer phrasings than this prove nothing: such an article is suggested, never answered.
ENOUGH_PHRASINGS: Final = 3
# A choice is offered where one of its articles is right at least this often.
CHOICE_PROMISE: Final = 0.5


def kind_of(answer: float, choice: float, phrasings: int, threshold: float) -> Kind:
    """Return what to do when the best article is right with probability `answer`.

    `choice` is the probability that the right article is among those a choice would offer.
    """
    if answer >= threshold and phrasings >= ENOUGH_PHRASINGS:
        return "answer"
    return "suggest" if choice >= CHOICE_PROMISE or answer >= threshold else "abstain"


def kinds_of(
    answer: NDArray[np.float64],
    choice: NDArray[np.float64],
    phrasings: NDArray[np.int64],
    threshold: float,
) -> NDArray[Any]:
    """Return `kind_of` for each of many."""
    return np.array(
        [
            kind_of(*case, threshold)
            for case in zip(answer.tolist(), choice.tolist(), phrasings.tolist(), strict=True)
        ],
        dtype=np.str_,
    )
