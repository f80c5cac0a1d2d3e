"""Advice for a surge: whom to ask, whom to let go, what bounds it, and what it remembers."""

from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.forecast.live import live_factor
from surgeline.domain.staffing.need import Goal
from surgeline.domain.surge import advise as advice
from surgeline.domain.surge.advise import Advice
from surgeline.domain.surge.expected import LEVEL_VARIES, factor_of
from surgeline.domain.surge.facts import Ahead, Facts, Memory, Source

from tests.often import often

advise = partial(advice.advise, words=lead_words("en"))
MINUTE, QUARTER = 60_000, 900_000
AGENCY = Source(
    id="agency", here=0, maximum=10, cost_per_hour=28, start_up_seconds=900, minimum_seconds=1800
)
CROWD = Source(
    id="crowd", here=0, maximum=10, cost_per_hour=30, start_up_seconds=600, minimum_seconds=1800
)
PEAK = 80 / 3600
"""At three chats of 660 s, a person is busy with 4.9 of these in the long run."""


def facts(rates: list[float], *, now: int = 0, on_shift: float = 1, **changes: Any) -> Facts:
    """Return the facts of a moment, with a rate for each quarter of an hour."""
    begin = now - now % QUARTER
    ahead = tuple(Ahead(begin + n * QUARTER, rate, on_shift) for n, rate in enumerate(rates))
    about: dict[str, Any] = {
        "now": now,
        "ahead": ahead,
        "live_factor": 1.0,
        "backlog": 0,
        "handle_seconds": (480, 560, 660),
        "patience_seconds": 300,
        "goal": Goal(target=0.8, within_seconds=60, minimum=0),
        "sources": (AGENCY, CROWD),
    }
    return Facts(**(about | changes))


def people(found: Advice) -> dict[str, int]:
    return {name: asked.people for name, asked in found.memory.asked.items() if asked.people}


def test_people_are_asked_for_as_long_before_as_they_take_to_start() -> None:
    """A peak in fifteen minutes is in reach of the slowest pool; one in half an hour is not yet."""
    assert advise(facts([0, 0, PEAK])).acts == ()
    found = advise(facts([0, PEAK, PEAK]))
    assert [(act.pool, act.people) for act in found.acts] == [("agency", 5)]
    assert "people beside the shift are needed in 15 minutes" in found.why[0]


def test_the_cheapest_pool_that_can_be_asked_comes_first() -> None:
    """A pool that brings no more, or that is out, leaves the rest to the next one."""
    few = (replace(AGENCY, maximum=2), CROWD)
    assert people(advise(facts([PEAK], sources=few))) == {"agency": 2, "crowd": 3}
    out = (replace(AGENCY, is_out=True), CROWD)
    found = advise(facts([PEAK], sources=out))
    assert (people(found), found.bound) == ({"crowd": 5}, "out")
    none = (replace(AGENCY, maximum=1), replace(CROWD, maximum=1))
    found = advise(facts([PEAK], sources=none))
    assert (found.missing, found.bound) == (3, "maximum")


def test_people_who_are_worth_less_are_asked_for_in_larger_numbers() -> None:
    """Two people do the work of one, so that twice as many are asked for."""
    found = advise(facts([PEAK], sources=(replace(AGENCY, worth=0.5),)))
    assert people(found) == {"agency": 10}


def test_those_who_wait_are_wanted_too() -> None:
    """A backlog asks for people beside those that arrivals need. Part of a person is not asked."""
    assert advise(facts([0], backlog=1)).acts == ()
    assert people(advise(facts([0], backlog=4))) == {"agency": 3}


@pytest.mark.parametrize("factor", [0.0, -1.0, nan])
def test_a_forecast_that_is_no_number_gives_the_minimum_cover(factor: float) -> None:
    """A factor of zero, below zero or not a number asks for the minimum and not for nobody."""
    goal = Goal(target=0.8, within_seconds=60, minimum=3)
    assert people(advise(facts([PEAK], live_factor=factor, goal=goal))) == {"agency": 2}


def test_a_forecast_that_is_too_low_is_given_up_sooner() -> None:
    """Early in a peak most of what was missing is believed, and what was too much as ever."""
    steps = [1.0] * 10 + [10.0] * 24 + [1.0] * 20
    low, high = ([share * each for each in steps[:15]] for share in (1.4, 0.6))
    assert factor_of(steps, low) > 1.29
    assert live_factor(steps, low, LEVEL_VARIES) < 1.15
    assert factor_of(steps, high) == live_factor(steps, high, LEVEL_VARIES)


def test_the_live_factor_changes_what_is_wanted() -> None:
    """Twice the contacts that were forecast ask for more people at once."""
    assert people(advise(facts([PEAK], live_factor=2.0)))["agency"] > 7


# ---------------------------------------------------------------- what it remembers


class Hour:
    """Minutes of advice in a row, with pools that bring a share of what they are asked for."""

    def __init__(self, delivers: float = 1.0, **changes: Any) -> None:
        self.delivers, self.changes = delivers, changes
        self.memory, self.now = Memory(), 0
        self.here: Counter[str] = Counter()
        self.due: list[tuple[int, str, int]] = []
        self.spent = 0.0
        self.acts: list[tuple[int, str, int]] = []
        self.ups: dict[str, list[bool]] = {"agency": [], "crowd": []}

    def minute(self, rate: float, backlog: int = 0) -> Advice:
        for at, name, coming in self.due:
            if at == self.now:
                self.here[name] = coming
        sources = [replace(each, here=self.here[each.id]) for each in (AGENCY, CROWD)]
        asked = {name: each.people for name, each in self.memory.asked.items()}
        self.spent += sum(each.cost_per_hour * asked.get(each.id, 0) / 60 for each in sources)
        about = {"sources": tuple(sources), "memory": self.memory, "spent": self.spent}
        found = advise(facts([rate] * 4, now=self.now, backlog=backlog, **(about | self.changes)))
        for act in found.acts:
            if act.change > 0:
                start = {each.id: each.start_up_seconds for each in sources}[act.pool]
                comes = int(act.people * self.delivers)
                self.due.append((self.now + int(start) * 1000, act.pool, comes))
            else:
                self.here[act.pool] = min(self.here[act.pool], act.people)
            self.acts.append((self.now // MINUTE, act.pool, act.people))
            self.ups[act.pool].append(act.change > 0)
        self.memory, self.now = found.memory, self.now + MINUTE
        return found

    def run(self, minutes: int, rate: float, backlog: int = 0) -> Advice:
        for _ in range(minutes):
            found = self.minute(rate, backlog)
        return found


def test_people_who_were_asked_for_are_not_asked_for_again() -> None:
    """While they are on their way they count, so that one want is one request."""
    hour = Hour()
    hour.run(30, PEAK)
    assert hour.acts == [(0, "agency", 5)]


def test_a_lull_lets_nobody_go_before_the_hold_and_the_shortest_time() -> None:
    """People go fifteen minutes after the last want, and half an hour after they were asked."""
    hour = Hour()
    hour.run(5, PEAK)
    hour.run(60, 0)
    assert hour.acts == [(0, "agency", 5), (30, "agency", 0)]
    late = Hour()
    late.run(60, PEAK)
    late.run(60, 0)
    assert late.acts[1:] == [(74, "agency", 0)]


def test_a_pool_that_brings_half_is_asked_for_the_rest_elsewhere_or_again() -> None:
    """After its start-up only those count who came, and the next request knows what it brings."""
    hour = Hour(delivers=0.5)
    found = hour.run(45, PEAK)
    assert sum(hour.here.values()) >= 4
    assert found.memory.asked["agency"].fill < 1
    assert found.missing == 0


def test_a_pool_that_brings_nobody_does_not_count_for_ever() -> None:
    """Promises that are broken leave the want open, and the next pools are asked."""
    hour = Hour(delivers=0)
    hour.run(60, PEAK)
    assert {pool for _, pool, _ in hour.acts} == {"agency", "crowd"}
    assert hour.memory.asked["agency"].fill <= 0.5


# ---------------------------------------------------------------- what it may cost


def test_a_cap_of_zero_advises_and_asks_nobody() -> None:
    """The want is told with its bound, and no pool is asked."""
    found = advise(facts([PEAK], spend_cap=0))
    assert (found.acts, found.bound) == ((), "spend_cap")
    assert found.missing == found.wanted == 5


@pytest.mark.parametrize("cap", [20.0, 150.0, 400.0])
def test_the_cap_is_kept(cap: float) -> None:
    """However long the peak lasts, the people who are brought cost no more than the cap."""
    hour = Hour(spend_cap=cap)
    hour.run(240, 3 * PEAK, backlog=5)
    assert hour.spent <= cap
    assert hour.spent > 0.5 * cap


@settings(max_examples=often(12, 30))
@given(
    rates=st.lists(st.floats(0, 0.1), min_size=60, max_size=60),
    backlogs=st.lists(st.integers(0, 6), min_size=60, max_size=60),
    cap=st.none() | st.floats(0, 500),
    delivers=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_however_things_go_it_stays_within_its_bounds(
    rates: list[float], backlogs: list[int], cap: float | None, delivers: float
) -> None:
    """No pool is asked beyond its maximum or below none, the cap is kept, and nothing flaps."""
    hour = Hour(delivers, spend_cap=cap)
    for rate, backlog in zip(rates, backlogs, strict=True):
        found = hour.minute(rate, backlog)
        assert all(0 <= act.people <= 10 for act in found.acts)
    assert cap is None or hour.spent <= max(cap, 0)
    for ups in hour.ups.values():
        assert sum(after != before for before, after in pairwise(ups)) <= 2


def test_the_same_facts_give_the_same_advice() -> None:
    """Advice depends on its facts alone, so that two controllers agree."""
    about = facts([PEAK, 0], backlog=3, spend_cap=80)
    assert advise(about) == advise(about)


# ---------------------------------------------------------------- orders, own caps, and calm


def test_an_order_goes_before_the_advice_in_both_directions() -> None:
    """A pool has the number that somebody ordered, and the advice asks others for the rest."""
    more = replace(AGENCY, ordered=2, ordered_why="Ann ordered it")
    found = advise(facts([PEAK], sources=(more, CROWD)))
    assert people(found) == {"agency": 2, "crowd": 3}
    assert [(act.must, act.why) for act in found.acts if act.pool == "agency"] == [
        (True, "Ann ordered it")
    ]
    fewer = replace(AGENCY, ordered=1)
    found = advise(facts([PEAK], sources=(fewer,), memory=found.memory))
    assert people(found)["agency"] == 1


def test_an_order_is_bounded_by_the_ceiling_and_the_caps() -> None:
    """Nobody orders more than a pool brings, or more than the caps pay for."""
    all_of_them = replace(AGENCY, ordered=50)
    assert people(advise(facts([0], sources=(all_of_them,)))) == {"agency": 10}
    assert people(advise(facts([0], sources=(all_of_them,), spend_cap=30))) == {"agency": 2}
    own = replace(all_of_them, spend_cap=15)
    assert people(advise(facts([0], sources=(own,)))) == {"agency": 1}


def test_a_pool_s_own_cap_leaves_the_rest_to_the_next_pool() -> None:
    """The cheapest pool is asked up to its own cap, and let go once the cap is reached."""
    capped = replace(AGENCY, spend_cap=30)
    found = advise(facts([PEAK], sources=(capped, CROWD)))
    assert people(found) == {"agency": 2, "crowd": 3}
    over = replace(capped, here=2, spent=29.9)
    later = advise(facts([PEAK], now=MINUTE, sources=(over, CROWD), memory=found.memory))
    assert people(later)["crowd"] == 3
    assert [(act.pool, act.people, act.must) for act in later.acts] == [("agency", 0, True)]


def test_a_pool_is_not_let_go_twice_within_the_calm_time() -> None:
    """However the load swings, a pool turns at most twice within an hour."""
    hour = Hour(calm_seconds=3600, hold_seconds=60)
    for number in range(600):
        hour.minute(PEAK if number // 33 % 2 else 0)
    changes = [(at, people) for at, pool, people in hour.acts if pool == "agency"]
    falls = [
        (at, before, people)
        for (_, before), (at, people) in pairwise([(0, 0), *changes])
        if people < before
    ]
    begun = [falls[0][0]]
    for (_, _, left), (at, before, _) in pairwise(falls):
        if before != left:  # it was asked again in between
            begun.append(at)
    assert len(begun) >= 3
    assert all(after - before >= 60 for before, after in pairwise(begun))
