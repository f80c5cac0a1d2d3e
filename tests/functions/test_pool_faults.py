"""Faults of pools by their names, each through the real handlers and a real HTTP endpoint."""

from collections import Counter
from typing import Any

import pytest
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.errors import Unavailable

from local.virtual.home import NOON
from tests.functions.conftest import Endpoint
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers, owner, resolve

pytestmark = pytest.mark.enable_socket

POOL, CHANNEL = "/v1/pools/vendor/events", "/v1/channels/shop/messages"


def offered_to_the_first(stage: Stage, body: dict[str, Any]) -> bool:
    known = stage.backend.offers().read(str(body["data"].get("offer_id")))
    return bool(known and known.pool_id == "vendor")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_f30_a_redirect_is_a_failure_and_the_next_pool_is_asked(
    two: Stage, endpoint: Endpoint, status: int
) -> None:
    """F30: a pool's redirect is not followed, and the offer ends by its deadline."""
    endpoint.answer = lambda body: (status if offered_to_the_first(two, body) else 200, {})
    ask(two, "c1")
    two.work(31)
    assert [each.pool_id for each in offers(two)] == ["second"]
    outcomes = {each.outcome for sent in two.logged("pool:vendor") for each in sent.attempts}
    assert f"status {status}" in outcomes


def test_f29_a_huge_answer_is_cut_and_counts_as_it_began(two: Stage, endpoint: Endpoint) -> None:
    """F29: a 200 with more than 64 KiB is not believed, and the offer goes on to the next pool."""
    large = {"accepted": True, "rubbish": "x" * 200_000}
    endpoint.answer = lambda body: (200, large if offered_to_the_first(two, body) else {})
    ask(two, "c1")
    two.work(31)
    assert owner(two) == "waiting"
    assert [each.pool_id for each in offers(two)] == ["second"]


def test_f32_a_throttled_offer_goes_elsewhere_at_once(two: Stage, endpoint: Endpoint) -> None:
    """F32: the next pool gets an offer at once if Retry-After goes beyond its deadline."""
    endpoint.answer = lambda body: (429 if offered_to_the_first(two, body) else 200, {})
    endpoint.headers = {"retry-after": "3600"}
    ask(two, "c1")
    two.drain("deliveries", "events")
    assert [each.pool_id for each in offers(two)] == ["second"]


def test_f32_a_throttled_message_waits_a_bounded_time(wired: Stage, endpoint: Endpoint) -> None:
    """F32: a message is tried again after 900 to 1350 seconds, whatever Retry-After says."""
    ask(wired, "c1")
    accept(wired)
    wired.drain()
    endpoint.answer = lambda body: (429 if "message" in body["data"] else 200, {})
    endpoint.headers = {"retry-after": "86400"}
    ask(wired, "c1", "are you there?")
    wired.drain("deliveries")
    assert owner(wired) == "pool:vendor"
    tries = endpoint.types().count("conversation.message")
    endpoint.answer = lambda _: (200, {})
    wired.clock.advance(899)
    wired.drain("deliveries")
    assert endpoint.types().count("conversation.message") == tries
    wired.clock.advance(452)
    wired.drain("deliveries")
    assert endpoint.types().count("conversation.message") == tries + 1


def test_f34_a_repeat_of_an_acceptance_in_the_answer_changes_nothing(
    wired: Stage, endpoint: Endpoint
) -> None:
    """F34: a pool that accepts in a lost answer and in the retry's is one owner under one id."""
    seen = Counter[str]()

    def answer(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if body["type"] != "handoff.offered":
            return 200, {}
        seen[body["data"]["offer_id"]] += 1
        return (500 if seen[body["data"]["offer_id"]] == 1 else 200), {"accepted": True}

    endpoint.answer = answer
    ask(wired, "c1")
    wired.work(5)
    assert (owner(wired), list(seen.values())) == ("pool:vendor", [2])
    sent = [headers["webhook-id"] for headers, body in endpoint.got if "offer" in body["type"]]
    assert len(set(sent)) == 1
    assert [speaker for speaker, _ in wired.said()].count("system") == 2  # handing over, joined


def test_f46_a_pools_secret_rotates_without_refusing_anything(wired: Stage) -> None:
    """F46: a pool's events are taken under either secret, and after the rotation only under the
    new one.
    """
    ask(wired, "c1")
    owned = accept(wired)
    new = new_secret(b"n" * 32)
    body = {"type": "note.added", "data": owned | {"text": "x"}}
    wired.backend.secrets().put("pools/vendor", f"{new} {wired.secret}")
    for secret in (wired.secret, new):
        assert wired.signed(POOL, body, secret=secret).status == 202
    wired.backend.secrets().put("pools/vendor", new)
    assert wired.signed(POOL, body).status == 401
    assert wired.signed(POOL, body, secret=new).status == 202


@pytest.mark.parametrize("skew", [-360, 360])
def test_f47_a_clock_six_minutes_off_leaves_no_trace(
    stage: Stage, skew: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """F47: a clock that is off on either side is 401 at both entrances, and our log says
    `timestamp`.
    """
    late = NOON // 1000 + skew
    message = {"sender": "c1", "text": "hi"}
    note = {"type": "note.added", "data": {"conversation_id": f"t{'a' * 26}-1", "epoch": 1}}
    assert stage.signed(CHANNEL, message, at=late).status == 401
    assert stage.signed(POOL, note, at=late).status == 401
    assert stage.backend.queue("events").receive(10) == []
    assert capsys.readouterr().out.count("timestamp") >= 2


def test_f48_without_secrets_nothing_is_believed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F48: every entrance is 503 with Retry-After while the store of secrets is away."""

    def away(name: str) -> str:
        raise Unavailable("the store of secrets is away", retry_after_seconds=5)

    monkeypatch.setattr(type(stage.backend.secrets()), "get", lambda _, name: away(name))
    answers = [
        stage.signed(CHANNEL, {"sender": "c1", "text": "hi"}),
        stage.signed(POOL, {"type": "typing", "data": {}}),
        stage.request("POST", "/v1/web/web/visitors"),
    ]
    assert [(each.status, each.headers.get("retry-after")) for each in answers] == [
        (503, "5")
    ] * len(answers)
    assert stage.backend.queue("events").receive(10) == []


def test_f55_after_an_outage_retries_come_spread_and_under_the_cap(
    wired: Stage, endpoint: Endpoint
) -> None:
    """F55: of 30 retries due in one second 20 are sent, the others are spread, and none is lost."""
    # Every other one fails: too few for the breaker, so that the cap alone stands before them.
    endpoint.answer = lambda body: (503 if int(body["data"]["sender"][1:]) % 2 else 200, {})
    for number in range(60):
        wired.write("When are you open?", sender=f"c{number}")
    wired.drain("events", "deliveries")
    endpoint.answer = lambda _: (200, {})
    endpoint.got.clear()
    a_second: list[int] = []
    while sum(a_second) < 30 and len(a_second) < 120:
        before = len(endpoint.got)
        wired.clock.advance(1)
        wired.drain("deliveries")
        a_second.append(len(endpoint.got) - before)
    assert (sum(a_second), a_second[0]) == (30, 20)
    assert max(a_second) <= 20
    assert sum(1 for each in a_second if each) >= 5, "they came in one wave"


def test_a_returning_customer_gets_a_person_again_and_never_the_bot(
    wired: Stage, endpoint: Endpoint
) -> None:
    """A returning customer gets the same conversation and the same pool, whatever the bot could
    answer.
    """
    ask(wired, "c1")
    resolve(wired, accept(wired))
    before = wired.thread().conversation
    wired.write("When are you open?")
    wired.drain("events")
    now = wired.thread().conversation
    assert (now.id, now.handoff.reason, now.handoff.priority) == (before.id, "customer_returned", 2)
    assert [each.pool_id for each in offers(wired)] == ["vendor"]
    wired.clock.advance(31)
    wired.drain()
    assert owner(wired) == "bot"  # nobody took it
    wired.write("When are you open?")
    wired.drain("events")
    assert owner(wired) == "waiting"
    assert "bot" not in [speaker for speaker, _ in wired.said()]
