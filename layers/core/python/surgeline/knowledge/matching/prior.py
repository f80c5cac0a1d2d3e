"""Articles with too few phrasings to rehearse on are weighed by the assumptions of this module.

They were learned once from eight public knowledge bases in three languages, cut down to one or two
phrasings an article and to twelve articles, forty, or two thirds of them. To each answerable
question came 0.7 unanswerable ones. Each base's questions were weighed by what the others taught.
The intercepts of answers were lowered until at least 95 % of the answers were right. Those of
choices were lowered until a third of the unanswerable questions got one.

Those of sentences are the mean of this and of what 60 cuts of six bases taught later. Of the
answers to whole pages 95 % and more are right by them. Where a third of a page and more is missing,
about 92 % are.
"""

from collections.abc import Mapping
from math import log
from typing import Final

import numpy as np

from surgeline.knowledge.matching.calibration import Calibrator

# Fewer trials than this teach less than the assumptions below.
ENOUGH_TRIALS: Final = 20

Assumption = tuple[tuple[float, ...], float, float]
"""The slopes of the measures of the evidence, of the logarithm of the articles, and the rest."""

# "korean" is the static tier where it counts less, as in Korean with few phrasings.
_ANSWER: Final[Mapping[str, Assumption]] = {
    "lexical": ((-2.55, 11.30, 9.23, 1.07, 1.01, -2.85), -0.060, -2.98),
    "static": ((0.99, 1.63, 9.66, 0.17, 0.40, 0.67, -2.08, 3.16), 0.116, -3.25),
    "korean": ((-5.18, 8.23, 15.76, 0.36, 5.28, -0.29, -0.65, 3.18), -0.165, -4.26),
    "sentence": ((0.87, 2.97, 7.37, 1.01, -1.07, -0.10, 0.39, 2.82, -1.3, 1.14), 0.025, -2.10),
}
_CHOICE: Final[Mapping[str, Assumption]] = {
    "lexical": ((5.12, 0.20, 7.92, 1.31, 0.54, -0.33), -0.134, -2.82),
    "static": ((2.49, -2.99, 9.72, 0.73, 0.61, 0.90, -0.31, 1.91), -0.052, -2.50),
    "korean": ((-5.88, 3.39, 16.16, 0.29, 8.30, -0.73, 1.05, 2.11), -0.209, -2.85),
    "sentence": ((0.19, -1.46, 8.92, 1.01, -0.37, -0.03, 0.85, 2.62, 0.04, 0.63), 0.009, -2.80),
}


def answer_prior(tier: str, measures: int, articles: int) -> Calibrator:
    """Return the calibrator of "the best article is right" for a tier."""
    return _calibrator(_ANSWER[tier], measures, articles)


def choice_prior(tier: str, measures: int, articles: int) -> Calibrator:
    """Return the calibrator of "the right article is among the choices" for a tier."""
    return _calibrator(_CHOICE[tier], measures, articles)


def _calibrator(assumed: Assumption, measures: int, articles: int) -> Calibrator:
    slopes, by_articles, rest = assumed
    padded = np.zeros(measures)
    padded[: len(slopes)] = slopes[:measures]
    intercept = rest + by_articles * log(articles)
    return Calibrator(np.zeros(measures), np.ones(measures), padded, intercept, np.zeros(articles))
