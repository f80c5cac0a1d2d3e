"""A call: who is asked next, what an answer means, and what can never happen."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.hours import HOUR_MS, WeekHours, week_of

MINUTE = 60_000
PEOPLE = ("ann", "bob", "kim", "lee")


def call(**changes: Any) -> Call:
    about: dict[str, Any] = {
        "id": "c1",
        "kind": "call",
        "why": "many wait",
        "people": 1,
        "begins": 0,
        "ends": 240 * MINUTE,
        "order": PEOPLE,
        "opened_at": 0,
        "opened_by": "Ann",
        "answer_ms": 10 * MINUTE,
        "arrives_ms": 30 * MINUTE,
    }
    return Call(**(about | changes))


def asked(found: Call) -> list[str]:
    return [each.person for each in found.asked]


def anybody(person: str) -> bool:
    return bool(person)


def test_the_next_is_asked_when_one_does_not_answer() -> None:
    """After ten minutes without a word the call goes on, and not before."""
    first = call().due(0, anybody)
    assert asked(first) == ["ann"]
    assert first.due(9 * MINUTE, anybody) == first
    assert asked(first.due(10 * MINUTE, anybody)) == ["ann", "bob"]


def test_a_no_asks_the_next_at_once() -> None:
    """Nobody waits for somebody who can't come."""
    said, verdict = call().due(0, anybody).answered("ann", coming=False, now=MINUTE)
    assert verdict == "declined"
    assert asked(said.due(MINUTE, anybody)) == ["ann", "bob"]


def test_as_many_are_asked_as_are_missing() -> None:
    """For two people two are asked, and a full call asks nobody."""
    two = call(people=2).due(0, anybody)
    assert asked(two) == ["ann", "bob"]
    for person in ("ann", "bob"):
        two, _ = two.answered(person, coming=True, now=MINUTE)
    assert two.is_full
    assert two.due(60 * MINUTE, anybody) == two


def test_who_comes_is_expected_at_a_time() -> None:
    """The usual way takes half an hour, unless the person says another time."""
    open_ = call().due(0, anybody)
    usual, _ = open_.answered("ann", coming=True, now=MINUTE)
    assert usual.answers[0].arrives_at == 31 * MINUTE
    assert (usual.here(30 * MINUTE), usual.here(31 * MINUTE)) == (0, 1)
    said, _ = open_.answered("ann", coming=True, now=MINUTE, arrives_at=6 * MINUTE)
    assert [each.at for each in said.still_to_come(MINUTE)] == [6 * MINUTE]


def test_quiet_people_are_passed_over() -> None:
    """Who must not be called now is not, and the next one is."""
    assert asked(call().due(0, lambda person: person != "ann")) == ["bob"]


def test_a_second_round_asks_those_who_said_nothing() -> None:
    """After everybody was asked once, the silent are asked again, and then the call is dry."""
    found, now = call(order=("ann", "bob"), rounds=2), 0
    for _ in range(6):
        found, now = found.due(now, anybody), now + 10 * MINUTE
    assert asked(found) == ["ann", "bob", "ann", "bob"]
    assert found.is_exhausted(now)


def test_a_shift_goes_to_the_first_who_say_yes() -> None:
    """Everybody is asked at once, and the place is given once."""
    offered = call(kind="shift", begins=60 * MINUTE).due(0, anybody)
    assert asked(offered) == list(PEOPLE)
    first, verdict = offered.answered("kim", coming=True, now=MINUTE)
    second, too_late = first.answered("ann", coming=True, now=MINUTE)
    assert (verdict, too_late, second) == ("coming", "full", first)
    back, _ = first.answered("kim", coming=False, now=MINUTE)
    assert back.answered("ann", coming=True, now=MINUTE)[1] == "coming"


def test_answers_that_do_not_count() -> None:
    """A repeat, a person who was not asked, and an answer after the end change nothing."""
    open_ = call().due(0, anybody)
    yes, _ = open_.answered("ann", coming=True, now=0)
    assert yes.answered("ann", coming=True, now=MINUTE) == (yes, "again")
    assert open_.answered("kim", coming=True, now=0) == (open_, "not_asked")
    closed = open_.closed(MINUTE, "Ann")
    assert closed.answered("ann", coming=True, now=MINUTE) == (closed, "over")
    assert open_.answered("ann", coming=True, now=240 * MINUTE) == (open_, "over")


@given(
    kind=st.sampled_from(["call", "shift"]),
    people=st.integers(1, 4),
    steps=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.booleans(), st.integers(0, 15)), max_size=40
    ),
)
def test_nobody_is_asked_twice_and_no_place_is_given_twice(
    kind: str, people: int, steps: list[tuple[str, bool, int]]
) -> None:
    """Whatever people say and when, each counts once and no more come than were called for."""
    found, now = call(kind=kind, people=people, rounds=2), 0
    for person, coming, minutes in steps:
        now += minutes * MINUTE
        found = found.due(now, anybody)
        found, _ = found.answered(person, coming=coming, now=now)
        keys = [(each.person, each.round) for each in found.asked]
        assert len(set(keys)) == len(keys)
        said = [each.person for each in found.answers]
        assert len(set(said)) == len(said)
        assert len(found.coming) <= people


def test_nobody_has_more_hours_than_agreed() -> None:
    """Shifts of one week add up, a repeat counts once, and a released one is free again."""
    week = WeekHours().with_shift("a", 4 * HOUR_MS, 8)
    assert week is not None
    assert week.with_shift("a", 4 * HOUR_MS, 8) == week
    full = week.with_shift("b", 4 * HOUR_MS, 8)
    assert full is not None
    assert full.with_shift("c", 1, 8) is None
    assert full.without_shift("a") == replace(full, shifts={"b": 4 * HOUR_MS})
    assert week_of("Europe/Paris", 1_772_366_400_000) == "2026-W09"
