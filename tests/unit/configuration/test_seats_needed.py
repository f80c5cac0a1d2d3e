"""How many people conversations need, and in which steps a pool is asked for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.application.configuration import PoolSettings
from surgeline.application.pools.capacity import seats_needed


def growing(*, chats: int = 1, most: int = 100_000) -> PoolSettings:
    return PoolSettings("p", "on_demand", chats_per_seat=chats, maximum_seats=most)


@pytest.mark.parametrize(
    ("conversations", "chats", "most", "seats"),
    [(0, 1, 9, 0), (1, 3, 9, 1), (4, 3, 9, 2), (50, 1, 9, 9), (100, 1, 1_000, 104)],
)
def test_seats_for_conversations(conversations: int, chats: int, most: int, seats: int) -> None:
    """Rounded up to whole people, then to a step, then down to what the pool can bring."""
    assert seats_needed(growing(chats=chats, most=most), conversations) == seats


@given(st.integers(0, 90_000))
def test_a_step_is_enough_and_never_much_more(conversations: int) -> None:
    """Nobody is left without a seat, and an eighth too many is the most."""
    seats = seats_needed(growing(), conversations)
    assert conversations <= seats <= conversations * 9 / 8 + 1


def test_a_surge_takes_few_requests() -> None:
    """A pool gets some dozens of requests for tens of thousands of customers."""
    assert len({seats_needed(growing(), each) for each in range(50_000)}) < 120
