"""Spikes of topics: the arithmetic of rare counts, what is usual, and one alert per incident."""

import math
from dataclasses import replace

import pytest
from surgeline.domain.spikes.baseline import LEAST_DAYS, SLOTS, Baseline, Day, baseline_of
from surgeline.domain.spikes.detect import QUIET_INTERVALS, Interval, Spike, spikes_in
from surgeline.domain.spikes.tail import least_rare, tail

from benchmarks.spikes.measure import measured, together
from benchmarks.spikes.month import month

MINUTES_15 = 900_000
NOON = 48


def flat(level: float = 96.0, **more: float) -> Baseline:
    """Return a baseline on which each topic has the same number at every time."""
    levels = {"a": level, "b": 480.0} | more
    return Baseline(levels, [1 / SLOTS] * SLOTS, [1.0] * 7, 10.0, 14)


def day_of(*counts: tuple[int, int], topic: str = "a") -> list[Interval]:
    """Return intervals with these counts on a topic and on the others."""
    return [
        Interval(number * MINUTES_15, 0, number % SLOTS, {topic: one, "b": others})
        for number, (one, others) in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("mean", "least"),
    [(0.1, 4), (0.5, 6), (1, 8), (2, 12), (5, 20), (10, 34), (20, 61)],
)
def test_thresholds_are_those_of_the_distribution(mean: float, least: int) -> None:
    """The least counts of p < 1e-4 at k = 10 are as another program computed them."""
    found = min(n for n in range(1, 200) if tail(n, mean) < 1e-4)
    assert found == least
    assert least <= least_rare(mean, 1e-4) <= least + 1  # the mean is rounded up


def test_the_tail_adds_up_and_stays_a_probability() -> None:
    """It is 1 for no customer, falls with the count, and holds for large means."""
    assert tail(0, 3.0) == 1.0
    assert tail(1, 0.0) == 0.0
    tails = [tail(number, 4.0) for number in range(40)]
    assert tails == sorted(tails, reverse=True)
    assert tails[1] == pytest.approx(1 - (10 / 14) ** 10)
    assert math.isclose(tail(5_000, 5_000.0, 10.0), 0.46, abs_tol=0.02)


def test_what_is_usual_follows_level_time_and_weekday() -> None:
    """A topic's best and worst day are left out, and quiet nights stay quiet."""
    quiet, busy = [0] * SLOTS, [0] * SLOTS
    for slot in range(36, 72):
        quiet[slot], busy[slot] = 2, 4
    days = [Day(n % 7, {"a": busy if n % 7 == 0 else quiet}) for n in range(21)]
    days[10] = replace(days[10], counts={"a": [each * 20 for each in quiet]})
    found = baseline_of(days)
    assert found.days == 21
    assert 1.5 < found.expected("a", 2, NOON) < 2.6
    assert found.expected("a", 0, NOON) > 1.25 * found.expected("a", 2, NOON)
    assert found.expected("a", 2, 4) == 0.0
    assert found.expected("new", 2, NOON) == 0.0
    assert baseline_of([]).is_ready is False
    assert baseline_of([Day(0, {})] * 9 + days[:3]).days == 3


def test_a_spike_is_told_once_and_closes_by_itself() -> None:
    """Intervals above half of the threshold belong to it, and four quiet ones end it."""
    counts = [(1, 5)] * 4 + [(20, 5), (15, 5), (1, 5), (18, 5)] + [(1, 5)] * 6
    [spike] = spikes_in(flat(), day_of(*counts))
    assert (spike.topic, spike.began_at, spike.last_at) == ("a", 4 * MINUTES_15, 7 * MINUTES_15)
    assert (spike.customers, spike.peak) == (53, 20)
    assert spike.ended_at == (7 + QUIET_INTERVALS) * MINUTES_15
    assert spike.share == pytest.approx(20 / 25)
    [open_one] = spikes_in(flat(), day_of(*counts[:8]))
    assert open_one.ended_at is None


def test_a_surge_on_everything_is_no_spike() -> None:
    """Six times as many customers on every topic are a busy hour."""
    usual = flat(960.0, b=4_800.0)
    assert spikes_in(usual, day_of((10, 50), (60, 300), (60, 300))) == []
    assert len(spikes_in(usual, day_of((10, 50), (60, 50), (60, 50)))) == 1


def test_a_topic_under_another_name_inherits_what_is_usual() -> None:
    """The old name is silent from then on. A topic that is new beside it is a spike."""
    renamed = [
        Interval(n * MINUTES_15, 0, n, {"a" if n < 4 else "a2": 12, "b": 5}) for n in range(12)
    ]
    assert spikes_in(flat(1152.0), renamed) == []
    beside = [
        Interval(n * MINUTES_15, 0, n, {"a": 12, "b": 5} | ({"a2": 12} if n > 4 else {}))
        for n in range(12)
    ]
    assert [each.topic for each in spikes_in(flat(1152.0), beside)] == ["a2"]


def test_nothing_is_noticed_before_enough_days_are_known() -> None:
    """A first week has nothing to be compared with."""
    few = replace(flat(), days=LEAST_DAYS - 1)
    assert spikes_in(few, day_of((1, 5), (50, 5))) == []


def test_few_customers_are_never_a_spike() -> None:
    """Seven people on a topic that nobody asks about may be a coincidence."""
    assert spikes_in(flat(), day_of((0, 5), (7, 5), topic="new")) == []
    assert len(spikes_in(flat(), day_of((0, 5), (8, 5), topic="new"))) == 1


def test_the_targets_are_reached_on_a_generated_month() -> None:
    """Recall, precision, false alarms and delay are measured over two seeded months."""
    marks = together([measured(month(seed)) for seed in (100, 101)])
    assert marks.spikes > 150
    assert marks.recall >= 0.95
    assert marks.precision >= 0.95
    assert marks.false_alarms_a_week <= 1
    assert marks.within_one >= 0.8


def test_a_spike_says_how_many_times_as_many_came() -> None:
    """A topic that nobody asked about before has no number to divide by."""
    one = Spike("a", 0, 0, 30, 6.0, 30, 0.5)
    assert one.times == 5
    assert not one.is_over
    assert replace(one, expected=0.0).times == 1_500
