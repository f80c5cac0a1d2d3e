"""Phrasings that stand with the wrong article are found here by their left-out scores.

With such a phrasing left out, another article takes it for its own, and its own article does not.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.matching.features import Ints
from surgeline.knowledge.matching.policy import ENOUGH_PHRASINGS

# From this pull on, an author is asked to look at the phrasing.
WORTH_A_LOOK: Final = 0.2
# A few misplaced phrasings do no harm, and may be chance. From this share on they are set aside.
WORTH_SETTING_ASIDE: Final = 0.01
# A phrasing is taken to be misplaced where another article's score is at least the first, and its
# own article's at most the second. Siblings' phrasings only resemble, and score in between.
_TAKEN: Final = 0.35
_UNCLAIMED: Final = 0.05
_OWN_COUNTS: Final = 2.0


class Pulls(NamedTuple):
    """How strongly each phrasing is pulled to another article, and to which.

    `misplaced` marks the phrasings that seem to stand with the wrong article.
    """

    strength: Floats
    to: Ints
    misplaced: NDArray[np.bool_]


class Stray(NamedTuple):
    """A phrasing that is pulled from its `owner` to another article, both by their places.

    Nothing was learned from a phrasing that was set `aside`. Its very text is still its owner's.
    """

    text: str
    owner: int
    to: int
    pull: float
    aside: bool


def pulls_of(scores: Floats, owners: Ints) -> Pulls:
    """Return the pulls of phrasings by their left-out scores, phrasings x articles.

    An article with few phrasings says too little of its own, so that theirs have no pull (-inf).
    """
    places = np.arange(len(owners))
    own = scores[places, owners]
    others = scores.copy()
    others[places, owners] = -np.inf
    best = others.max(axis=1)
    enough = np.bincount(owners)[owners] > ENOUGH_PHRASINGS  # the title is one of them
    strength = np.where(enough, best - np.float32(_OWN_COUNTS) * own, -np.inf)
    misplaced = enough & (best >= _TAKEN) & (own <= _UNCLAIMED)
    return Pulls(strength.astype(np.float32), others.argmax(axis=1).astype(np.int64), misplaced)
