"""Pools that get it wrong, or want what is another's: a 4xx that tells them nothing of others."""

import re
from typing import Any

import pytest
from surgeline.adapters.signing.standard_webhooks import new_secret

from local.virtual.front import Answered
from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import accept, ask, offers, pool, resolve, wait

EVENTS = "/v1/pools/{}/events"
UNKNOWN = f"t{'a' * 26}-1"
NO_OFFER = f"o{'a' * 26}"
OWNED = {
    "message.sent": {"text": "x"},
    "typing": {},
    "note.added": {"text": "x"},
    "conversation.pending": {"until": "2026-03-01T14:00:00Z"},
    "conversation.resolved": {"outcome": "solved"},
    "conversation.returned": {},
    "conversation.transferred": {},
}


@pytest.fixture
def two(stage: Stage) -> Stage:
    """Return a stage where a conversation is offered to `vendor`, beside a pool `other`."""
    stage.configure(pools=[pool(), pool("other")])
    stage.backend.secrets().put("pools/other", stage.secret)
    stage.clock.advance(6)
    ask(stage, "c1")
    return stage


def say(stage: Stage, who: str, kind: str, data: dict[str, Any], **how: Any) -> Answered:
    body = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": data}
    return stage.signed(EVENTS.format(who), body, **how)


def same(*answers: Answered) -> tuple[int, str]:
    """Check that all answers are the same, and return that one."""
    assert len({(answer.status, answer.text) for answer in answers}) == 1
    return answers[0].status, answers[0].text


@pytest.mark.parametrize("kind", OWNED)
def test_b62_b63_a_foreign_conversation_looks_like_an_unknown_one(two: Stage, kind: str) -> None:
    """B62 B63: an event that another pool signed is 404, and nothing happens."""
    conversation = two.thread().conversation
    foreign = {"conversation_id": conversation.id, "epoch": conversation.epoch + 1} | OWNED[kind]
    unknown = foreign | {"conversation_id": UNKNOWN}
    status, _ = same(say(two, "other", kind, foreign), say(two, "other", kind, unknown))
    assert status == 404
    accept(two)
    before = two.thread()
    assert same(say(two, "other", kind, foreign), say(two, "other", kind, unknown))[0] == 404
    two.drain("events")
    assert two.thread() == before


@pytest.mark.parametrize("kind", ["handoff.accepted", "handoff.declined"])
def test_b63_b68_another_pools_offer_looks_like_an_unknown_one(two: Stage, kind: str) -> None:
    """B63 B68: another pool's offer is 404 in the words of an unknown one, and it stays open."""
    [offer] = offers(two)
    about = {"conversation_id": two.thread().conversation.id, "offer_id": offer.offer_id}
    nothing = {"conversation_id": UNKNOWN, "offer_id": NO_OFFER}
    assert same(say(two, "other", kind, about), say(two, "other", kind, nothing))[0] == 404
    accept(two)


def test_b62_b63_unknown_pools_and_wrong_secrets_look_the_same(two: Stage) -> None:
    """B62 B63: an unknown pool, another pool's secret and an invented one get the same 401."""
    two.backend.secrets().put("pools/third", new_secret(b"t" * 32))
    data = {"conversation_id": two.thread().conversation.id, "epoch": 2, "text": "x"}
    kind = "message.sent"
    status, text = same(
        say(two, "nobody", kind, data),
        say(two, "third", kind, data),
        say(two, "vendor", kind, data, secret=new_secret(b"w" * 32)),
        say(two, "no%20pool", kind, data),
    )
    assert status == 401
    assert "pool" not in text


def test_b64_ids_can_not_be_guessed(two: Stage) -> None:
    """B64: the ids of threads, messages and offers hold 130 bits, and no pool can list them."""
    [offer] = offers(two)
    sent = two.write("hello").json
    for value in (sent["thread_id"], sent["message_id"], offer.offer_id):
        assert re.fullmatch("[a-z][a-z2-7]{26}", value)
    assert sent["thread_id"] != two.write("hello", sender="c2").json["thread_id"]
    for path in (EVENTS.format("vendor"), "/v1/pools/vendor", "/v1/pools"):
        assert two.request("GET", path).status == 404


@pytest.mark.parametrize("how", ["expired", "withdrawn", "declined"])
def test_b68_an_offer_that_is_over_can_not_be_accepted(two: Stage, how: str) -> None:
    """B68: an acceptance of an ended offer is 409 with the state, and the owner keeps it."""
    [offer] = offers(two)
    about = {"conversation_id": two.thread().conversation.id, "offer_id": offer.offer_id}
    if how == "expired":
        wait(two, 31)
    elif how == "withdrawn":
        two.backend.offers().close(offer.offer_id, "withdrawn")
    else:
        say(two, "vendor", "handoff.declined", about)
        two.drain("events")
    answer = say(two, "vendor", "handoff.accepted", about)
    assert answer.status == 409
    assert answer.json["error"]["state"] == {"expired": "timed_out"}.get(how, how)


def test_b69_everything_after_the_end_is_a_conflict(two: Stage) -> None:
    """B69: every event about a closed conversation is 409 each time and has no effect."""
    owned = accept(two)
    resolve(two, owned)
    before = two.said()
    for kind, more in OWNED.items():
        for _ in range(2):
            answer = say(two, "vendor", kind, owned | more)
            assert (answer.status, answer.json["error"]["state"]) == (409, "closed")
    two.drain("events")
    assert two.said() == before


def test_b70_another_event_under_the_same_id_has_no_effect(two: Stage) -> None:
    """B70: the first of two events under an id is kept, and the second is 409 once it is on
    record.
    """
    owned = accept(two)
    first, second = owned | {"text": "first"}, owned | {"text": "second"}
    assert say(two, "vendor", "message.sent", first, webhook_id="evt_1").status == 202
    two.drain("events")
    say(two, "vendor", "message.sent", second, webhook_id="evt_1")
    two.drain("events")
    assert [text for who, text in two.said() if who == "person"] == ["first"]
    resolve(two, owned)
    assert say(two, "vendor", "message.sent", first, webhook_id="evt_1").status == 202
    assert say(two, "vendor", "message.sent", second, webhook_id="evt_1").status == 409


@pytest.mark.parametrize(
    "webhook_id", ["", "x" * 256, "evt.1", "evt 1", "evt_\U0001f642", "evt\n1"]
)
def test_b71_an_odd_webhook_id_is_refused(two: Stage, webhook_id: str) -> None:
    """B71: an odd webhook id is a 400, and nothing is kept."""
    import base64
    import hashlib
    import hmac
    import json

    owned = accept(two)
    body = json.dumps({"type": "message.sent", "data": owned | {"text": "x"}}).encode()
    at = str(two.clock.now() // 1000)
    key = base64.b64decode(two.secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"{webhook_id}.{at}.".encode() + body, hashlib.sha256)
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
    answer = two.request("POST", EVENTS.format("vendor"), body, headers)
    assert answer.status == (400 if webhook_id else 401)  # without an id nothing can be verified
    assert two.step("events") is None


@pytest.mark.parametrize("kind", ["message.created", 7])
def test_an_unknown_type_is_told_the_types_that_there_are(two: Stage, kind: Any) -> None:
    """A pool's event of an unknown type is a 400 that lists the types a pool may post."""
    answer = two.signed(EVENTS.format("vendor"), {"type": kind, "data": {}})
    assert answer.status == 400
    assert answer.json["error"]["field"] == "type"
    assert answer.json["error"]["message"].startswith("type must be one of handoff.accepted, ")


@pytest.mark.parametrize("seq", [1_000_001, -(10**9), 0.5, None])
@pytest.mark.parametrize("kind", ["message.sent", "conversation.resolved"])
def test_b72_a_number_is_whole_and_near(two: Stage, kind: str, seq: Any) -> None:
    """B72: a number that jumps, is negative or is a fraction is 400 with its field, and null is
    none.
    """
    answer = say(two, "vendor", kind, accept(two) | OWNED[kind] | {"seq": seq})
    assert answer.status == (202 if seq is None else 400)
    if seq is not None:
        assert answer.json["error"]["field"] == "data.seq"


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59", None, -1])
def test_b73_a_pools_own_clock_orders_nothing(two: Stage, at: Any) -> None:
    """B73: the message that was acknowledged first is shown first, whatever time it claims."""
    owned = accept(two)
    for when, text in ((at, "first"), ("2026-03-01T12:00:00Z", "second")):
        body = {"type": "message.sent", "timestamp": when, "data": owned | {"text": text}}
        assert two.signed(EVENTS.format("vendor"), body).status == 202
    two.drain("events")
    assert [text for who, text in two.said() if who == "person"] == ["first", "second"]


@pytest.mark.enable_socket
def test_b61_nothing_that_a_caller_names_is_fetched(two: Stage) -> None:
    """B61: no request goes out for a link in a text, a link in a field, or an attachment."""
    from tests.functions.conftest import Endpoint

    inside = Endpoint()
    try:
        link = f"{inside.url}latest/meta-data"
        more = {"media_url": link, "image": link, "attachments": 1, "customer": {"photo": link}}
        two.write(f"look at {link}", **more)
        say(two, "vendor", "message.sent", accept(two) | {"text": link, "media_url": link})
        two.drain()
        assert inside.got == []
    finally:
        inside.close()


def test_a_pools_text_reaches_the_customer_without_control_characters(two: Stage) -> None:
    """Characters that no screen can show are taken out, and a text or note of nothing else is
    refused.
    """
    owned = accept(two)
    assert (
        say(two, "vendor", "message.sent", owned | {"text": "Hel\x00lo\x1b\r\nMina"}).status == 202
    )
    two.drain("events")
    assert two.said()[-1] == ("person", "Hello\nMina")
    for kind in ("message.sent", "note.added"):
        refused = say(two, "vendor", kind, owned | {"text": "\x00 \u200b"})
        assert refused.status == 400
        assert "text" in refused.json["error"]["message"]
