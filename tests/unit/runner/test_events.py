"""The events have the shapes that AWS records; the parsers of Powertools read them."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import unquote_plus

import pytest
from aws_lambda_powertools.utilities.data_classes import (
    APIGatewayProxyEventV2,
    S3Event,
    SQSEvent,
)
from aws_lambda_powertools.utilities.parser.models import (
    APIGatewayProxyEventV2Model,
    APIGatewayWebSocketConnectEventModel,
    APIGatewayWebSocketDisconnectEventModel,
    APIGatewayWebSocketMessageEventModel,
    S3Model,
    SqsModel,
)

from local.engine.queue import Received
from local.home.lambda_events import (
    Connection,
    HttpRequest,
    connect_event,
    disconnect_event,
    http_event,
    joined,
    message_event,
    s3_event,
    sqs_event,
)

# Key sets of the example and recorded events in AWS's developer guides.
SQS_RECORD = {
    *("messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody"),
    *("eventSource", "eventSourceARN", "awsRegion"),
}
SQS_ATTRIBUTES = {
    *("ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"),
}
SQS_FIFO_ATTRIBUTES = {
    *("SequenceNumber", "MessageGroupId", "MessageDeduplicationId"),
    *SQS_ATTRIBUTES,
}
HTTP = {
    *("version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers"),
    *("queryStringParameters", "requestContext", "body", "pathParameters", "isBase64Encoded"),
}
HTTP_CONTEXT = {
    *("accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey"),
    *("stage", "time", "timeEpoch"),
}
HTTP_CONTEXT_HTTP = {"method", "path", "protocol", "sourceIp", "userAgent"}
SOCKET_CONTEXT = {
    *("routeKey", "eventType", "extendedRequestId", "requestTime", "messageDirection", "stage"),
    *("connectedAt", "requestTimeEpoch", "identity", "requestId", "domainName", "connectionId"),
    "apiId",
}
S3_RECORD = {
    *("eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity"),
    *("requestParameters", "responseElements", "s3"),
}

CONNECTION = Connection(
    id="b00t-abc",
    connected_at=1_800_000_000_000,
    headers=(("host", "127.0.0.1:8787"), ("user-agent", "page")),
    raw_query="token=t%2F1&token=t2",
    source_ip="127.0.0.1",
)


def received(**changes: object) -> Received:
    fields = {
        "id": "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
        "receipt": "7-1",
        "body": "Test message.",
        "group": "thread",
        "dedup_id": "dedup",
        "sent_at": 1_573_251_510_774,
        "first_received_at": 1_573_251_510_775,
        "receive_count": 1,
        "sequence_number": "00000000000000000007",
    }
    return Received(**(fields | changes))  # type: ignore[arg-type]


def request(**changes: object) -> HttpRequest:
    fields: Mapping[str, object] = {
        "method": "POST",
        "raw_path": "/v1/channels/demo/messages",
        "raw_query": "a=1&a=2&b=%C3%A9",
        "headers": (
            ("host", "127.0.0.1:8787"),
            ("content-type", "application/json"),
            ("x-two", "1"),
            ("x-two", "2"),
            ("cookie", "c1=1; c2=2"),
            ("user-agent", "curl"),
        ),
        "body": b'{"text":"hi"}',
        "source_ip": "127.0.0.1",
        "protocol": "HTTP/1.1",
        "at": 1_583_348_638_390,
    }
    return HttpRequest(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_fifo_batch_looks_like_sqs() -> None:
    """Every key of a recorded FIFO event, and what they hold."""
    event = sqs_event("events", [received()])
    [record] = event["Records"]
    assert record.keys() == SQS_RECORD
    assert record["attributes"].keys() == SQS_FIFO_ATTRIBUTES
    assert record["eventSourceARN"].endswith(":events.fifo")
    assert record["md5OfBody"] == "e4e68fb7bd0e697a0ae8f1bb342846b3"
    assert SqsModel.model_validate(event).Records[0].body == "Test message."
    [parsed] = SQSEvent(event).records
    assert parsed.attributes.message_group_id == "thread"
    assert parsed.attributes.approximate_receive_count == "1"


def test_a_standard_batch_has_no_fifo_attributes() -> None:
    """A message without a group comes from a standard queue."""
    event = sqs_event("timers", [received(group=None, dedup_id=None)])
    [record] = event["Records"]
    assert record["attributes"].keys() == SQS_ATTRIBUTES
    assert record["eventSourceARN"].endswith(":timers")
    assert SqsModel.model_validate(event)


def test_a_request_looks_like_payload_2() -> None:
    """A request has every key of the documented event, with repeated names joined and cookies
    apart.
    """
    event = http_event(request(), "POST /v1/channels/{channel_id}/messages", {"channel_id": "demo"})
    assert event.keys() == HTTP
    assert event["requestContext"].keys() == HTTP_CONTEXT
    assert event["requestContext"]["http"].keys() == HTTP_CONTEXT_HTTP
    assert event["requestContext"]["time"] == "04/Mar/2020:19:03:58 +0000"
    assert event["headers"]["x-two"] == "1,2"
    assert event["cookies"] == ["c1=1", "c2=2"]
    assert "cookie" not in event["headers"]
    assert event["queryStringParameters"] == {"a": "1,2", "b": "é"}
    assert APIGatewayProxyEventV2Model.model_validate(event)
    parsed = APIGatewayProxyEventV2(event)
    assert parsed.raw_path == "/v1/channels/demo/messages"
    assert parsed.json_body == {"text": "hi"}
    json.dumps(event)


def test_what_is_absent_has_no_key() -> None:
    """A part that a request lacks has no key in its event, as on AWS."""
    plain = request(method="GET", raw_path="/", raw_query="", headers=(), body=b"")
    event = http_event(plain, "GET /", {})
    absent = {"cookies", "queryStringParameters", "body", "pathParameters"}
    assert event.keys() == HTTP - absent
    assert APIGatewayProxyEventV2(event).path == "/"


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", b"{}", False),
        ("application/json", b"\xff\xfe", True),
        ("text/plain; charset=utf-8", "é".encode(), False),
        ("application/octet-stream", b"{}", True),
        ("image/png", b"\x89PNG", True),
        ("", b"{}", False),
        ("", b"\xff", True),
    ],
)
def test_only_text_comes_as_text(content_type: str, body: bytes, encoded: bool) -> None:
    """A body of another type or without UTF-8 comes in base64 with its exact bytes (B13, B34)."""
    event = http_event(request(headers=(("content-type", content_type),), body=body), "POST /x", {})
    assert event["isBase64Encoded"] is encoded
    found = base64.b64decode(event["body"]) if encoded else event["body"].encode()
    assert found == body


def test_joined_keeps_the_order() -> None:
    """Commas between repeated names, first come first."""
    assert joined([("a", "2"), ("b", ""), ("a", "1")]) == {"a": "2,1", "b": ""}


def test_socket_events_look_like_the_websocket_api() -> None:
    """Connect, message and disconnect have the recorded events' context."""
    connect = connect_event(CONNECTION, at=1)
    assert connect["requestContext"].keys() == SOCKET_CONTEXT
    assert connect["requestContext"]["connectionId"] == CONNECTION.id
    assert connect["queryStringParameters"] == {"token": "t2"}
    assert connect["multiValueQueryStringParameters"] == {"token": ["t/1", "t2"]}
    assert APIGatewayWebSocketConnectEventModel.model_validate(connect)
    message = message_event(CONNECTION, "ping", at=2)
    assert message["requestContext"].keys() == SOCKET_CONTEXT | {"messageId"}
    assert APIGatewayWebSocketMessageEventModel.model_validate(message)
    disconnect = disconnect_event(CONNECTION, 1001, at=3)
    assert disconnect["requestContext"].keys() == SOCKET_CONTEXT | {
        "disconnectStatusCode",
        "disconnectReason",
    }
    assert APIGatewayWebSocketDisconnectEventModel.model_validate(disconnect)


def test_an_upload_looks_like_s3() -> None:
    """An upload is the record of a created object with a URL-encoded key."""
    key = "knowledge-sources/shop/été 1.jsonl"
    event = s3_event("artifacts", key, b"{}", at=1_800_000_000_000, sequencer=9)
    [record] = event["Records"]
    assert record.keys() == S3_RECORD
    assert unquote_plus(record["s3"]["object"]["key"]) == key
    assert record["eventTime"] == "2027-01-15T08:00:00.000Z"
    assert S3Model.model_validate(event)
    assert S3Event(event).bucket_name == "artifacts"
