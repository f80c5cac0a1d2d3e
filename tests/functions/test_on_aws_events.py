"""Events as AWS writes them, through the real handlers on moto; and the runner's against them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import encode_event
from surgeline.adapters.signing.standard_webhooks import decode_secret, sign
from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.answers.publish_knowledge import source_key
from surgeline.domain.events import CustomerWrote, TimerFired

from local.engine.queue import Received
from local.home.lambda_events import (
    Connection,
    HttpRequest,
    connect_event,
    disconnect_event,
    http_event,
    s3_event,
    sqs_event,
)
from local.virtual.shop import articles_file
from tests.functions.aws_stage import AwsStage, aws_stage

EVENTS = Path("tests/events/aws")
THREAD = "t" + "a" * 26


def event(name: str) -> dict[str, Any]:
    """Return a recorded event, to be changed at will."""
    read: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return read


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[AwsStage]:
    """Yield the handlers on an empty account."""
    with aws_stage(tmp_path) as made:
        made.publish()
        yield made


# ---------------------------------------------------------------- through the handlers


@pytest.mark.parametrize("encoded", [False, True])
def test_a_signed_message_over_the_http_api(stage: AwsStage, encoded: bool) -> None:
    """B13: the exact bytes are verified, whether API Gateway encoded them or not."""
    import base64

    request = event("http-api-v2")
    body = json.dumps({"sender": "c1", "text": "When are you open?"}).encode()
    now = stage.clock.now() // 1000
    keys = [decode_secret(stage.secret)]
    request["headers"] |= sign(keys, webhook_id="msg_1", timestamp=now, body=body)
    request["body"] = base64.b64encode(body).decode() if encoded else body.decode()
    request["isBase64Encoded"] = encoded
    answer = stage.call("channel_webhook", request)
    assert answer["statusCode"] == 202
    stage.drain("events")
    assert [speaker for speaker, _ in stage.said()] == ["customer", "bot"]


def test_a_batch_of_the_fifo_queue(stage: AwsStage) -> None:
    """A record of the events queue advances its thread, and no failure is reported."""
    batch = event("sqs-fifo")
    wrote = CustomerWrote("m1", THREAD, "shop", "c1", stage.clock.now(), "When are you open?")
    batch["Records"][0]["body"] = encode_event(wrote)
    assert stage.call("conversation_worker", batch) == {"batchItemFailures": []}
    assert stage.backend.store().thread(THREAD) is not None


def test_a_batch_of_the_standard_queue(stage: AwsStage) -> None:
    """A timer that came due goes to its thread, although its record has no group."""
    batch = event("sqs-standard")
    now = stage.clock.now()
    fired = TimerFired("e1", THREAD, now, "offer_deadline", f"{THREAD}-1", "o1", 1, now)
    batch["Records"][0]["body"] = encode_event(fired)
    assert stage.call("timer_forwarder", batch) == {"batchItemFailures": []}
    [forwarded] = stage.consumed("conversation_worker", "events").receive(10)
    assert (forwarded.group, forwarded.dedup_id) == (THREAD, "e1")


def transformed(created: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the rule of the template makes of EventBridge's event."""
    key = json.dumps(created["detail"]["object"]["key"])
    bucket = json.dumps(created["detail"]["bucket"]["name"])
    template = (
        f'{{"Records":[{{"eventTime":{json.dumps(created["time"])},'
        '"s3":{"bucket":{"name":<bucket>},"object":{"key":<key>}}}]}'
    )
    made: dict[str, Any] = json.loads(template.replace("<bucket>", bucket).replace("<key>", key))
    return made


@pytest.mark.parametrize("name", ["s3-put", "eventbridge-s3-object-created"])
def test_an_upload(stage: AwsStage, name: str) -> None:
    """An upload is built alike from the bucket's own notification and from EventBridge."""
    key = source_key("shop", "v2")
    stage.backend.blobs().put(key, articles_file())
    uploaded = event(name)
    if name == "s3-put":
        uploaded["Records"][0]["s3"]["object"]["key"] = key
    else:
        uploaded["detail"]["object"]["key"] = key
        uploaded = transformed(uploaded)
    stage.call("knowledge_build", uploaded)
    assert current_version(stage.backend.blobs(), "shop") == "v2"


def test_a_socket_opens_and_closes(stage: AwsStage) -> None:
    """A socket opens with a visitor's token and closes, and a foreign token is refused."""
    visitor = stage.request("POST", "/v1/web/web/visitors").json
    refused = stage.call("web_chat", event("websocket-connect"))
    assert refused["statusCode"] == 401
    opening = event("websocket-connect")
    opening["queryStringParameters"]["token"] = visitor["token"]
    assert stage.call("web_chat", opening) == {"statusCode": 200}
    assert stage.backend.sockets().push(visitor["thread_id"], {"seq": 1}) == 1
    assert stage.call("web_chat", event("websocket-disconnect")) == {"statusCode": 200}
    assert stage.backend.sockets().push(visitor["thread_id"], {"seq": 1}) == 0


# ---------------------------------------------------------------- the runner's own events


def shape(value: Any, free: frozenset[str]) -> Any:
    """Return the keys and types of an event, but for what varies by request."""
    if isinstance(value, dict):
        return {key: shape(each, free) for key, each in value.items() if key not in free}
    if isinstance(value, list):
        return [shape(each, free) for each in value[:1]]
    return type(value).__name__


FREE = frozenset(
    {"headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters"}
    | {"identity"}
)
"""Whose keys depend on the caller."""


def made_by_the_runner() -> dict[str, dict[str, Any]]:
    """Return the same events as the embedded home makes them."""
    request = HttpRequest(
        method="POST",
        raw_path="/v1/channels/shop/messages",
        raw_query="",
        headers=[("host", "x"), ("content-type", "application/json")],
        body=b"{}",
        source_ip="127.0.0.1",
        protocol="HTTP/1.1",
        at=1,
    )
    connection = Connection(id="c", connected_at=1, headers=[], raw_query="", source_ip="1.2.3.4")
    fifo = Received("i", "r", "{}", "g", "d", 1, 1, 1, "1" * 20)
    standard = Received("i", "r", "{}", None, None, 1, 1, 1, "1" * 20)
    return {
        "http-api-v2": http_event(request, "POST /x", {"channel_id": "shop"}),
        "sqs-fifo": sqs_event("events", [fifo]),
        "sqs-standard": sqs_event("timers", [standard]),
        "s3-put": s3_event("artifacts", "key", b"", at=1, sequencer=1),
        "websocket-connect": connect_event(connection, at=1),
        "websocket-disconnect": disconnect_event(connection, 1005, at=1),
    }


@pytest.mark.parametrize("name", sorted(made_by_the_runner()))
def test_the_runner_makes_events_of_the_same_shape(name: str) -> None:
    """The embedded home's events have AWS's keys and types, because both share one topology."""
    made = shape(made_by_the_runner()[name], FREE)
    assert made == shape(event(name), FREE)
