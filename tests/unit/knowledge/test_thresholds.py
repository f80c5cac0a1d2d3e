"""Thresholds and calibration keep a promise on trials that are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.matching.policy import (
    CHOICE_PROMISE,
    choice_needed,
    floor_for_few,
    threshold_for,
    thresholds_of,
)
from surgeline.knowledge.matching.prior import answer_prior, choice_prior
from surgeline.knowledge.matching.traffic import Adapted

RECORDED = Path(__file__).parent / "recorded"


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


def test_a_choice_needs_less_where_sentences_were_rehearsed() -> None:
    """Without a rehearsal it needs most, because assumptions about few phrasings are no proof."""
    by_words = choice_needed(rehearsed=True, by_sentences=False)
    assert choice_needed(rehearsed=True, by_sentences=True) < by_words < CHOICE_PROMISE
    assert choice_needed(rehearsed=False, by_sentences=True) == CHOICE_PROMISE


def test_traffic_without_answers_raises_what_a_choice_needs(index: Index) -> None:
    """Where more questions are wrong than was assumed, fewer are bothered. No other traffic moves
    it.
    """
    model = index.parts[0].models[0]

    def needed(questions: int, wrong: float) -> float:
        traffic = Adapted(questions, wrong, 0.5, model.thresholds)
        return replace(model, traffic=traffic).choice_threshold

    assert model.choice_threshold == 0.25
    assert needed(500, 0.3) == pytest.approx(0.25)
    assert 0.25 < needed(2, 0.54) < needed(500, 0.54) < CHOICE_PROMISE
    assert needed(500, 0.9) == CHOICE_PROMISE


def test_an_artifact_keeps_what_a_choice_needs(index: Index) -> None:
    """It is stored, and an artifact of an earlier release offers choices as it did."""
    kept = Index.from_bytes(index.to_bytes())
    assert [part.models[0].choice_threshold for part in kept.parts] == [0.25] * 3
    first = Index.from_bytes((RECORDED / "first_release.index").read_bytes())
    assert first.parts[0].models[0].choice_threshold == CHOICE_PROMISE


def test_a_higher_promise_never_answers_what_a_lower_one_does_not() -> None:
    """A higher promise never has a lower threshold."""
    random = np.random.default_rng(3)
    answer = random.uniform(size=400)
    right = random.uniform(size=400) < answer
    unanswerable = ~right & (random.uniform(size=400) < 0.5)
    found = thresholds_of(answer, right, np.ones(400), unanswerable)
    assert (np.diff(found) >= 0).all()


def test_a_clear_paraphrase_on_a_page_is_answered_and_one_between_doubles_is_offered() -> None:
    """Assumptions weigh pages of one phrasing an article by what such questions measured."""
    measured = np.array(
        [
            # the question of one article in other words
            [0.50, 0.39, 0.43, 0.90, 0.44, 0.10, 0.93, 0.10, 0.90, 0.15],
            # a question between two articles on nearly the same
            [0.36, 0.19, 0.30, 0.74, 0.21, -0.09, 0.84, 0.15, 0.61, 0.21],
            # a short question that three articles may answer
            [0.20, 0.06, 0.11, 0.94, 0.49, 0.16, 0.46, -0.01, 0.50, -0.10],
            # a question about nothing on the page
            [0.08, 0.01, 0.03, 0.45, 0.15, 0.02, 0.30, 0.02, 0.25, 0.02],
        ]
    )
    articles = np.zeros(len(measured), dtype=np.int64)
    answer = answer_prior("sentence", 10, 209).probability(measured, articles)
    choice = choice_prior("sentence", 10, 209).probability(measured, articles)
    assert (answer >= floor_for_few(0.95)).tolist() == [True, False, False, False]
    assert (choice >= CHOICE_PROMISE).tolist() == [True, True, True, False]
