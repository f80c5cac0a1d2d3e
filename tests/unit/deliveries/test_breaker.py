"""F33, F55: a failing endpoint is left alone, probed a little, and not run down when it is back."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.application.deliveries.guards.breaker import (
    MOST_CALLS,
    PROBES,
    RETRIES_AT_ONCE,
    Breaker,
    RetryBucket,
    jitter,
)

START = 1_772_366_400_000


def failing(breaker: Breaker, calls: int, *, failures: int, now: int = START) -> None:
    for number in range(calls):
        breaker.record(now, failed=number < failures)


def test_f33_it_opens_at_seven_of_ten_failures() -> None:
    """F33: seven failures of ten calls open the breaker for thirty seconds, and fewer do not."""
    few, rare, bad = Breaker(), Breaker(), Breaker()
    failing(few, 9, failures=9)
    failing(rare, 10, failures=6)
    failing(bad, 10, failures=7)
    assert (few.wait_ms(START), rare.wait_ms(START), bad.wait_ms(START)) == (0, 0, 30_000)


def test_failures_are_forgotten_after_a_minute() -> None:
    """The window is sixty seconds."""
    breaker = Breaker()
    failing(breaker, 9, failures=9)
    breaker.record(START + 60_000, failed=True)
    assert breaker.is_closed


def test_f33_half_open_lets_three_probes_through_and_no_more() -> None:
    """F33: three probes are let through, and three successes close the breaker with an empty
    window.
    """
    breaker = Breaker()
    failing(breaker, 10, failures=10)
    now = START + 30_000
    assert [bool(breaker.wait_ms(now)) for _ in range(5)] == [False, False, False, True, True]
    for _ in range(3):
        breaker.record(now, failed=False)
    assert breaker.is_closed
    breaker.record(now, failed=True)
    assert breaker.is_closed


def test_f33_a_failed_probe_opens_it_again() -> None:
    """F33: a failed probe opens the breaker for another thirty seconds."""
    breaker = Breaker()
    failing(breaker, 10, failures=10)
    now = START + 30_000
    assert breaker.wait_ms(now) == 0
    breaker.record(now, failed=True)
    assert breaker.wait_ms(now) == 30_000


@pytest.mark.parametrize("failed", [True, False])
def test_calls_that_began_before_it_opened_neither_close_it_nor_prolong_it(failed: bool) -> None:
    """The late ends of earlier calls change nothing while the breaker is open."""
    breaker = Breaker()
    failing(breaker, 10, failures=10)
    for _ in range(PROBES):
        breaker.record(START + 1_000, failed=failed)
    assert breaker.wait_ms(START + 1_000) == 29_000


def test_a_probe_that_was_never_heard_of_makes_room() -> None:
    """A process that died in the middle of a probe does not close the door for ever."""
    breaker = Breaker()
    failing(breaker, 10, failures=10)
    now = START + 30_000
    for _ in range(3):
        breaker.wait_ms(now)
    assert breaker.wait_ms(now + 59_000)
    assert not breaker.wait_ms(now + 60_000)


def test_a_probe_that_was_not_sent_is_given_back() -> None:
    """A send that another guard put off leaves its place to the next."""
    breaker = Breaker()
    failing(breaker, 10, failures=10)
    now = START + 30_000
    for _ in range(10):
        assert breaker.wait_ms(now) == 0
        breaker.give_back()
    assert [bool(breaker.wait_ms(now)) for _ in range(4)] == [False, False, False, True]


def test_f53_a_clock_that_goes_back_keeps_it_open_no_longer() -> None:
    """F53: a clock set back by an hour still lets a probe through after thirty seconds."""
    breaker = Breaker()
    failing(breaker, 10, failures=10)
    now = START - 3_600_000
    assert breaker.wait_ms(now) == 30_000
    assert breaker.wait_ms(now + 30_000) == 0


def test_f33_a_flapping_endpoint_sees_few_calls() -> None:
    """F33: an endpoint that fails seventy of a hundred calls gets less than a tenth of its
    calls.
    """
    breaker, chance = Breaker(), random.Random(7)
    called = 0
    for tick in range(36_000):
        now = START + tick * 100
        if breaker.wait_ms(now) == 0:
            called += 1
            breaker.record(now, failed=chance.random() < 0.7)
    assert called < 36_000 * 0.1


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), max_size=200))
def test_it_never_stays_shut(steps: list[tuple[int, bool]]) -> None:
    """A call is let through after thirty seconds and a window at most, whatever happened."""
    breaker, now = Breaker(), START
    for wait, failed in steps:
        now += wait
        if breaker.wait_ms(now) == 0:
            breaker.record(now, failed=failed)
    assert breaker.wait_ms(now + 30_000) == 0 or breaker.wait_ms(now + 90_000) == 0


def test_f55_ten_thousand_retries_at_once_go_out_under_the_cap() -> None:
    """F55: ten thousand retries with full jitter and a bucket never exceed the cap in a second."""
    bucket = RetryBucket()
    due = [(START + jitter(f"d{n}", 30) * 1000, n) for n in range(10_000)]
    sent: dict[int, int] = {}
    while due:
        due.sort(reverse=True)
        again = []
        now = due[-1][0]
        while due and due[-1][0] == now:
            _, number = due.pop()
            if bucket.take(now):
                sent[now // 1000] = sent.get(now // 1000, 0) + 1
            else:
                again.append((now + (1 + jitter(f"d{number}/{now}", 30)) * 1000, number))
        due += again
        if len(sent) > 60:
            break
    assert max(sent.values()) <= 20
    assert sum(sent.values()) >= 20 * 55


def test_f53_a_clock_that_goes_back_takes_no_retry_away() -> None:
    """The retries of one moment stay as many when the clock goes back by an hour."""
    bucket = RetryBucket()
    assert bucket.take(START)
    taken = [bucket.take(START - 3_600_000) for _ in range(RETRIES_AT_ONCE)]
    assert taken == [True] * (RETRIES_AT_ONCE - 1) + [False]


@given(st.text(), st.integers(0, 100))
def test_jitter_is_full_and_bounded(name: str, at_most: int) -> None:
    """A jitter is between nothing and its whole bound."""
    assert 0 <= jitter(name, at_most) <= at_most


def test_of_a_busy_endpoint_the_last_calls_count() -> None:
    """Ten thousand successes a minute do not hide that hundreds of calls in a row fail now."""
    breaker = Breaker()
    for _ in range(10_000):
        breaker.record(0, failed=False)
    for _ in range(MOST_CALLS):
        breaker.record(1_000, failed=True)
    assert breaker.wait_ms(1_000) > 0
