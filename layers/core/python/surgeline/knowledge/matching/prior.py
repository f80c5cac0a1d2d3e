"""A knowledge base that is too small to rehearse on uses the assumptions of this module.

They were learned once from seven public knowledge bases, cut down to one phrasing an article. None
of the questions that these are tested with was used. To each answerable question came 0.7
unanswerable ones.
"""

from typing import Final

import numpy as np

from surgeline.knowledge.matching.calibration import Calibrator

# Fewer trials than this teach less than the assumptions below.
ENOUGH_TRIALS: Final = 20

# The slopes of the first measures of the evidence come first: the best score, its lead over the
# second and over the fourth, and the known share. The intercept follows.
_ANSWER: Final = {
    "lexical": ((29.1, 1.4, -11.0, -3.1), -2.95),
    "static": ((26.5, 2.0, -12.2, -3.0), -2.45),
    "sentence": ((16.1, 2.0, -1.1, -2.6), -2.04),
}
_CHOICE: Final = {
    "lexical": ((43.1, -8.1, -14.7, -4.7), -2.70),
    "static": ((36.3, -8.7, -12.2, -4.1), -2.05),
    "sentence": ((23.8, -11.9, 4.6, -2.8), -2.19),
}


def answer_prior(tier: str, measures: int, articles: int) -> Calibrator:
    """Return the calibrator of "the best article is right" for a tier."""
    return _calibrator(*_ANSWER[tier], measures, articles)


def choice_prior(tier: str, measures: int, articles: int) -> Calibrator:
    """Return the calibrator of "the right article is among the choices" for a tier."""
    return _calibrator(*_CHOICE[tier], measures, articles)


def _calibrator(
    slopes: tuple[float, ...], intercept: float, measures: int, articles: int
) -> Calibrator:
    padded = np.zeros(measures)
    padded[: len(slopes)] = slopes
    return Calibrator(np.zeros(measures), np.ones(measures), padded, intercept, np.zeros(articles))
