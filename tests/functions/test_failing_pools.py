"""Endpoints of pools that fail: what they cost, who is asked instead, how they come back."""

import pytest

from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers, owner

pytestmark = pytest.mark.enable_socket


def test_f31_a_pool_that_is_gone_is_disabled_and_passed_over_at_once(
    two: Stage, endpoint: Endpoint
) -> None:
    """F31: a 410 disables the endpoint, the next pool has the offer, and later customers skip
    it.
    """
    endpoint.answer = lambda body: (410 if body["type"] == "handoff.offered" else 200, {})
    ask(two, "c1")
    two.drain("deliveries")
    endpoint.answer = lambda _: (200, {})
    two.drain("events", "deliveries")
    assert [each.pool_id for each in offers(two)] == ["second"]
    loads = two.backend.pool_board().loads({"vendor": "2026-03-01"})
    assert loads["vendor"].disabled == "its endpoint is gone (status 410)"
    ask(two, "c2")
    assert [each.pool_id for each in offers(two, "c2")] == ["second"]
    put = two.admin("PUT", "/v1/admin/pools/vendor", {"url": endpoint.url + "mended"})
    assert put.status == 200
    two.clock.advance(6)
    ask(two, "c3")
    assert [each.pool_id for each in offers(two, "c3")] == ["vendor"]


def test_f27_f33_a_pool_that_always_fails_is_left_alone(two: Stage, endpoint: Endpoint) -> None:
    """F27 F33: after ten failures offers go to the next pool without a call, for half a minute."""
    bad: list[str] = []

    def answer(body: dict[str, object]) -> tuple[int, dict[str, object]]:
        data = body["data"]
        assert isinstance(data, dict)
        known = two.backend.offers().read(str(data.get("offer_id")))
        if known and known.pool_id == "vendor":
            bad.append(str(body["type"]))
            return 500, {}
        return 200, {"accepted": True} if body["type"] == "handoff.offered" else {}

    endpoint.answer = answer
    for number in range(30):
        ask(two, f"c{number}")
    two.work(20)
    assert {owner(two, f"c{n}") for n in range(30)} == {"pool:second"}
    calls = len(bad)
    for number in range(30, 40):
        ask(two, f"c{number}")
    two.drain("events", "deliveries")
    assert len(bad) == calls, "an endpoint that rests was called"
    two.drain("events", "deliveries")
    assert {owner(two, f"c{n}") for n in range(30, 40)} == {"pool:second"}


def test_messages_wait_for_a_resting_endpoint_and_arrive_in_order(
    wired: Stage, endpoint: Endpoint
) -> None:
    """I1 I3: while the pool's endpoint rests nothing is lost, and nobody is taken back for it."""
    ask(wired, "c1")
    accept(wired)
    wired.drain("deliveries")
    for number in range(12):
        ask(wired, f"other{number}")
    endpoint.answer = lambda body: (503 if "message" not in body["data"] else 200, {})
    wired.drain("deliveries")
    endpoint.answer = lambda _: (200, {})
    ask(wired, "c1", "one")
    ask(wired, "c1", "two")
    wired.work(100)
    told = [body["data"] for _, body in endpoint.got if body["type"] == "conversation.message"]
    assert [each["message"]["text"] for each in told] == ["one", "two"]
    assert owner(wired) == "pool:vendor"
