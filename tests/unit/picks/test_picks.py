"""Picks answer from the confidence on at which the rehearsal proves them, and order before that."""

import pytest
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.picks import (
    MOST_OPTIONS,
    Picked,
    PickTrial,
    options_of,
    pick_threshold,
    pick_trials,
    with_pick,
)
from surgeline.knowledge.answering.verdict import Verdict, held_back

from tests.unit.picks.shop import UNDECIDED, shop


@pytest.fixture(scope="module")
def index() -> Index:
    return shop()


@pytest.fixture
def undecided(index: Index) -> Verdict:
    verdict = index.judge(UNDECIDED)
    assert (verdict.kind, verdict.undecided) == ("suggest", True)
    return verdict


def test_only_an_undecided_question_has_options(index: Index, undecided: Verdict) -> None:
    """A sure answer, a doubted one, and several questions are not for a model."""
    assert 2 <= len(options_of(undecided)) <= MOST_OPTIONS
    assert options_of(undecided) == tuple(sorted(options_of(undecided)))
    assert not options_of(index.judge("Where is my refund?"))
    assert not options_of(index.judge("Where is my refund? Do you sell gift cards?"))
    assert not options_of(index.judge("returns"))
    sure = index.judge("Where is my refund?")
    assert not options_of(held_back(sure, {"en-refund"}))


def test_a_pick_answers_only_where_picks_keep_the_promise(undecided: Verdict) -> None:
    """Below the proved confidence, and without a proof, it stands first among the choices."""
    second = undecided.ranking[1].article_id
    for needed in (None, undecided.confidence + 0.01):
        ordered = with_pick(undecided, second, needed=needed)
        assert (ordered.kind, ordered.article_id) == ("suggest", None)
        assert ordered.choices[0] == second
        assert set(ordered.choices) <= {each.article_id for each in undecided.ranking}
    answered = with_pick(undecided, second, needed=undecided.confidence)
    assert (answered.kind, answered.article_id) == ("answer", second)
    assert "picked" in answered.reason


def tried(confidence: float, *, right: bool, weight: float = 1.0) -> Picked:
    trial = PickTrial("", "a" if right else "b", ("a", "b"), confidence, weight)
    return Picked(trial, "a")


def test_picks_are_proved_from_the_surest_down() -> None:
    """Twenty right ones prove 95 %, one wrong among them does not, and below it nothing is."""
    right = [tried(0.9 - place / 100, right=True) for place in range(20)]
    assert pick_threshold(right, 0.95) == pytest.approx(0.71)
    assert pick_threshold(right[:18], 0.95) is None
    assert pick_threshold([*right, tried(0.95, right=False)], 0.95) is None
    assert pick_threshold([*right, tried(0.3, right=False)], 0.95) == pytest.approx(0.71)


def test_a_wrong_pick_counts_by_the_questions_that_it_stands_for() -> None:
    """Few trials may stand for many unanswerable questions."""
    right = [tried(0.9, right=True) for _ in range(60)]
    seldom = [*right, tried(0.8, right=False, weight=0.1)]
    often = [*right, tried(0.95, right=False, weight=20.0)]
    assert pick_threshold(seldom, 0.95) == pytest.approx(0.8)
    assert pick_threshold(often, 0.95) is None


def test_the_rehearsal_asks_with_the_article_and_without_it() -> None:
    """A phrasing's article is among the options where it is right, and else is not."""
    index = shop("ko")
    trials = pick_trials(index)
    assert {each.article is None for each in trials} == {True, False}
    for each in trials:
        owners = {a.id for a in index.articles if each.text in a.questions}
        assert owners
        assert (each.article in each.options) == (each.article is not None)
        assert each.article is None or owners == {each.article}
        assert each.article is not None or not owners & set(each.options)
        assert each.options == tuple(sorted(each.options))
