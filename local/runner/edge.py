"""The edge's own limits and words: what an HTTP API refuses before a function is called.

Translates between aiohttp's requests and responses and the events' plain data.
"""

import base64
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http import HttpVersion11
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from local.runner.events import HttpRequest

MAX_BODY_BYTES: Final = 10_485_760
MAX_HEAD_BYTES: Final = 10_240
MAX_ANSWER_BYTES: Final = 6_291_556
BODY_SECONDS: Final = 30.0
_PARSER_BYTES: Final = 16_384
_SERVER: Final = "surgeline"


class Refusal(Exception):
    """The edge answers by itself."""

    def __init__(self, status: HTTPStatus, *, close: bool = False) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.close = close


def refused(refusal: Refusal) -> web.Response:
    """How an HTTP API words what it refuses."""
    response = web.json_response({"message": refusal.status.phrase}, status=refusal.status)
    response.headers["Server"] = _SERVER
    if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "1"
    if refusal.close:
        response.force_close()
    return response


class Server(web.Server):
    """aiohttp's low-level server, with our limits; bodies stay as they were sent."""

    def __call__(self) -> RequestHandler:
        """A protocol for one connection."""
        return _Protocol(
            self,
            loop=self._loop,
            access_log=None,  # type: ignore[arg-type] # aiohttp takes None as "no access log"
            auto_decompress=False,
            keepalive_timeout=75.0,
            lingering_time=2.0,
            max_field_size=_PARSER_BYTES,
            max_headers=256,
            max_line_size=_PARSER_BYTES,
        )


class _Protocol(RequestHandler):
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Bytes that are no HTTP are the client's fault, and nobody's log line."""
        if isinstance(exc, ConnectionError):  # the client is gone: nobody to answer
            raise exc
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return super().handle_error(request, status, exc, message)
        long = isinstance(exc, LineTooLong)
        words = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if long else HTTPStatus.BAD_REQUEST
        return refused(Refusal(words, close=True))


def head_of(request: web.BaseRequest) -> tuple[str, str, list[tuple[str, str]]]:
    """The raw path, the raw query string, the headers. Raises Refusal for a head over the limit."""
    size = len(request.method) + len(request.raw_path) + 12
    size += sum(len(name) + len(value) + 4 for name, value in request.raw_headers)
    if size > MAX_HEAD_BYTES:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, close=True)
    target = request.raw_path
    if not target.startswith("/"):  # absolute-form, as a proxy's client sends it
        parts = urlsplit(target)
        target = f"{parts.path or '/'}?{parts.query}"
    path, _, query = target.partition("#")[0].partition("?")
    headers = [(_text(name).lower(), _text(value)) for name, value in request.raw_headers]
    return _printable(path), _printable(query), headers


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _printable(part: str) -> str:
    return part.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


async def body_of(request: web.BaseRequest) -> bytes:
    """The body as sent. Raises Refusal above the limit, before more of it is kept."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, close=True)
    if not request.can_read_body:
        return b""
    await _invite(request)
    body = bytearray()
    try:
        while chunk := await request.content.readany():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, close=True)
    except web.RequestPayloadError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, close=True) from error
    return bytes(body)


async def _invite(request: web.BaseRequest) -> None:
    expected = request.headers.get("Expect", "").lower()
    if expected == "100-continue" and request.version >= HttpVersion11:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def plain_request(
    request: web.BaseRequest,
    head: tuple[str, str, list[tuple[str, str]]],
    body: bytes,
) -> HttpRequest:
    """Everything that an event is made of."""
    path, query, headers = head
    return HttpRequest(
        method=request.method,
        raw_path=path,
        raw_query=query,
        headers=headers,
        body=body,
        source_ip=request.remote or "",
        protocol=f"HTTP/{request.version.major}.{request.version.minor}",
        at=time.time_ns() // 1_000_000,
    )


def response_of(answer: object) -> web.Response:
    """The HTTP response for a function's answer, payload format 2.0.

    Raises ValueError or TypeError for one that an HTTP API would answer with 500.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return _response(200, {"content-type": "application/json"}, json.dumps(answer).encode())
    body = answer.get("body")
    raw = b"" if body is None else str(body).encode()
    if answer.get("isBase64Encoded"):
        raw = base64.b64decode(raw, validate=True)
    if len(raw) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is larger than Lambda allows")
    response = _response(int(answer["statusCode"]), answer.get("headers") or {}, raw)
    for cookie in answer.get("cookies") or ():
        response.headers.add("Set-Cookie", str(cookie))
    return response


def _response(status: int, headers: Mapping[str, Any], body: bytes) -> web.Response:
    if not 200 <= status <= 599:  # noqa: PLR2004 - the range of final HTTP statuses
        raise ValueError("a statusCode must be a final HTTP status")
    named = {str(name): str(value) for name, value in headers.items()}
    if any(c in value for value in named.values() for c in "\r\n\0"):
        raise ValueError("a header value with a line break")
    response = web.Response(status=status, headers=named, body=body)
    response.headers["Server"] = _SERVER
    return response
