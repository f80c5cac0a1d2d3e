"""The limits and answers of an HTTP API's edge live here, before any function is called.

The edge translates between requests and answers on the wire and the plain data of events.
Connections live in `connection`.
"""

import base64
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http import HttpVersion11
from multidict import CIMultiDict
from surgeline.errors import PayloadTooLarge
from surgeline.runtime.http import answer_to

from local.home.lambda_events import HttpRequest

MAX_HELD_BYTES: Final = 64 * 1024 * 1024
"""All bodies together may take so much, both those coming in and those that wait for answers."""
MAX_HEAD_BYTES: Final = 10_240
MAX_ANSWER_BYTES: Final = 6_291_556
MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""The most bytes of an answer that is no text. On AWS the bucket itself gives out a large file."""
BODY_SECONDS: Final = 30.0
FORWARDED: Final = ("forwarded", "x-forwarded-")
"""The headers in which a proxy tells of the connection that it took begin so."""
_SERVER: Final = "surgeline"
_BREAK: Final = re.compile(r"[\r\n\0]")
_OWN_FIELDS: Final = ("content-length", "connection", "date", "server", "transfer-encoding")
_BODILESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

Head = tuple[str, str, list[tuple[str, str]]]
"""The raw path, the raw query string, the headers in order with lower-case names."""


class Refusal(Exception):
    """The edge answers by itself, with this status."""

    def __init__(self, status: HTTPStatus, *, close: bool = False) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.close = close


class BodyTooLarge(Refusal):
    """A body is larger than its route takes. The words are those of a function."""

    def __init__(self, most: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, close=True)
        said = answer_to(
            PayloadTooLarge(f"the body is too large; at most {most} bytes are accepted")
        )
        self.body = said.body


class HeldBodies:
    """A count of the body bytes in memory, so that all callers together are bounded."""

    def __init__(self, most: int = MAX_HELD_BYTES) -> None:
        self._most = most
        self._held = 0

    def take(self, size: int) -> None:
        """Add so many bytes to the count.

        Raises Refusal without counting where they are too many.
        """
        if self._held + size > self._most:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, close=True)
        self._held += size

    def give_back(self, size: int) -> None:
        """Take so many bytes off the count."""
        self._held -= size


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a client. The edge adds `Server`, `Date` and the length."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    close: bool = False

    def response(self) -> web.Response:
        """Return the answer as aiohttp sends it."""
        response = web.Response(
            status=self.status, headers=CIMultiDict(self.headers), body=self.body
        )
        if self.close:
            response.force_close()
        return response

    def wire(self) -> bytes:
        """Return the answer as bytes for a kept connection of HTTP/1.1."""
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in self.headers]
        if self.status not in _BODILESS:
            lines.append(f"Content-Length: {len(self.body)}\r\n")
        if self.close:
            lines.append("Connection: close\r\n")
        lines.append(f"Date: {_date(int(time.time()))}\r\n\r\n")
        head = "".join(lines).encode("utf-8")
        return head if self.status in _BODILESS else head + self.body


def refused(refusal: Refusal) -> Answer:
    """Return a refusal in the words of an HTTP API."""
    said = {"message": refusal.status.phrase}
    body = json.dumps(refusal.body if isinstance(refusal, BodyTooLarge) else said).encode()
    headers = [("Content-Type", "application/json; charset=utf-8"), ("Server", _SERVER)]
    if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "1"))
    return Answer(refusal.status, headers, body, refusal.close)


def head_of(method: str, target: str, raw_headers: Iterable[tuple[bytes, bytes]]) -> Head:
    """Return the head of a request in plain data. Raises Refusal for one over the limit."""
    size = len(method) + len(target) + 12
    size += sum([len(name) + len(value) + 4 for name, value in raw_headers])
    if size > MAX_HEAD_BYTES:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, close=True)
    if not target.startswith("/"):  # absolute-form, as a proxy's client sends it
        parts = urlsplit(target)
        target = f"{parts.path or '/'}?{parts.query}"
    path, _, query = target.partition("#")[0].partition("?")
    headers = [(_text(name).lower(), _text(value)) for name, value in raw_headers]
    return _printable(path), _printable(query), headers


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _printable(part: str) -> str:
    return part if part.isascii() else _decoded(part)


def _decoded(part: str) -> str:
    return part.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


async def body_of(request: web.BaseRequest, most: int, held: HeldBodies) -> bytes:
    """Return the body as it was sent, counted in `held`.

    Raises Refusal for a body above `most` bytes as soon as the size is known, and keeps nothing of
    the body.
    """
    check_size(request.content_length or 0, most)
    if not request.can_read_body:
        return b""
    await _invite(request)
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := await request.content.readany():
            check_size(size + len(chunk), most)
            held.take(len(chunk))
            size += len(chunk)
            chunks.append(chunk)
    except BaseException as error:
        held.give_back(size)
        if isinstance(error, web.RequestPayloadError):
            raise Refusal(HTTPStatus.BAD_REQUEST, close=True) from error
        raise
    return b"".join(chunks)


def check_size(size: int, most: int) -> None:
    """Raise BodyTooLarge for a body of that size."""
    if size > most:
        raise BodyTooLarge(most)


async def _invite(request: web.BaseRequest) -> None:
    expected = request.headers.get("Expect", "").lower()
    if expected == "100-continue" and request.version >= HttpVersion11:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def plain_request(
    method: str, head: Head, body: bytes, *, source_ip: str, protocol: str = "HTTP/1.1"
) -> HttpRequest:
    """Return everything that an event is made of."""
    path, query, headers = head
    return HttpRequest(
        method=method,
        raw_path=path,
        raw_query=query,
        headers=headers,
        body=body,
        source_ip=source_ip,
        protocol=protocol,
        at=time.time_ns() // 1_000_000,
    )


def answer_of(answer: object) -> Answer:
    """Return the answer on the wire for a function's answer, by payload format 2.0.

    Raises ValueError or TypeError for an answer that an HTTP API would turn into 500.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return _answer(200, {"content-type": "application/json"}, json.dumps(answer).encode(), ())
    body = answer.get("body")
    raw = b"" if body is None else str(body).encode()
    most = MAX_ANSWER_BYTES
    if answer.get("isBase64Encoded"):
        raw, most = base64.b64decode(raw, validate=True), MAX_FILE_BYTES
    if len(raw) > most:
        raise ValueError("the answer is larger than Lambda allows")
    headers, cookies = answer.get("headers") or {}, answer.get("cookies") or ()
    return _answer(int(answer["statusCode"]), headers, raw, cookies)


def _answer(
    status: int, headers: Mapping[str, Any], body: bytes, cookies: Iterable[object]
) -> Answer:
    if not 200 <= status <= 599:  # noqa: PLR2004 - the range of final HTTP statuses
        raise ValueError("a statusCode must be a final HTTP status")
    named = [(str(name), str(value)) for name, value in headers.items()]
    named += [("Set-Cookie", str(cookie)) for cookie in cookies]
    named = [pair for pair in named if pair[0].lower() not in _OWN_FIELDS]
    if any(_BREAK.search(name) or _BREAK.search(value) for name, value in named):
        raise ValueError("a header has a line break")
    if not any(name.lower() == "content-type" for name, _ in named):
        named.append(("Content-Type", "application/octet-stream"))
    return Answer(status, [*named, ("Server", _SERVER)], body)
