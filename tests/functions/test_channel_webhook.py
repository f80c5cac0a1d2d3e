"""The channel webhook takes messages in or refuses them without any effect."""

import base64
import json

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secret, new_secret, sign

from tests.functions.stage import Stage

PATH = "/v1/channels/shop/messages"
GOOD = {"sender": "c1", "text": "When are you open?"}


def queued(stage: Stage) -> int:
    return stage.backend.queue("events").depth().visible


def test_a_signed_message_is_acknowledged_with_its_ids(stage: Stage) -> None:
    """A correctly signed message is queued for its thread and answered 202 with both ids."""
    answer = stage.signed(PATH, GOOD)
    assert answer.status == 202
    assert answer.json["thread_id"].startswith("t")
    assert answer.json["message_id"].startswith("m")
    assert queued(stage) == 1


def test_many_that_are_taken_in_have_one_line_a_second(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages taken in within a second share one line of log with their count, and each
    message still has its own line in the worker.
    """
    for number in range(3):
        stage.signed(PATH, GOOD, webhook_id=f"msg_{number}")
    stage.clock.advance(1)
    last = stage.signed(PATH, GOOD, webhook_id="msg_3")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    accepted = [line for line in lines if line["message"] == "accepted"]
    assert [line["count"] for line in accepted] == [1, 3]
    assert accepted[-1]["message_id"] == last.json["message_id"]
    stage.drain("events")
    assert last.json["message_id"] in capsys.readouterr().out


def test_b05_an_exact_replay_answers_the_same_ids_and_has_no_second_effect(stage: Stage) -> None:
    """The same signed request again, also after the queue's own window, changes nothing."""
    first = stage.signed(PATH, GOOD, webhook_id="msg_1")
    stage.drain("events")
    stage.clock.advance(290)
    second = stage.signed(PATH, GOOD, webhook_id="msg_1", at=stage.clock.now() // 1000 - 290)
    stage.clock.advance(20)
    third = stage.signed(PATH, GOOD, webhook_id="msg_1")
    stage.drain("events")
    assert (first.status, second.status, third.status) == (202, 202, 202)
    assert first.json == second.json == third.json
    assert [who for who, _ in stage.said()] == ["customer", "bot"]


def test_b70_another_body_under_the_same_id_has_no_effect(stage: Stage) -> None:
    """The first body of an event id is kept; a second one is answered the same and ignored."""
    first = stage.signed(PATH, GOOD, webhook_id="msg_1")
    second = stage.signed(PATH, GOOD | {"text": "How long can I return?"}, webhook_id="msg_1")
    stage.drain("events")
    assert second.status == 202
    assert second.json == first.json
    assert stage.said()[0] == ("customer", "When are you open?")
    assert len(stage.said()) == 2


@pytest.mark.parametrize("absent", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_b01_a_missing_signature_header_is_refused(stage: Stage, absent: str) -> None:
    """A message without any one of the three headers is 401, and nothing is queued."""
    assert stage.signed(PATH, GOOD, headers={absent: ""}).status == 401
    assert queued(stage) == 0


def test_b02_a_signature_of_something_else_is_refused(stage: Stage) -> None:
    """A signature for another secret, body or endpoint is 401."""
    other = new_secret(b"o" * 32)
    stage.backend.secrets().put("channels/other", other)
    proof = sign(
        [decode_secret(stage.secret)],
        webhook_id="m1",
        timestamp=stage.clock.now() // 1000,
        body=b"{}",
    )
    answers = [
        stage.signed(PATH, GOOD, secret=other),
        stage.request("POST", PATH, GOOD, proof),
        stage.signed("/v1/channels/other/messages", GOOD),
    ]
    assert [answer.status for answer in answers] == [401, 401, 401]
    assert queued(stage) == 0


@pytest.mark.parametrize("skew", [-301, 301])
def test_b03_b04_a_timestamp_beyond_five_minutes_is_refused(stage: Stage, skew: int) -> None:
    """A correctly signed message that is 301 seconds old or ahead is 401."""
    assert stage.signed(PATH, GOOD, at=stage.clock.now() // 1000 + skew).status == 401
    assert queued(stage) == 0


def test_b13_a_body_that_the_gateway_encoded_is_verified_as_sent(stage: Stage) -> None:
    """The signature of a base64-encoded body is verified over the decoded bytes."""
    raw = json.dumps(GOOD).encode()
    proof = sign(
        [decode_secret(stage.secret)],
        webhook_id="m1",
        timestamp=stage.clock.now() // 1000,
        body=raw,
    )
    event = {
        "routeKey": "POST /v1/channels/{channel_id}/messages",
        "pathParameters": {"channel_id": "shop"},
        "headers": {"content-type": "application/json"} | proof,
        "isBase64Encoded": True,
        "body": base64.b64encode(raw).decode(),
    }
    assert stage.call("channel_webhook", event)["statusCode"] == 202


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_b17_another_method_is_no_route(stage: Stage, method: str) -> None:
    """The edge answers 404 to another method, because the route exists for POST only."""
    assert stage.request(method, PATH).status == 404


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_b18_another_content_type_is_refused(stage: Stage, kind: str) -> None:
    """A body of another type than application/json is 415."""
    assert stage.signed(PATH, GOOD, headers={"content-type": kind}).status == 415


def test_b19_a_compressed_body_is_refused_unread(stage: Stage) -> None:
    """A body with a Content-Encoding is 415 and is never decoded."""
    assert stage.signed(PATH, GOOD, headers={"content-encoding": "gzip"}).status == 415


@pytest.mark.parametrize("size", [262_145, 10_000_000])
def test_b20_a_body_over_the_cap_is_refused_unparsed(stage: Stage, size: int) -> None:
    """A body that is over 256 KiB by one byte, or by far, is 413."""
    assert stage.signed(PATH, b"x" * size).status == 413


@pytest.mark.parametrize("body", [b"", b"  \n ", b"\xef\xbb\xbf"])
def test_b21_an_empty_body_is_refused(stage: Stage, body: bytes) -> None:
    """A body of nothing, white space or a byte order mark alone is 400."""
    assert stage.signed(PATH, body).status == 400


@pytest.mark.parametrize(
    "path", ["/v1/channels/..%2fshop/messages", "/v1/channels/sh%6Fp%00/messages"]
)
def test_b23_an_odd_channel_id_is_unknown(stage: Stage, path: str) -> None:
    """A channel id that is none of ours is refused like an unknown one."""
    assert stage.signed(path, GOOD).status in (401, 404)
    assert queued(stage) == 0


def test_b24_an_unknown_channel_looks_like_a_bad_signature(stage: Stage) -> None:
    """An unknown channel and a bad signature are the same 401, so that nobody can list channels."""
    unknown = stage.signed("/v1/channels/nobody/messages", GOOD)
    wrong = stage.signed(PATH, GOOD, secret=new_secret(b"w" * 32))
    assert (unknown.status, unknown.text) == (wrong.status, wrong.text)


@pytest.mark.parametrize("body", [b"{", b'{"a":1,}', b'{"sender":"c"', b"{} {}", b"hello"])
def test_b25_what_is_not_json_is_refused(stage: Stage, body: bytes) -> None:
    """A body that is no single JSON document is 400, and the answer says where reading stopped."""
    answer = stage.signed(PATH, body)
    assert answer.status == 400
    assert answer.json["error"]["code"] == "bad_request"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sender": ""}, "sender"),
        ({"sender": 5}, "sender"),
        ({"sender": "x" * 257}, "sender"),
        ({"text": None}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n\x00"}, "text"),
        ({"attachments": -1}, "attachments"),
        ({"attachments": 1.5}, "attachments"),
    ],
)
def test_b31_a_wrong_field_is_named(stage: Stage, change: dict[str, object], field: str) -> None:
    """A field of the wrong type or size is 400, and the answer names it and its accepted values."""
    answer = stage.signed(PATH, GOOD | change)
    assert answer.status == 400
    assert answer.json["error"]["field"] == field


def test_f48_without_the_id_key_nothing_is_acknowledged(stage: Stage) -> None:
    """A message is 503 and never 202 when a secret that intake needs is absent."""
    stage.backend.secrets().put("ids", "")
    answer = stage.signed(PATH, GOOD)
    assert answer.status == 503
    assert answer.headers["retry-after"]
    assert queued(stage) == 0


def test_b44_one_sender_is_capped_before_anything_is_acknowledged(stage: Stage) -> None:
    """A flood from one sender is 429 with Retry-After, others go on, and the sender recovers."""
    answers = [stage.write("When are you open?") for _ in range(40)]
    statuses = [answer.status for answer in answers]
    assert statuses == [202] * 30 + [429] * 10
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert queued(stage) == 30
    assert stage.write("When are you open?", sender="c2").status == 202
    stage.clock.advance(1)
    assert stage.write("When are you open?").status == 202


def test_a_text_is_kept_without_control_characters(stage: Stage) -> None:
    """Characters that no screen can show never reach the log, an answer or a pool."""
    body = {
        "sender": "c1",
        "text": "When\x00 are\x1b you\r\nopen?",
        "customer": {"name": "K\x07im"},
    }
    assert stage.signed(PATH, body).status == 202
    stage.drain("events")
    [record] = stage.backend.store().records(stage.thread().id)
    assert record.event.text == "When are you\nopen?"
    assert record.event.customer == {"name": "Kim"}


def test_an_empty_text_with_attachments_is_taken_in(stage: Stage) -> None:
    """A picture without words is a message."""
    assert stage.signed(PATH, {"sender": "c1", "text": "", "attachments": 1}).status == 202


def test_a_flood_of_strangers_is_told_once_a_second(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """I13: each reason for a refusal has one line a second, with the count since the last line."""
    for _ in range(50):
        stage.request("POST", "/v1/channels/shop/messages", b"{}")
    stage.clock.advance(1)
    stage.request("POST", "/v1/channels/shop/messages", b"{}")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    refused = [line["count"] for line in lines if line["message"] == "refused"]
    assert refused == [1, 50]
