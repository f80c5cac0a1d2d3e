"""The search for the highest rate that holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.search import highest, holds


def report(rate: float, *, fine: bool = True) -> dict[str, Any]:
    wrong = {"lost": 0, "duplicated": 0, "out_of_order": 0, "refused": 0}
    return wrong | {"rate": rate, "first_reply_ms": {"p95": 20.0 if fine else 1_500.0}}


@given(st.floats(1, 5_000))
def test_it_finds_the_limit_within_its_precision(limit: float) -> None:
    """The rate found holds, and a little more does not, whatever the limit is."""
    found = highest(
        lambda rate: report(rate, fine=rate <= limit), start=100, most=3_000, precision=0.1
    )
    assert found.rate <= limit
    assert found.rate >= min(limit, 3_000) * 0.85 or (found.rate == 0 and limit < 20)
    assert len(found.trials) < 20


@pytest.mark.parametrize("name", ["lost", "duplicated", "out_of_order", "refused"])
def test_one_message_gone_wrong_is_a_rate_that_does_not_hold(name: str) -> None:
    """A rate does not hold if one message is lost, doubled, out of order or refused."""
    assert holds(report(1))
    assert not holds(report(1) | {name: 1})


def test_no_reply_at_all_does_not_hold() -> None:
    """A rate without any reply does not hold, because there is no 95th percentile."""
    assert not holds(report(1) | {"first_reply_ms": {"p95": None}})
