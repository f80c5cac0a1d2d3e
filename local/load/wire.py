"""HTTP/1.1 is spoken here as cheaply as possible: POSTs over kept connections, and their server.

A load run shares the machine with the measured instance, so every millisecond here is taken from
the instance. `drive` and `channel` choose the addresses and the bodies.
"""

import asyncio
import re
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

Answered = Callable[[int, bytes], None]
"""A call that gets the status and the body, or status 0 and the reason where no answer came."""
Receive = Callable[[Mapping[str, str], bytes], int]
"""A call that gets a request's headers (lower-case names) and body, and gives the status."""

MAX_BODY_BYTES = 1_048_576
SWEEP_SECONDS = 1.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9}) *\r\n", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close *\r\n", re.IGNORECASE)
_BLANK = b"\r\n\r\n"
_PHRASES = {204: "No Content", 401: "Unauthorized", 413: "Content Too Large"}


class Poster:
    """A pool of connections to one server, each with one request under way at a time."""

    def __init__(self, url: str, *, connections: int, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if self._tls else 80)
        self._host_field = parts.netloc.encode()
        self._room = connections
        self._timeout_seconds = timeout_seconds
        self._idle: list[_Asking] = []
        self._open: set[_Asking] = set()
        self._waiting: deque[tuple[bytes, Answered]] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._sweeping: asyncio.TimerHandle | None = None
        self._done = asyncio.Event()
        self.under_way = 0

    def post(self, path: str, headers: Mapping[str, str], body: bytes, answered: Answered) -> None:
        """Send now, or as soon as a connection is free. `answered` is called once, later."""
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = b"POST %s HTTP/1.1\r\nhost: %s\r\n%scontent-length: %d\r\n\r\n%s" % (
            path.encode(),
            self._host_field,
            fields.encode(),
            len(body),
            body,
        )
        self.under_way += 1
        if self._sweeping is None:
            self._sweep()
        if self._idle:
            self._idle.pop().ask(request, answered)
            return
        self._waiting.append((request, answered))
        if len(self._open) + len(self._opening) < self._room:
            task = asyncio.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def drained(self) -> None:
        """Wait until every request was answered or failed."""
        while self.under_way:
            self._done.clear()
            await self._done.wait()

    def close(self) -> None:
        """Close every connection."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in list(self._open):
            connection.close("closed")

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                _, made = await loop.create_connection(
                    lambda: _Asking(self), self._host, self._port, ssl=self._tls
                )
        except (OSError, TimeoutError) as error:
            if self._waiting:
                _, answered = self._waiting.popleft()
                self.end(answered, 0, type(error).__name__.encode())
            return
        self._open.add(made)
        self.free(made)

    def free(self, connection: "_Asking") -> None:
        """Let the connection take the next request."""
        if self._waiting:
            connection.ask(*self._waiting.popleft())
        else:
            self._idle.append(connection)

    def gone(self, connection: "_Asking") -> None:
        """Note a closed connection, and make another for a waiting request."""
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if self._waiting and len(self._open) + len(self._opening) < self._room:
            task = asyncio.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    def end(self, answered: Answered, status: int, body: bytes) -> None:
        """Note the end of a request."""
        self.under_way -= 1
        answered(status, body)
        if not self.under_way:
            self._done.set()

    def _sweep(self) -> None:
        """Give up requests that wait too long for their answer."""
        oldest = time.monotonic() - self._timeout_seconds
        for connection in list(self._open):
            if connection.asked_at is not None and connection.asked_at < oldest:
                connection.close("TimeoutError")
        loop = asyncio.get_running_loop()
        self._sweeping = loop.call_later(SWEEP_SECONDS, self._sweep)


class _Asking(asyncio.Protocol):
    """One connection of a Poster."""

    def __init__(self, pool: Poster) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._answered: Answered | None = None
        self._received = b""
        self.asked_at: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes, answered: Answered) -> None:
        """Send a request on this connection, which is free."""
        assert self._transport is not None
        self._answered = answered
        self.asked_at = time.monotonic()
        self._transport.write(request)

    def close(self, why: str) -> None:
        """End the connection, and the request on it."""
        if self._transport is not None:
            self._transport.abort()
        self._fail(why)

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        end = self._received.find(_BLANK)
        if end < 0:
            return
        head = self._received[: end + 2]
        length = _LENGTH.search(head)
        status = int(head[9:12]) if head[9:12].isdigit() else 0
        if length is None and status != 204:  # noqa: PLR2004 # the one answer without a body
            self.close("an answer without Content-Length")
            return
        whole = end + len(_BLANK) + (int(length[1]) if length else 0)
        if len(self._received) < whole:
            return
        body, self._received = self._received[end + len(_BLANK) : whole], b""
        answered, self._answered, self.asked_at = self._answered, None, None
        if _CLOSE.search(head) or answered is None:
            self.close("closed")
        else:
            self._pool.free(self)
        if answered is not None:
            self._pool.end(answered, status, body)

    def connection_lost(self, exc: Exception | None) -> None:
        self._pool.gone(self)
        self._fail(type(exc).__name__ if exc else "ServerDisconnected")

    def _fail(self, why: str) -> None:
        answered, self._answered, self.asked_at = self._answered, None, None
        if answered is not None:
            self._pool.end(answered, 0, why.encode())


class Answering(asyncio.Protocol):
    """A connection of a server, which hands each POST to `receive` and answers with its status."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._transport: asyncio.Transport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport. The server says nothing before a request is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._received = self._received + data if self._received else data
        assert self._transport is not None
        while (end := self._received.find(_BLANK)) >= 0:
            length = _LENGTH.search(self._received[: end + 2])
            size = int(length[1]) if length else 0
            if size > MAX_BODY_BYTES:
                self._transport.write(_answer(413))
                self._transport.close()
                return
            whole = end + len(_BLANK) + size
            if len(self._received) < whole:
                return
            fields = _fields(self._received[:end])
            body, self._received = (
                self._received[end + len(_BLANK) : whole],
                self._received[whole:],
            )
            self._transport.write(_answer(self._receive(fields, body)))


def _answer(status: int) -> bytes:
    length = "" if status == 204 else "content-length: 0\r\n"  # noqa: PLR2004 # it has no body
    return f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n{length}\r\n".encode()


def _fields(head: bytes) -> dict[str, str]:
    """Return the header fields of a request's head. The last of a repeated name counts."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines)
    return {name.lower(): value.strip() for name, _, value in pairs}
