"""The model of the line, the search for fixed shifts, and the targets of the peak's benchmark."""

from itertools import combinations_with_replacement
from typing import Any

from benchmarks.peak.__main__ import problems, table
from benchmarks.peak.line import Caller, Desk, Line
from benchmarks.peak.plans import HALF_HOUR_MS, Rules, Search, Shift, around_the_clock

MINUTE = 60_000
DESK = Desk(handle_seconds=(600.0, 700.0), steps=2, accepts_after=3_000, within=60_000)
NINE = 9 * 60 * MINUTE
CALLERS = [
    Caller(NINE + number * MINUTE, NINE + (number + 6) * MINUTE, 0.5 + number % 3)
    for number in range(0, 90, 5)
]
RULES = Rules(lengths=(2, 4), opens=17, closes=24, step=1)


def late(shifts: tuple[Shift, ...]) -> int:
    """Play a plan from midnight to midnight, half-hour by half-hour."""
    line = Line(CALLERS, DESK)
    for half in range(48):
        agents = sum(each.begins <= half < each.ends for each in shifts)
        line.run(half * HALF_HOUR_MS, (half + 1) * HALF_HOUR_MS, agents)
    line.run(48 * HALF_HOUR_MS, 96 * HALF_HOUR_MS, 0)
    return line.late(96 * HALF_HOUR_MS)


def test_one_who_is_free_joins_after_the_offer_and_works_through_the_chat() -> None:
    """One agent with one chat at a time serves the first caller, and the second one gives up."""
    desk = Desk(handle_seconds=(600.0,), steps=2, accepts_after=3_000, within=60_000)
    callers = [Caller(0, 300_000, 1.0), Caller(1_000, 300_000, 1.0), Caller(604_000, 900_000, 1.0)]
    line = Line(callers, desk)
    line.run(0, 10 * 600_000, 1)
    assert line.late(10 * 600_000) == 1


def test_the_search_finds_the_cheapest_plan_and_leaves_none_out() -> None:
    """Every plan of as many half-hours and fewer is worse, as trying each of them shows."""
    for most in (0, 4, 9):
        found = Search(CALLERS, DESK, RULES, most).cheapest()
        cost = sum(each.length for each in found)
        assert late(found) <= most
        every = [each for half in range(48) for each in RULES.beginning(half)]
        cheaper = (
            plan
            for size in range(cost // 2 + 1)
            for plan in combinations_with_replacement(every, size)
            if sum(each.length for each in plan) < min(cost, 7)
        )
        assert all(late(plan) > most for plan in cheaper)


def test_around_the_clock_is_never_cheaper_in_people() -> None:
    """The fewest agents all day keep the bound, and one fewer would not."""
    agents = around_the_clock(CALLERS, DESK, 2)
    assert late((Shift(0, 48),) * agents) <= 2 < late((Shift(0, 48),) * (agents - 1))


def test_missed_targets_are_named() -> None:
    """A share above its bar, a fall of over eight points, and a cap that was passed are told."""
    row: dict[str, Any] = {
        "name": "led", "service_level": 0.9, "spend_usd": 500.0, "brought_usd": 100.0,
        "turns_an_hour": 1, "losses": 0, "plan": "",
    }  # fmt: skip
    bad = row | {"name": "down", "service_level": 0.8, "brought_usd": 1_001.0, "turns_an_hour": 3}
    plans = {"steady": row | {"name": "steady", "plan": "5 agents"}}
    run = {"seed": 7, "asked": 9, "led": row, "plans": plans, "of": {"steady": 0.5}}
    found = problems([run | {"disturbed": [bad]}], 1_000)
    assert len(found) == 4
    assert "0.50 of steady" in found[0]
    assert "5 agents" in table(run | {"disturbed": [bad]})
