"""The cap on one sender holds over any sequence of messages and is bounded in memory."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from surgeline.errors import TooMany
from surgeline.runtime import rate_cap
from surgeline.runtime.sender_cap import BURST, PER_SECOND, SenderCap


@given(st.lists(st.integers(-50, 2000), max_size=200))
def test_no_sequence_gets_more_than_burst_and_rate(gaps: list[int]) -> None:
    """At most the burst and the rate pass, whatever the gaps, even if the clock steps back."""
    cap, now, passed, forward = SenderCap(), 0, 0, 0
    for gap in gaps:
        now += gap
        forward += max(0, gap)
        with contextlib.suppress(TooMany):
            cap.take("t", now)
            passed += 1
    assert passed <= BURST + forward / 1000 * PER_SECOND + 1e-6


def test_a_clock_that_goes_back_refuses_nobody() -> None:
    """A sender keeps the rest of the burst when the clock goes back by an hour."""
    cap = SenderCap()
    cap.take("t", 3_600_000)
    for _ in range(BURST - 1):
        cap.take("t", 0)


def test_memory_is_bounded() -> None:
    """However many senders there are, only so many are remembered."""
    cap = SenderCap()
    for number in range(rate_cap.REMEMBERED + 500):
        cap.take(f"t{number}", 0)
    assert len(cap) == rate_cap.REMEMBERED
