"""Lambda events are made here in AWS's shapes: queue batches, bucket notifications, HTTP, sockets.

Every function is pure and makes an event of what arrived. The shapes follow the examples of AWS's
developer guides. They are SQS (FIFO and standard), S3 notification 2.1, HTTP API payload 2.0, and
the WebSocket API's proxy events.
"""

import base64
import hashlib
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from local.engine.queue import Received
from local.home.context import ACCOUNT, REGION

API_ID = "surgeline"
_TEXTUAL = ("text/", "application/json", "application/javascript", "application/xml")


def _request_id() -> str:
    return os.urandom(8).hex()


# ---------------------------------------------------------------- queues


def sqs_event(queue_name: str, batch: Sequence[Received]) -> dict[str, Any]:
    """Return the event of a batch of one queue, in order."""
    return {"Records": [_sqs_record(queue_name, message) for message in batch]}


def _sqs_record(queue_name: str, message: Received) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.receive_count),
        "SentTimestamp": str(message.sent_at),
        "SenderId": "surgeline",
        "ApproximateFirstReceiveTimestamp": str(message.first_received_at),
    }
    name = queue_name
    if message.group is not None:
        name = f"{queue_name}.fifo"
        attributes |= {
            "SequenceNumber": message.sequence_number,
            "MessageGroupId": message.group,
            "MessageDeduplicationId": message.dedup_id or "",
        }
    digest = hashlib.md5(message.body.encode(), usedforsecurity=False)
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": digest.hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
        "awsRegion": REGION,
    }


# ---------------------------------------------------------------- the bucket


def s3_event(bucket: str, key: str, body: bytes, *, at: int, sequencer: int) -> dict[str, Any]:
    """Return the event of one created object. The key is URL-encoded, as S3 does it."""
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": _rfc3339(at),
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:surgeline"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-request-id": _request_id().upper(),
            "x-amz-id-2": os.urandom(16).hex(),
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": ACCOUNT},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": len(body),
                "eTag": digest,
                "sequencer": f"{sequencer:018X}",
            },
        },
    }
    return {"Records": [record]}


def schedule_event(function_name: str, seconds: int, *, at: int) -> dict[str, Any]:
    """Return the event of an EventBridge rule that wakes a function every so many seconds.

    A repeat of the same wake has the same id.
    """
    time = datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{function_name}-{seconds}"
    return {
        "version": "0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{rule}@{time}")),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [rule],
        "detail": {},
    }


def _rfc3339(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ---------------------------------------------------------------- HTTP API


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it was sent: the raw path, the headers in order, and names in lower case."""

    method: str
    raw_path: str
    raw_query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str
    protocol: str
    at: int
    id: str = field(default_factory=_request_id)


def http_event(
    request: HttpRequest, route_key: str, path_parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Return the event of a request that matched a route, without keys that have no content."""
    headers = joined(request.headers)
    cookies = headers.pop("cookie", None)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.raw_path,
        "rawQueryString": request.raw_query,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": headers.get("host", ""),
            "domainPrefix": API_ID,
            "http": {
                "method": request.method,
                "path": request.raw_path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request.id,
            "routeKey": route_key,
            "stage": "$default",
            "time": _apache_time(request.at // 1000),
            "timeEpoch": request.at,
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if parameters := joined(query_of(request.raw_query)):
        event["queryStringParameters"] = parameters
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if request.body:
        text = _as_text(request.body, headers.get("content-type", ""))
        event["isBase64Encoded"] = text is None
        event["body"] = base64.b64encode(request.body).decode() if text is None else text
    return event


def query_of(raw: str) -> list[tuple[str, str]]:
    """Return the decoded pairs of a query string. Bytes that are not UTF-8 become U+FFFD."""
    return parse_qsl(raw, keep_blank_values=True, errors="replace", max_num_fields=None)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the pairs, with the values of a repeated name joined by commas in their order."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _as_text(body: bytes, content_type: str) -> str | None:
    kind = content_type.strip().lower()
    if kind and not kind.startswith(_TEXTUAL):
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=4)
def _apache_time(at_seconds: int) -> str:
    return datetime.fromtimestamp(at_seconds, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


# ---------------------------------------------------------------- WebSocket API


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An open socket: its id, when it was opened, and where the client is."""

    id: str
    connected_at: int
    headers: Sequence[tuple[str, str]]
    raw_query: str
    source_ip: str


def connect_event(connection: Connection, *, at: int) -> dict[str, Any]:
    """Return the event of a client that asks for a socket. The status of the answer decides."""
    event = _socket_event(connection, "$connect", "CONNECT", at)
    event |= _multi("headers", "multiValueHeaders", connection.headers)
    if pairs := query_of(connection.raw_query):
        event |= _multi("queryStringParameters", "multiValueQueryStringParameters", pairs)
    return event


def message_event(
    connection: Connection, body: str, *, at: int, route: str = "$default"
) -> dict[str, Any]:
    """Return the event of a client that sent something over its socket."""
    event = _socket_event(connection, route, "MESSAGE", at)
    event["requestContext"]["messageId"] = _request_id()
    return event | {"body": body}


def disconnect_event(connection: Connection, code: int, *, at: int) -> dict[str, Any]:
    """Return the event of a closed socket, which may come late, or never if the front died."""
    event = _socket_event(connection, "$disconnect", "DISCONNECT", at)
    event["requestContext"] |= {"disconnectStatusCode": code, "disconnectReason": ""}
    return event | _multi("headers", "multiValueHeaders", connection.headers)


def _socket_event(
    connection: Connection, route_key: str, event_type: str, at: int
) -> dict[str, Any]:
    request_id = _request_id()
    host = next((value for name, value in connection.headers if name == "host"), "")
    agent = next((value for name, value in connection.headers if name == "user-agent"), "")
    return {
        "requestContext": {
            "routeKey": route_key,
            "eventType": event_type,
            "extendedRequestId": request_id,
            "requestTime": _apache_time(at // 1000),
            "messageDirection": "IN",
            "stage": "$default",
            "connectedAt": connection.connected_at,
            "requestTimeEpoch": at,
            "identity": {"sourceIp": connection.source_ip, "userAgent": agent},
            "requestId": request_id,
            "domainName": host,
            "connectionId": connection.id,
            "apiId": API_ID,
        },
        "isBase64Encoded": False,
    }


def _multi(single: str, multiple: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return {single: dict(pairs), multiple: lists}
