"""One request to a URL that somebody else wrote is sent here, guarded and bounded in time and size.

The address is pinned after its check. Retries, signatures and the meaning of a reply do not live
here.
"""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cached_property
from types import TracebackType
from typing import Literal, Self

from surgeline.adapters.outbound.connection import (
    Connect,
    Deadline,
    IdleConnections,
    PinnedConnection,
    connect_tcp,
)
from surgeline.adapters.outbound.guard import Target, check_resolved, check_url
from surgeline.adapters.outbound.reply import MAX_REPLY_BYTES, RawReply
from surgeline.adapters.outbound.resolver import Resolve, Resolver
from surgeline.errors import Unavailable, Unprocessable

MAX_REQUEST_BYTES = 262_144
MAX_RETRY_AFTER_SECONDS = 3_600
MAX_ADDRESSES = 4

Method = Literal["GET", "POST", "PUT"]
Reason = Literal["timeout", "connect", "tls", "blocked", "too_large", "protocol"]

_SECONDS = re.compile(r"[0-9]{1,10}")
# Framing and the name that is called are the sender's own business.
_RESERVED_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding"})
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[ -~]*")
_ERRORS = (OSError, http.client.HTTPException, ValueError)
# These errors mean that the peer had closed a connection while it was idle.
_STALE = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class NoReply(Unavailable):
    """Raised when no reply came. `reason` is for programs. The detail names no path and no query.

    timeout: the deadline passed, at any step. connect: no address of the name took the connection,
    or the name is unknown. tls: the certificate or the handshake failed. blocked: the guard refuses
    the URL or an address of its name. too_large: our own body is too large. protocol: the answer is
    not HTTP. `sent` says that the peer may have got the request.
    """

    def __init__(
        self, reason: Reason, detail: str = "", *, milliseconds: int = 0, sent: bool = False
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
        self.milliseconds = milliseconds
        self.sent = sent


@dataclass(frozen=True, slots=True)
class HttpReply:
    """The peer's answer, with any status. The body is never decompressed.

    It is cut at 64 KiB, or at what the caller names. `whole` says that nothing was cut off.
    `location` is where a redirect points.
    """

    status: int
    body: bytes
    retry_after_seconds: int | None
    milliseconds: int
    location: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Request:
    target: Target
    fields: str
    body: bytes
    deadline: float
    method: Method
    most: int


class Sender:
    """Sends from any number of threads at once, and keeps connections open between requests.

    `connect` and `tls` exist for tests, which route public addresses to their own servers.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool,
        resolve: Resolve = socket.getaddrinfo,
        connect: Connect = connect_tcp,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._resolver = Resolver(resolve)
        self._connect = connect
        self._given = tls
        self._now = now
        self._idle = IdleConnections()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Return the settings of TLS, which are read at their first use, in about 25 ms."""
        return self._given or _verifying_context()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the idle connections. A later send opens new ones."""
        self._idle.close()

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        timeout_seconds: float,
        connect_timeout: float = 3,
        method: Method = "POST",
        most_bytes: int = MAX_REPLY_BYTES,
        public_only: bool = False,
    ) -> HttpReply:
        """Send once and read the reply. A redirect is a reply like any other.

        `timeout_seconds` bounds the whole call. `connect_timeout` bounds the look-up, the
        connection and the handshake. A kept connection that turns out closed is replaced once. The
        receiver may then see the same webhook id twice. `public_only` refuses this machine, also
        where the sender may reach it. Raises NoReply and nothing else.
        """
        started = time.monotonic()
        deadline = started + timeout_seconds
        try:
            target = self._target(
                url, body, allow_loopback=self._allow_loopback and not public_only
            )
            request = _Request(target, _fields(headers), body, deadline, method, most_bytes)
            reply = self._exchange(request, Deadline(min(deadline, started + connect_timeout)))
        except NoReply as failed:
            failed.milliseconds = _milliseconds_since(started)
            raise
        return HttpReply(
            status=reply.status,
            body=reply.body[:most_bytes],
            retry_after_seconds=self._retry_after(reply.retry_after),
            milliseconds=_milliseconds_since(started),
            location=reply.location,
            whole=len(reply.body) <= most_bytes,
        )

    def _target(self, url: str, body: bytes, *, allow_loopback: bool) -> Target:
        if len(body) > MAX_REQUEST_BYTES:
            raise NoReply("too_large", f"over {MAX_REQUEST_BYTES} bytes")
        try:
            return check_url(url, allow_loopback=allow_loopback)
        except Unprocessable as refused:
            raise NoReply("blocked", str(refused)) from refused

    def _exchange(self, request: _Request, opening: Deadline) -> RawReply:
        addresses = self._addresses(request.target, opening)
        kept = self._idle.take(request.target, addresses)
        if kept is not None:
            try:
                return self._talk(kept, request)
            except _STALE:
                pass  # the peer closed it while idle, so a new one is opened below
            except _ERRORS as error:
                raise _failed(error) from error
        connection = self._open(request.target, addresses, opening)
        try:
            return self._talk(connection, request)
        except _ERRORS as error:
            raise _failed(error) from error

    def _addresses(self, target: Target, opening: Deadline) -> Sequence[str]:
        """Return the addresses of a name, after each of them was checked."""
        if target.is_literal:
            return (target.host,)
        try:
            found = self._resolver.addresses(
                target.host, target.port, timeout_seconds=opening.remaining()
            )
            check_resolved(target, found)
        except TimeoutError as error:
            raise NoReply("timeout", "the name took too long to resolve") from error
        except Unprocessable as refused:
            raise NoReply("blocked", str(refused)) from refused
        except (OSError, UnicodeError) as error:
            raise NoReply("connect", "the name does not resolve") from error
        return found[:MAX_ADDRESSES]

    def _open(
        self, target: Target, addresses: Sequence[str], opening: Deadline
    ) -> PinnedConnection:
        """Connect to the first address that accepts. Each address gets its share of the time."""
        failed = NoReply("connect", "the name has no address")
        for number, address in enumerate(addresses):
            try:
                share = opening.remaining() / (len(addresses) - number)
                by = Deadline(time.monotonic() + share)
                tls = self._tls if target.scheme == "https" else None
                return PinnedConnection(target, address, self._connect, tls, by)
            except ssl.SSLError as error:
                raise NoReply("tls", str(error)) from error
            except TimeoutError:
                failed = NoReply("timeout", "no connection in time")
            except OSError as error:
                failed = NoReply("connect", error.strerror or type(error).__name__)
        raise failed

    def _talk(self, connection: PinnedConnection, request: _Request) -> RawReply:
        """Return the reply. Keep the connection if it may go on."""
        connection.deadline.at = request.deadline
        try:
            reply = connection.ask(
                request.method, request.target.path, request.fields, request.body, request.most
            )
        except BaseException:
            connection.close()
            raise
        if reply.keep:
            self._idle.keep(request.target, connection)
        else:
            connection.close()
        return reply

    def _retry_after(self, value: str | None) -> int | None:
        """Return the seconds to wait, at most an hour, or None for an unreadable header."""
        if value is None:
            return None
        if _SECONDS.fullmatch(value):
            seconds = int(value)
        else:
            try:
                moment = parsedate_to_datetime(value)
                seconds = round(
                    moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - self._now()
                )
            except (ValueError, OverflowError, TypeError, IndexError):
                return None
        return min(max(seconds, 0), MAX_RETRY_AFTER_SECONDS)


def _fields(headers: Mapping[str, str]) -> str:
    """Return the header fields as lines, ours first.

    Raises NoReply for a text that could forge another field.
    """
    lines = ["User-Agent: Surgeline\r\n"]
    for name, value in headers.items():
        if name.lower() in _RESERVED_HEADERS:
            raise NoReply("protocol", "a header that the sender sets itself")
        if not _FIELD_NAME.fullmatch(name) or not _FIELD_VALUE.fullmatch(value):
            raise NoReply("protocol", "a header that no request can carry")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines)


def _verifying_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _failed(error: Exception) -> NoReply:
    """Return the error for a failure after connecting. The detail has none of the peer's bytes."""
    if isinstance(error, TimeoutError):
        return NoReply("timeout", "no complete reply in time", sent=True)
    reason: Reason = "tls" if isinstance(error, ssl.SSLError) else "protocol"
    return NoReply(reason, type(error).__name__, sent=True)


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1_000)
