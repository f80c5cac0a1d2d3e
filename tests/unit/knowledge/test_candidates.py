"""Unanswered questions are grouped into candidates, the same groups in every run."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.answering.candidates import TITLE_CHARS, candidates_of
from surgeline.knowledge.matching.grouping import coherence, groups_of

PARKING = [
    "where can I park my car",
    "is there a car park near the shop",
    "can I park in front of the shop",
    "where do I park my car near you",
]
GIFTS = [
    "do you sell gift cards",
    "can I buy a gift card online",
    "do you have gift cards",
]
KOREAN = ["주차장이 있나요", "주차장은 어디에 있나요", "주차장이 어디 있나요?"]


def test_questions_that_ask_the_same_are_one_group() -> None:
    """Topics and languages stay apart, and the largest group of likest questions comes first."""
    found = candidates_of([*PARKING, *GIFTS, *KOREAN], {})
    groups = [set(each.questions) for each in found]
    assert set(KOREAN) in groups
    assert any(set(GIFTS[:1] + GIFTS[2:]) <= group for group in groups)
    assert all(len({question in PARKING for question in group}) == 1 for group in groups)
    assert [each.worth for each in found] == sorted((e.worth for e in found), reverse=True)
    assert {each.language for each in found} == {"en", "ko"}


def test_a_candidate_says_what_it_is_worth() -> None:
    """Programs get the count, the share, the language, the rank and a title."""
    [only] = candidates_of(["do you sell gift cards"] * 3, {})
    assert only.as_json(1) == {
        "rank": 1,
        "questions": ["do you sell gift cards"] * 3,
        "count": 3,
        "share": 1.0,
        "language": "en",
        "proposed_title": "do you sell gift cards",
        "likeness": 1.0,
    }


def test_a_long_question_is_shortened_to_a_title() -> None:
    """A title ends between words, and is never longer than its limit."""
    [only] = candidates_of(["please " * 40 + "help"], {})
    assert len(only.proposed_title) <= TITLE_CHARS
    assert only.proposed_title.endswith("please…")


@pytest.mark.parametrize("texts", [[], ["", "   ", "?!"], ["👍", "…"]])
def test_texts_that_ask_nothing_are_no_candidates(texts: list[str]) -> None:
    """A text without letters or digits is left out."""
    assert candidates_of(texts, {}) == []


@given(st.lists(st.sampled_from([*PARKING, *GIFTS, *KOREAN, "", "x"]), max_size=30))
def test_every_question_is_in_one_group_and_runs_agree(texts: list[str]) -> None:
    """No question is lost or counted twice, and a second run gives the same candidates."""
    found = candidates_of(texts, {})
    grouped = Counter(question for each in found for question in each.questions)
    assert grouped == Counter(text for text in texts if text)
    assert found == candidates_of(texts, {})
    assert not texts or sum(each.share for each in found) == pytest.approx(1.0 if grouped else 0.0)


@given(st.integers(1, 24), st.integers(0, 2**32 - 1))
def test_groups_part_the_questions(count: int, seed: int) -> None:
    """Whatever the likeness, each place is in one group, and the largest group comes first."""
    drawn = np.random.default_rng(seed).random((count, count), dtype=np.float32)
    alike = (drawn + drawn.T) / 2
    found = groups_of(alike, by_words=False)
    assert sorted(place for group in found for place in group) == list(range(count))
    assert [len(group) for group in found] == sorted(map(len, found), reverse=True)
    assert all(0.0 <= coherence(alike, group) <= 1.0 for group in found)


def test_groups_that_are_not_like_enough_stay_apart() -> None:
    """The average over all pairs of two groups decides, and not the nearest pair."""
    alike = np.eye(4, dtype=np.float32)
    for one, two, value in ((0, 1, 0.9), (2, 3, 0.9), (1, 2, 0.6)):
        alike[one, two] = alike[two, one] = value
    assert sorted(map(sorted, groups_of(alike, by_words=False))) == [[0, 1], [2, 3]]


@pytest.mark.parametrize(("likeness", "groups"), [(0.24, 1), (0.2, 2)])
def test_few_questions_need_to_be_less_alike(likeness: float, groups: int) -> None:
    """Among few questions few are alike by chance, where an encoder tells their meaning."""
    alike = np.full((2, 2), likeness, dtype=np.float32)
    assert len(groups_of(alike, by_words=False)) == groups


def test_a_question_that_came_to_the_wrong_group_early_moves() -> None:
    """It was nearest to one question of its group, and is more like all of another one."""
    alike = np.eye(5, dtype=np.float32)
    pairs = {(0, 1): 0.8, (2, 3): 0.7, (1, 3): 0.5, (2, 4): 0.5, (0, 3): 0.4, (3, 4): 0.1}
    for (one, two), value in pairs.items():
        alike[one, two] = alike[two, one] = value
    assert sorted(map(sorted, groups_of(alike, by_words=False))) == [[0, 1, 3], [2, 4]]
