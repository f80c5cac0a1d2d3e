"""The caps on new visitors: from one address, from one network of IPv6, through a proxy, in all."""

import pytest
from surgeline.errors import TooMany
from surgeline.runtime import visitor_cap
from surgeline.runtime.visitor_cap import VisitorCap

BURST = visitor_cap.ADDRESS_BURST


def taken(cap: VisitorCap, *callers: tuple[str, str], now: int = 0) -> int:
    """Return how many of these callers pass, each with its address and what it says it forwards."""
    passed = 0
    for peer, forwarded_for in callers:
        try:
            cap.take(peer, forwarded_for, now)
        except TooMany:
            continue
        passed += 1
    return passed


@pytest.mark.parametrize(
    "callers",
    [
        [("198.18.0.1", "")] * 100,
        [("8.8.8.8", f"9.9.9.{number}") for number in range(100)],
        [("127.0.0.1", f"9.9.9.{number}, 8.8.8.8") for number in range(100)],
        [("10.0.0.2", "8.8.8.8")] * 100,
        [(f"2a00:1450:4001:81b::{number:x}", "") for number in range(100)],
    ],
)
def test_one_address_gets_a_burst(callers: list[tuple[str, str]]) -> None:
    """One caller gets sixty visitors at once, whatever it says of itself."""
    assert taken(VisitorCap(), *callers) == BURST


def test_old_addresses_in_the_form_of_new_ones_are_told_apart() -> None:
    """Each IPv4 address has its own burst, even if it is written as an IPv6 address."""
    callers = [(f"::ffff:8.8.{number}.8", "") for number in range(100)]
    assert taken(VisitorCap(), *callers) == len(callers)


def test_it_fills_up_again_and_others_go_on() -> None:
    """Two a second come back; another address has a bucket of its own."""
    cap = VisitorCap()
    loud = [("8.8.8.8", "")] * 100
    assert taken(cap, *loud) == BURST
    assert taken(cap, ("8.8.4.4", "")) == 1
    assert taken(cap, *loud, now=5_000) == 10


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "", "unknown"])
def test_this_machines_own_tools_are_bounded_by_the_cap_on_all(peer: str) -> None:
    """A thousand visitors at once is the most, whoever asks."""
    assert taken(VisitorCap(), *[(peer, "")] * 1_100) == visitor_cap.ALL_BURST


def test_a_caller_without_a_visitor_hears_when_to_ask_again() -> None:
    """The refusal carries the seconds to wait."""
    cap = VisitorCap()
    taken(cap, *[("8.8.8.8", "")] * BURST)
    with pytest.raises(TooMany, match="from one address") as refused:
        cap.take("8.8.8.8", "", 0)
    assert refused.value.retry_after_seconds == 1
