"""The arithmetic of waits, held against closed forms and against a simulated waitlist."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.estimates.estimate import (
    MOST_AHEAD,
    Z80,
    Desk,
    Interval,
    Position,
    estimated,
    quantile,
    rounded,
    spread,
)
from surgeline.domain.estimates.pace import Pace, WaitEnded

KNOWN = Pace(ended=40, handled=60, handle_seconds=300.0)


def test_the_mean_is_that_of_queue_length_with_abandonment() -> None:
    """The sum of 1 / (s mu + j theta) over those ahead and the customer himself."""
    mean, variance = spread(Position(3, 4, 300.0, 0.001)) or (0.0, 0.0)
    rates = [4 / 300 + j * 0.001 for j in range(4)]
    assert mean == pytest.approx(sum(1 / rate for rate in rates))
    assert variance == pytest.approx(sum(1 / rate**2 for rate in rates))


@pytest.mark.parametrize(("z", "share"), [(Z80, 0.8), (-Z80, 0.2)])
@pytest.mark.parametrize("shape", [1, 2, 5, 40])
def test_the_quantile_is_that_of_a_gamma_distribution(z: float, share: float, shape: int) -> None:
    """The distribution's own sum at the quantile is the share, within a hundredth."""
    at = quantile(float(shape), float(shape), z)
    tail = sum(math.exp(-at) * at**k / math.factorial(k) for k in range(shape))
    assert 1 - tail == pytest.approx(share, abs=0.01)


def test_seats_that_are_confirmed_to_come_count_from_then() -> None:
    """Ten more seats in a minute shorten the wait, and with nobody there the wait begins then."""
    alone, _ = spread(Position(20, 2, 300.0)) or (0.0, 0.0)
    helped, _ = spread(Position(20, 2, 300.0, coming=((60.0, 10),))) or (0.0, 0.0)
    assert 60 < helped < alone / 3
    nobody, _ = spread(Position(0, 0, 300.0, coming=((600.0, 2),))) or (0.0, 0.0)
    assert nobody == pytest.approx(750.0)
    assert spread(Position(0, 0, 300.0)) is None


@given(
    st.integers(0, 60),
    st.integers(1, 50),
    st.floats(1, 5_000),
    st.floats(0, 0.01),
    st.lists(st.tuples(st.floats(0, 5_000), st.integers(-3, 20)), max_size=3),
)
def test_an_estimate_is_a_number_whatever_is_known(
    ahead: int, at_once: int, takes: float, gives_up: float, coming: list[tuple[float, int]]
) -> None:
    """Seats that come and go give a wait that ends, or none at all."""
    found = spread(Position(ahead, at_once, takes, gives_up, tuple(coming)))
    assert found is None or (math.isfinite(found[0]) and found[0] > 0 <= found[1])


@given(st.floats(0, 100_000), st.floats(0, 100_000))
def test_an_interval_is_rounded_outwards(one: float, other: float) -> None:
    """The lower end is never above the true one, the upper never below, and they differ."""
    low, high = sorted((one, other))
    found = rounded(low, high)
    assert found.low <= low
    assert found.high >= high
    assert 0 <= found.low < found.high
    assert found.high % 60 == 0 == found.low % 60


def test_two_pools_work_off_one_line_together() -> None:
    """The wait for either is shorter than for one, and one that is sooner alone counts alone."""
    north, south = Desk(10, 0, 2, KNOWN), Desk(10, 0, 2, KNOWN)
    both, one = estimated([north, south]), estimated([north])
    assert both is not None
    assert one is not None
    assert both.high < one.high
    empty = estimated([Desk(0, 0, 2, KNOWN), Desk(200, 0, 2, KNOWN)])
    assert empty == estimated([Desk(0, 0, 2, KNOWN)])


def test_behind_the_last_counted_place_nothing_is_known() -> None:
    """An estimate for a place that was not counted would be too short."""
    assert estimated([Desk(MOST_AHEAD, 0, 10, KNOWN)]) is None
    assert estimated([Desk(MOST_AHEAD - 1, 0, 10, KNOWN)]) is not None


def test_the_factor_holds_the_bound_to_its_promise() -> None:
    """Of misses and hits in the promised proportion nothing is learned, and of others it is.

    The first bounds that are told teach much more than later ones do.
    """
    balanced = Pace(ended=200)
    for number in range(50):
        wait = WaitEnded(waited_seconds=60, came=True, kept=number % 5 != 0, missed=number % 5 == 0)
        balanced = balanced.after(wait, str(number))
    assert balanced.log_factor == pytest.approx(0.0, abs=1e-9)
    missed = Pace().after(WaitEnded(waited_seconds=60, came=True, missed=1), "a")
    later = Pace(ended=200).after(WaitEnded(waited_seconds=60, came=True, missed=1), "a")
    assert missed.log_factor > 5 * later.log_factor > 0
    assert missed.after(WaitEnded(waited_seconds=60, came=True, missed=1), "a") == missed


def test_the_handle_time_follows_the_last_conversations() -> None:
    """The first ones weigh fully, and later the last hundred and fifty or so count."""
    pace = Pace().counted(10, 1_000)
    assert pace.handle_seconds == pytest.approx(100.0)
    later = pace.counted(410, 1_000 + 400 * 300)
    assert later.handle_seconds == pytest.approx(300.0)
    assert later.counted(410, 121_000) is later


def test_an_interval_stays_what_it_was_for_a_desk_with_free_seats() -> None:
    """Seats that are promised to those ahead are gone at once."""
    assert estimated([Desk(3, 3, 4, KNOWN)]) == estimated([Desk(0, 0, 4, KNOWN)])
    assert isinstance(estimated([Desk(0, 0, 4, KNOWN)]), Interval)
