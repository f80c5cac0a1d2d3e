"""One HTTP reply is read here: the plainest form by hand, any other by http.client.

Nearly every endpoint answers a short head and a counted body, or no body. http.client needs half of
a whole delivery's cost to read that. The receiver of the bytes keeps the deadlines.
"""

import http.client
import io
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_REPLY_BYTES = 65_536

Receive = Callable[[], bytes]
"""Returns more bytes from the peer, or none once the peer has closed."""

_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([2-5][0-9][0-9]) [^\r\n\0]*")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*")
_LENGTH = re.compile(rb"[0-9]{1,9}")
_BLANK = b"\r\n\r\n"
_NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply.

    `body` may be one byte over the cap. `keep` says whether the connection may go on. `location`
    is where a redirect points.
    """

    status: int
    retry_after: str | None
    body: bytes
    keep: bool
    location: str | None = None


@dataclass(frozen=True, slots=True)
class _Head:
    status: int
    retry_after: str | None
    location: str | None
    end: int
    """The end of the reply, head and body, in bytes from the first."""
    body: int
    """The beginning of the body, in bytes from the first."""


def read_reply(receive: Receive, most: int = MAX_REPLY_BYTES) -> RawReply:
    """Return the reply to one request, with at most one byte of its body over `most`.

    Raises HTTPException and the errors of `receive`.
    """
    first = receive()
    head = _plain_head(first, most)
    if head is None or len(first) > head.end:
        return _any_reply(first, receive, most)
    data = bytearray(first)
    while len(data) < head.end:
        more = receive()
        if not more:
            raise http.client.IncompleteRead(bytes(data[head.body :]), head.end - len(data))
        data += more
    return RawReply(
        head.status,
        head.retry_after,
        bytes(data[head.body : head.end]),
        keep=len(data) == head.end,  # A peer that sent too much gets no other request.
        location=head.location,
    )


def _plain_head(data: bytes, most: int = MAX_REPLY_BYTES) -> _Head | None:
    """Return the head of a counted reply on a connection that stays, or None for any other form."""
    blank = data.find(_BLANK)
    status_line, *lines = data[: max(0, blank)].split(b"\r\n")
    started = _STATUS_LINE.fullmatch(status_line)
    fields: dict[bytes, bytes] = {}
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is None or (name := field[1].lower()) in fields:
            return None
        fields[name] = field[2]
    stays = fields.get(b"connection", b"keep-alive").lower() == b"keep-alive"
    if started is None or not stays or b"transfer-encoding" in fields:
        return None
    status = int(started[1])
    length = fields.get(b"content-length", b"0" if status == _NO_CONTENT else b"")
    if not _LENGTH.fullmatch(length) or int(length) > most:
        return None
    if int(length) and status in (_NO_CONTENT, http.client.NOT_MODIFIED):  # they have no body
        return None
    body = blank + len(_BLANK)
    return _Head(
        status=status,
        retry_after=_latin(fields.get(b"retry-after")),
        location=_latin(fields.get(b"location")),
        end=body + int(length),
        body=body,
    )


def _latin(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _any_reply(data: bytes, receive: Receive, most: int = MAX_REPLY_BYTES) -> RawReply:
    """Return a reply of any other form that HTTP allows, read by the standard library."""
    stream = _Stream(data, receive)
    response = http.client.HTTPResponse(cast(socket.socket, stream), method="POST")
    response.begin()
    body = bytearray()
    while more := response.read(most + 1 - len(body)):
        body += more
    if response.length and len(body) <= most:
        raise http.client.IncompleteRead(bytes(body), response.length)
    again = response.headers.get_all("Retry-After")
    keep = not response.will_close and len(body) <= most and not stream.has_surplus()
    return RawReply(
        response.status,
        ", ".join(again) if again else None,
        bytes(body),
        keep,
        response.headers.get("Location"),
    )


class _Stream(io.RawIOBase):
    """The socket that http.client reads: first the bytes that already came, then the others."""

    def __init__(self, first: bytes, receive: Receive) -> None:
        self._first, self._receive = first, receive
        self._reader = _Reader(self)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return self._reader

    def has_surplus(self) -> bool:
        """Return whether the peer sent more than its reply. Nothing is received for that."""
        surplus, self._first, self._receive = self._first, b"", lambda: b""
        return bool(surplus or self._reader.peek())

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._first or self._receive()
        count = min(len(data), len(view))
        view[:count], self._first = data[:count], data[count:]
        return count


class _Reader(io.BufferedReader):
    """A buffer that outlives the reply, so that bytes behind the reply are seen."""

    def close(self) -> None:
        """Stay open, because the garbage collector takes both ends together."""
