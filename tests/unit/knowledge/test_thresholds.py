"""Thresholds and calibration keep a promise on trials that are known."""

import numpy as np
import pytest
from surgeline.knowledge.matching.policy import threshold_for, thresholds_of


def threshold(answerable: list[float], unanswerable: list[float], promise: float = 0.95) -> float:
    """Return the threshold of trials of which every answerable one was right."""
    answer = np.array([*answerable, *unanswerable])
    right = np.arange(len(answer)) < len(answerable)
    return threshold_for(thresholds_of(answer, right, np.ones(len(answer)), ~right), promise)


def test_no_single_answer_risks_twice_what_all_may_risk() -> None:
    """Trials that went well at 60 % do not make the bot answer at 60 %."""
    assert threshold([0.6] * 100, [0.1] * 100) == pytest.approx(0.905)
    assert threshold([0.6] * 100, [0.1] * 100, promise=0.9) == pytest.approx(0.81)


def test_where_most_is_answered_anyway_no_more_is_risked() -> None:
    """The threshold asks for all of the promise if six in ten are surer, and for less with five."""
    assert threshold([0.99] * 61 + [0.91] * 39, [0.1] * 100) == pytest.approx(0.95)
    assert threshold([0.99] * 50 + [0.91] * 50, [0.1] * 100) == pytest.approx(0.91)


def test_questions_without_an_answer_raise_the_threshold_when_they_would_be_answered() -> None:
    """At most one in 25 unanswerable questions is answered, even if the promise would allow
    more.
    """
    asked = [0.93] * 250 + [0.91] * 250
    assert threshold(asked, [0.92] * 6 + [0.1] * 94) == pytest.approx(0.92)
    assert threshold(asked, [0.92] * 3 + [0.1] * 97) == pytest.approx(0.91)


def test_a_higher_promise_never_answers_what_a_lower_one_does_not() -> None:
    """A higher promise never has a lower threshold."""
    random = np.random.default_rng(3)
    answer = random.uniform(size=400)
    right = random.uniform(size=400) < answer
    unanswerable = ~right & (random.uniform(size=400) < 0.5)
    found = thresholds_of(answer, right, np.ones(400), unanswerable)
    assert (np.diff(found) >= 0).all()
