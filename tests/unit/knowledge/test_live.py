"""What reviewed answers prove: known values of the bound, and when it takes over the threshold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.answering.live import (
    ENOUGH_REVIEWED,
    NOTHING,
    Reviewed,
    judge_reviews,
    upper_bound,
)
from surgeline.knowledge.matching.policy import floor_of


@pytest.mark.parametrize(
    ("wrong", "answered", "bound"),
    [
        (0, 59, 1 - 0.05 ** (1 / 59)),
        (0, 300, 1 - 0.05 ** (1 / 300)),
        (1, 10, 0.394163),
        (5, 100, 0.102253),
        (10, 300, 0.055885),
        (10, 10, 1.0),
        (0, 0, 1.0),
    ],
)
def test_the_bound_has_the_known_values(wrong: int, answered: int, bound: float) -> None:
    """The bound equals Clopper and Pearson's one-sided 95 % in tables and closed forms."""
    assert upper_bound(wrong, answered) == pytest.approx(bound, abs=1e-6)


@given(st.integers(0, 200), st.integers(1, 2_000))
def test_the_bound_covers_what_was_seen_and_falls_with_evidence(wrong: int, more: int) -> None:
    """The bound is above the share that was seen, and more right answers lower it."""
    answered = wrong + more
    bound = upper_bound(wrong, answered)
    assert wrong / answered < bound <= 1.0
    assert upper_bound(wrong, answered + 50) < bound


def reviews(right: int, wrong: int, *, wrong_at: float = 0.91) -> list[Reviewed]:
    """Return right answers spread from 0.91 to 0.99 and wrong ones at one confidence."""
    spread = [
        Reviewed(0.91 + 0.08 * i / max(right, 1), right=True, answered=True) for i in range(right)
    ]
    return spread + [Reviewed(wrong_at, right=False, answered=True) for _ in range(wrong)]


def test_few_reviews_leave_the_rehearsed_threshold() -> None:
    """Fewer than 300 reviews leave the calibrated threshold, however bad the reviews look."""
    live = judge_reviews(reviews(ENOUGH_REVIEWED - 11, 10), 0.95)
    assert live.threshold is None
    assert not live.breaks(0.95)


def test_enough_good_reviews_take_the_threshold_over() -> None:
    """300 right answers prove that the lowest of them may be given."""
    live = judge_reviews(reviews(ENOUGH_REVIEWED, 0), 0.95)
    assert live.threshold == pytest.approx(0.91)
    assert live.bound < 0.05
    assert not live.breaks(0.95)


def test_wrong_answers_raise_the_threshold_above_them() -> None:
    """The least sure answers are not given any more if one review in eight is wrong among them."""
    live = judge_reviews(reviews(350, 50), 0.95)
    assert live.threshold is not None
    assert 0.91 < live.threshold < 0.93
    assert live.breaks(0.95)
    assert (live.reviewed, live.answered, live.wrong) == (400, 400, 50)


def test_where_nothing_keeps_the_promise_nothing_is_answered() -> None:
    """Every answer becomes a choice if the surest answers are wrong."""
    live = judge_reviews(reviews(300, 60, wrong_at=0.99), 0.95)
    assert live.threshold == NOTHING


def test_no_single_answer_risks_too_much_however_good_the_reviews() -> None:
    """The floor under a single answer holds for live thresholds as well."""
    unsure = [Reviewed(0.2, right=True, answered=False) for _ in range(250)]
    sure = [Reviewed(0.92, right=True, answered=True) for _ in range(250)]
    assert judge_reviews(unsure + sure, 0.95).threshold == pytest.approx(floor_of(0.95))
