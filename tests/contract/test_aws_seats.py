"""Seats and counters in DynamoDB stay right when another worker comes in between two calls."""

from collections.abc import Iterator

import pytest
from surgeline.adapters.aws.table import WAITCOUNT, item, numbers
from surgeline.application.ports.board import SeatClaim

from tests.contract.aws_calls import interrupted
from tests.contract.aws_home import AwsHome, moto_home

DAY = "2026-03-01"
NOON = 1_772_366_400_000
CLAIM = SeatClaim("o1", "vendor", DAY, NOON, 2, None)


@pytest.fixture
def home(tmp_path: object) -> Iterator[AwsHome]:
    """Yield an empty home on moto."""
    with moto_home(tmp_path) as opened:  # type: ignore[arg-type] # not used
        yield opened


def release(home: AwsHome) -> bool:
    return home.pool_board.release("o1", "vendor", used=False, at=NOON)


def taken(home: AwsHome) -> int:
    return home.pool_board.loads({"vendor": DAY})["vendor"].taken


def test_a_seat_that_is_taken_during_its_release_is_given_back(home: AwsHome) -> None:
    """A release that found no seat finds one taken meanwhile, and frees it."""
    with interrupted(home.clients.dynamodb(), 2, "before", lambda: home.pool_board.claim(CLAIM)):
        assert release(home)
    assert taken(home) == 0
    assert not home.pool_board.claim(CLAIM)


def test_of_two_who_release_a_seat_at_once_one_does(home: AwsHome) -> None:
    """A seat that another worker gave back meanwhile is not counted twice."""
    assert home.pool_board.claim(CLAIM)
    with interrupted(home.clients.dynamodb(), 2, "before", lambda: release(home)):
        assert not release(home)
    assert taken(home) == 0


def test_a_counter_that_expired_too_early_counts_nobody(home: AwsHome) -> None:
    """Places that outlived their counter never make the number of the waiting negative."""
    home.table.put(item(f"{WAITCOUNT}vendor", "0", numbers(waiting=-2), expires=0))
    assert home.waitlist.waiting("vendor") == 0
