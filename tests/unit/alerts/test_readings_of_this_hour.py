"""The last hour, a week and the pools' lines are read as numbers that alerts look at."""

import pytest
from surgeline.application.pools.scores import DayCounts, decoded
from surgeline.application.reports.live_state import LiveState
from surgeline.application.reports.pool_stands import Stand, State
from surgeline.application.watch.readings import (
    readings_of_answers,
    readings_of_hour,
    readings_of_pools,
)
from surgeline.domain.alerts.book import Reading


def live(*pools: Stand, **hour: object) -> LiveState:
    return LiveState(1_000, 0, pools, hour)


def test_replies_offers_and_help_of_the_hour_are_read() -> None:
    """The p95 of first replies, and shares of offers and of answers of customers."""
    found = live(
        first_reply_seconds={"count": 9, "p95": 72.5},
        helped={"of": 10, "count": 3},
        offers={"north": {"accepted": 4, "declined": 1, "timed_out": 5}},
    )
    assert list(readings_of_hour(found)) == [
        Reading("first_reply", 72.5),
        Reading("not_helped", 0.7),
        Reading("not_accepted", 0.6, "north"),
        Reading("timed_out", 0.5, "north"),
    ]


def test_an_hour_with_few_of_them_says_nothing() -> None:
    """Four slow replies, four refusals and four unhappy customers raise no alert."""
    found = live(
        first_reply_seconds={"count": 4, "p95": 900.0},
        helped={"of": 4, "count": 0},
        offers={"north": {"accepted": 0, "declined": 2, "timed_out": 2}},
    )
    assert [each.value for each in readings_of_hour(found)] == [0, 0]
    assert [each.value for each in readings_of_hour(live())] == [0, 0]


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        ("closed", 3),
        ("paused", 3),
        ("disabled", 3),
        ("over_its_cap", 3),
        ("draining", 3),
        ("open", 0),
        ("full", 0),
        ("resting", 0),
    ],
)
def test_people_who_wait_for_a_pool_that_takes_nobody_are_counted(state: State, waits: int) -> None:
    """A full pool takes them later, and one that rests soon."""
    pool = Stand(pool_id="north", state=state, waiting=3, ending=2)
    found = {each.rule: each.value for each in readings_of_pools(live(pool)) if each.about}
    assert (found["waiting_for_closed"], found["promise_at_risk"]) == (waits, 2)


def test_a_week_of_answers_is_read_for_each_pool() -> None:
    """The newest seven days count; few answers, and days of an earlier release, say nothing."""
    days = {f"2026-03-0{day}": {"north": DayCounts(50, 2, 4, 2)} for day in range(1, 9)}
    days["2026-03-01"] = {"north": DayCounts(50, 0, 50, 50)}
    days["2026-03-08"] = {"north": DayCounts(50, 2, 4, 3), "south": DayCounts(9, 0, 9, 9)}
    assert list(readings_of_answers(days)) == [Reading("not_confirmed", 15 / 28, "north")]
    before = decoded(b'{"2026-03-08": {"north": [90, 3]}}')
    assert list(readings_of_answers(before)) == []
