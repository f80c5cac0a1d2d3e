"""What reviewed answers prove: known values of the bound, and when it takes over the threshold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.knowledge.answering.live import (
    ENOUGH_REVIEWED,
    KINDS,
    MOST,
    NOTHING,
    UNOPPOSED,
    Reviewed,
    is_broken,
    judge_reviews,
    kind_of,
    least_after,
    trial_of,
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


STEP = 0.05
MARKS = st.lists(st.sampled_from(list(KINDS)), min_size=30, max_size=33).map(
    lambda found: found * 10
)


def trials(kinds: list[str], *, confidence: float = 0.91) -> list[Reviewed]:
    """Return answers of one confidence or little more, each with what was said of it."""
    return [
        trial_of(kind, confidence + place % 6 / 100, answered=True)
        for place, kind in enumerate(kinds)
    ]


def least(kinds: list[str], *, stands: float = 0.8, before: float | None = None) -> float | None:
    """Return the least that an answer needs after a day of these labels."""
    live = judge_reviews(trials(kinds), 0.95)
    return least_after(live, 0.95, stands=stands, before=before, step=STEP)


def test_a_rejection_stands_for_two_wrong_answers() -> None:
    """What customers say unasked weighs twice, in whole answers, and no more than all of them."""
    wrong = {kind: judge_reviews(trials([kind] * 3), 0.95).wrong for kind in KINDS}
    assert wrong["rejected"] == wrong["not_helped"] == 3
    mixed = ["rejected", "not_helped", "used_another", *[UNOPPOSED] * 6, "helped"]
    assert judge_reviews(trials(mixed), 0.95).wrong == 4
    assert kind_of({"rejected", UNOPPOSED}) == "rejected"
    assert kind_of({"rejected", "helped"}) == "helped"
    assert kind_of({"a kind of a newer release"}) is None


@settings(max_examples=15)
@given(MARKS, st.integers(0, 299), st.sampled_from(["not_helped", "rejected"]))
def test_more_wrong_labels_never_lower_what_an_answer_needs(
    kinds: list[str], place: int, wrong: str
) -> None:
    """The least rises or stays when one more answer turns out wrong, and is the same each time."""
    kinds[place] = UNOPPOSED
    worse = [*kinds[:place], wrong, *kinds[place + 1 :]]
    assert (least(worse) or 0.0) >= (least(kinds) or 0.0)
    assert least(worse) == least(worse)


@settings(max_examples=15)
@given(MARKS, st.floats(0.5, 0.99), st.none() | st.floats(0.5, 1.0))
def test_labels_only_take_away_and_in_steps(
    kinds: list[str], stands: float, before: float | None
) -> None:
    """The least is above what stands without labels, and moves by at most a step."""
    found = least(kinds, stands=stands, before=before)
    was = max(stands, before or 0.0)
    assert found is None or found > stands - 1e-4
    assert abs((found or stands) - was) <= STEP + 1e-4 or (found is None and was <= stands + STEP)


def test_silence_moves_nothing_and_few_labels_prove_nothing() -> None:
    """Answers that nobody objected to keep what stands, also where all of them were very sure."""
    assert least([UNOPPOSED] * 300) is None
    assert least(["not_helped"] * 299) is None
    assert least(["not_helped"] * 300) == pytest.approx(0.85)
    assert least(["not_helped"] * 300, stands=0.98) == MOST
    choices = [trial_of("picked_another", 0.4, answered=False)] * 300
    assert not is_broken(judge_reviews([*choices, *trials(["not_helped"])], 0.95), 0.95)
