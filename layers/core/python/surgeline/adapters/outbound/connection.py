"""HTTP connections to one checked address, where every wait ends at one deadline; the idle ones.

Which address that is, and what becomes of a failure, do not live here.
"""

import functools
import http.client
import io
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from urllib3.connection import HTTPConnection, HTTPSConnection

from surgeline.adapters.outbound.guard import Target

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer
    from urllib3.response import HTTPResponse

IDLE_SECONDS = 20
MAX_IDLE = 256
_SEND_BYTES = 16_384

# (address, port, timeout in seconds) to a connected socket.
Connect = Callable[[str, int, float], socket.socket]


def connect_tcp(address: str, port: int, timeout_seconds: float) -> socket.socket:
    """A connected socket that sends at once what it is given."""
    sock = socket.create_connection((address, port), timeout_seconds)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class Deadline:
    """A moment of the monotonic clock after which everything is late."""

    def __init__(self, at: float) -> None:
        self.at = at

    def left(self) -> float:
        """Seconds that are left, more than none. Raises TimeoutError."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


class PinnedConnection(HTTPConnection):
    """Connects to `address`, while `host` stays the name that Host, SNI and certificate go by.

    Socket timeouts count from the last byte; a peer that drips would never meet one. So each wait
    is given what is left until `deadline`, which each request sets anew.
    """

    def __init__(self, target: Target, address: str, connect: Connect, **options: object) -> None:
        super().__init__(target.host, target.port, **options)  # type: ignore[arg-type] # TLS's
        self.address = address
        self.deadline = Deadline(0)
        self.idle_since = 0.0
        self._connect_to = connect
        self._unsent = bytearray()
        self.response_class = functools.partial(  # type: ignore[assignment] # called, never isinstance
            _TimedResponse, deadline=self.deadline
        )

    def _new_conn(self) -> socket.socket:
        sock = self._connect_to(self.address, self.port, self.deadline.left())
        sock.settimeout(self.deadline.left())  # for the handshake
        return sock

    def send(self, data: "ReadableBuffer") -> None:  # type: ignore[override] # bytes are all we send
        """Keep it: head and body leave together, when the response is asked for."""
        self._unsent += memoryview(data)

    def getresponse(self) -> "HTTPResponse":  # type: ignore[override] # urllib3's, as there
        """Send what was kept, within the deadline, however slowly the peer reads; its reply."""
        view = memoryview(bytes(self._unsent))
        self._unsent.clear()
        for start in range(0, len(view), _SEND_BYTES):
            self.sock.settimeout(self.deadline.left())
            super().send(view[start : start + _SEND_BYTES])
        return super().getresponse()


class PinnedTLSConnection(PinnedConnection, HTTPSConnection):
    """The same over TLS."""


class IdleConnections:
    """Open connections by what they were checked for: scheme, name, port and address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: defaultdict[tuple[str, str, int, str], list[PinnedConnection]]
        self._idle = defaultdict(list)
        self._count = 0

    def take(self, target: Target, addresses: Sequence[str]) -> PinnedConnection | None:
        """The youngest idle connection to one of the addresses that still seems open."""
        for address in addresses:
            while (connection := self._pop(_key(target, address))) is not None:
                young = connection.idle_since > time.monotonic() - IDLE_SECONDS
                if young and connection.is_connected:
                    return connection
                connection.close()
        return None

    def keep(self, target: Target, connection: PinnedConnection) -> None:
        """Keep a connection whose reply was read to its end; close it if there are too many."""
        connection.idle_since = time.monotonic()
        with self._lock:
            full = self._count >= MAX_IDLE
            if not full:
                self._idle[_key(target, connection.address)].append(connection)
                self._count += 1
        if full:
            connection.close()
            self.close(older_than_seconds=IDLE_SECONDS)

    def close(self, *, older_than_seconds: float = 0) -> None:
        """Close what has been idle for so long."""
        oldest = time.monotonic() - older_than_seconds
        closing = []
        with self._lock:
            for key, connections in list(self._idle.items()):
                closing += [each for each in connections if each.idle_since <= oldest]
                self._idle[key] = [each for each in connections if each.idle_since > oldest]
                if not self._idle[key]:
                    del self._idle[key]
            self._count -= len(closing)
        for connection in closing:
            connection.close()

    def _pop(self, key: tuple[str, str, int, str]) -> PinnedConnection | None:
        with self._lock:
            if key not in self._idle:
                return None
            connection = self._idle[key].pop()
            self._count -= 1
            if not self._idle[key]:
                del self._idle[key]
            return connection


def _key(target: Target, address: str) -> tuple[str, str, int, str]:
    return target.scheme, target.host, target.port, address


class _TimedResponse(http.client.HTTPResponse):
    """A response whose status line, headers, body and trailers are read within the deadline."""

    def __init__(
        self,
        sock: socket.socket | ssl.SSLSocket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        deadline: Deadline,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, deadline))


class _TimedReader(io.RawIOBase):
    """A socket's raw stream that waits for no more than what is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._sock.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._raw.close()
