"""A provider's hook takes in every event of a request, or refuses the request without effect."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.domain.ids import thread_id

from local.virtual.front import Answered
from local.virtual.shop import KEY
from tests.functions.stage import Stage

PATH = "/v1/hooks/line/line"
SECRET = "channel secret of the tests"  # no secret of anybody
CUSTOMER = "U00000000000000000000000000000001"
BODIES = Path("tests/events/channels")


def raw_of(name: str) -> bytes:
    return (BODIES / f"line-{name}.json").read_bytes()


def connected(stage: Stage, **fields: str) -> None:
    """Keep the fields of the LINE channel `line`."""
    kept = {"channel_secret": SECRET} | fields
    stage.backend.secrets().put("channels/line", write_fields("line", kept))


def sent(stage: Stage, body: bytes, *, secret: str = SECRET, path: str = PATH) -> Answered:
    digest = hmac.digest(secret.encode(), body, hashlib.sha256)
    proof = {"x-line-signature": base64.b64encode(digest).decode()}
    return stage.request("POST", path, body, proof)


def queued(stage: Stage) -> int:
    return stage.backend.queue("events").depth().visible


def said(stage: Stage, sender: str = CUSTOMER) -> list[str]:
    """Return the customer's texts on record, in order."""
    thread = thread_id(KEY, "line", sender)
    events = [each.event for each in stage.backend.store().records(thread, after_seq=0)]
    return [event.text for event in events if event.type == "customer_wrote"]


def test_a_text_is_acknowledged_and_kept(stage: Stage) -> None:
    """A signed request is answered 200, and its message is on the customer's thread."""
    connected(stage)
    assert sent(stage, raw_of("text")).status == 200
    stage.drain("events")
    assert said(stage) == ["Where is my parcel? 📦"]


def test_the_consoles_test_is_answered(stage: Stage) -> None:
    """The signed request without events, by which LINE tests a URL, is 200 without effect."""
    connected(stage)
    assert sent(stage, raw_of("verify")).status == 200
    assert queued(stage) == 0


def test_the_events_of_one_request_are_one_batch(stage: Stage) -> None:
    """Every message of a request is queued once, however often the request comes."""
    connected(stage)
    for _ in range(3):
        assert sent(stage, raw_of("batch")).status == 200
    assert queued(stage) == 6
    stage.drain("events")
    assert said(stage) == ["", "[sticker: thanks]"]


def test_i2_a_redelivery_after_the_queues_own_window_has_no_effect(stage: Stage) -> None:
    """A late redelivery under a new event id and token is the same message."""
    connected(stage)
    sent(stage, raw_of("text"))
    stage.drain("events")
    stage.clock.advance(3_600)
    again: dict[str, Any] = json.loads(raw_of("text"))
    changed = {"webhookEventId": "01KAGAIN", "replyToken": "rt-9"}
    again["events"][0] |= {**changed, "deliveryContext": {"isRedelivery": True}}
    assert sent(stage, json.dumps(again).encode()).status == 200
    stage.drain("events")
    assert said(stage) == ["Where is my parcel? 📦"]


@pytest.mark.parametrize("secret", ["another", ""])
def test_i11_a_foreign_signature_has_no_effect(stage: Stage, secret: str) -> None:
    """A request that another secret signed is 401, before its body is read."""
    connected(stage)
    assert sent(stage, b"{no JSON", secret=secret).status == 401
    assert stage.request("POST", PATH, raw_of("text")).status == 401
    assert queued(stage) == 0


def test_i12_a_signed_body_that_is_no_json_is_a_400(stage: Stage) -> None:
    """Who signed correctly is told what is wrong with the body."""
    connected(stage)
    assert sent(stage, b"{no JSON").status == 400
    assert sent(stage, b"[]").status == 400
    assert sent(stage, b'{"events": 5}').status == 200


def test_i10_a_credential_opens_only_its_own_channel_and_kind(stage: Stage) -> None:
    """One channel's secret opens no other channel, no other kind, and no signed channel."""
    connected(stage)
    body = raw_of("text")
    stage.backend.secrets().put("channels/other", write_fields("meta", {"channel_secret": SECRET}))
    assert sent(stage, body, path="/v1/hooks/line/other").status == 401
    assert sent(stage, body, path="/v1/hooks/line/shop").status == 401
    assert sent(stage, body, path="/v1/hooks/line/nobody").status == 401
    assert sent(stage, body, path="/v1/hooks/carrier/line").status == 404
    message = {"sender": "c1", "text": "hello"}
    assert stage.signed("/v1/channels/line/messages", message).status == 401
    assert queued(stage) == 0


def test_each_set_of_a_rotation_is_accepted(stage: Stage) -> None:
    """Both channel secrets are good until the rotation is finished."""
    sets = [write_fields("line", {"channel_secret": each}) for each in ("new", SECRET)]
    stage.backend.secrets().put("channels/line", " ".join(sets))
    assert sent(stage, raw_of("text"), secret="new").status == 200  # no secret
    assert sent(stage, raw_of("text")).status == 200


def test_fields_that_cant_be_read_are_our_fault(stage: Stage) -> None:
    """A damaged set is 503, so that the provider sends again."""
    for damaged in ("line:%%%", "line:WzFd"):
        stage.backend.secrets().put("channels/line", damaged)
        assert sent(stage, raw_of("text")).status == 503


def test_blocking_the_account_ends_the_conversation(stage: Stage) -> None:
    """Nothing is open any more once the customer has blocked the account."""
    connected(stage)
    stage.configure(channels=[{"id": "line", "kind": "web"}])
    sent(stage, raw_of("text"))
    stage.drain("events")
    left: dict[str, Any] = json.loads(raw_of("text"))
    left["events"][0] |= {"type": "unfollow", "webhookEventId": "01KLEFT"}
    sent(stage, json.dumps(left).encode())
    stage.drain("events")
    thread = stage.backend.store().thread(thread_id(KEY, "line", CUSTOMER))
    assert thread is not None
    assert thread.conversation is not None
    assert (thread.conversation.is_open, thread.conversation.ended_by) == (False, "customer")
