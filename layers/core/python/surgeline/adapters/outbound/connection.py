"""HTTP connections to one checked address live here, with one deadline for every wait.

Idle connections are kept here too. The choice of the address and the handling of failures do not
live here.
"""

import select
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from surgeline.adapters.outbound.guard import HTTPS_PORT, Target
from surgeline.adapters.outbound.reply import MAX_REPLY_BYTES, RawReply, read_reply

IDLE_SECONDS = 20
MAX_IDLE = 256
_HTTP_PORT = 80
_SEND_BYTES = 16_384
_RECEIVE_BYTES = 16_384

# (address, port, timeout in seconds) to a connected socket.
Connect = Callable[[str, int, float], socket.socket]


def connect_tcp(address: str, port: int, timeout_seconds: float) -> socket.socket:
    """Return a connected socket that sends without delay."""
    sock = socket.create_connection((address, port), timeout_seconds)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class Deadline:
    """A moment of the monotonic clock after which everything is late."""

    def __init__(self, at: float) -> None:
        self.at = at

    def remaining(self) -> float:
        """Return the seconds that remain, more than 0. Raises TimeoutError."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


class PinnedConnection:
    """A connection to `address`, while Host, SNI and certificate go by the target's name.

    Socket timeouts count from the last byte, so a peer that drips bytes would never meet one. So
    each wait gets the time that is left until `deadline`, which each request sets anew.
    """

    def __init__(
        self,
        target: Target,
        address: str,
        connect: Connect,
        tls: ssl.SSLContext | None,
        by: Deadline,
    ) -> None:
        """Connect, and shake hands where `tls` is given. Raises OSError, ssl.SSLError."""
        self.address = address
        self.deadline = by
        self.idle_since = 0.0
        self._host = _host_field(target)
        self._sock = connect(address, target.port, by.remaining())
        try:
            self._sock.settimeout(by.remaining())  # for the handshake
            if tls is not None:
                self._sock = tls.wrap_socket(self._sock, server_hostname=target.host)
        except BaseException:
            self._sock.close()
            raise
        self._readable = select.poll()
        self._readable.register(self._sock, select.POLLIN)

    def ask(
        self, method: str, path: str, fields: str, body: bytes, most: int = MAX_REPLY_BYTES
    ) -> RawReply:
        """Send one request, with whole lines of header fields, and read `most` bytes of its reply.

        The deadline holds, however slowly the peer reads. Raises OSError, HTTPException, and
        ValueError for fields that are not ASCII. After an error the connection can't be used again.
        """
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept-Encoding: identity\r\n"
        length = f"Content-Length: {len(body)}\r\n" if method != "GET" else ""
        request = f"{head}{length}{fields}\r\n".encode("ascii") + body
        view = memoryview(request)  # head and body leave together
        for start in range(0, len(view), _SEND_BYTES):
            self._sock.settimeout(self.deadline.remaining())
            self._sock.sendall(view[start : start + _SEND_BYTES])
        return read_reply(self._receive, most)

    @property
    def seems_open(self) -> bool:
        """Return whether nothing came while the connection was idle, not even its end."""
        return not self._readable.poll(0)

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def _receive(self) -> bytes:
        self._sock.settimeout(self.deadline.remaining())
        return self._sock.recv(_RECEIVE_BYTES)


def _host_field(target: Target) -> str:
    """Return the target's name as Host carries it, with an IPv6 address in brackets."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = HTTPS_PORT if target.scheme == "https" else _HTTP_PORT
    return host if target.port == usual else f"{host}:{target.port}"


class IdleConnections:
    """Open connections, by the checked parts of their target: scheme, name, port and address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: defaultdict[tuple[str, str, int, str], list[PinnedConnection]]
        self._idle = defaultdict(list)
        self._count = 0

    def take(self, target: Target, addresses: Sequence[str]) -> PinnedConnection | None:
        """Return the youngest idle connection to one of the addresses that still seems open."""
        for address in addresses:
            while (connection := self._pop(_key(target, address))) is not None:
                young = connection.idle_since > time.monotonic() - IDLE_SECONDS
                if young and connection.seems_open:
                    return connection
                connection.close()
        return None

    def keep(self, target: Target, connection: PinnedConnection) -> None:
        """Keep a connection whose reply was read to its end. Close it if there are too many."""
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
        """Close connections that have been idle for so long."""
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
