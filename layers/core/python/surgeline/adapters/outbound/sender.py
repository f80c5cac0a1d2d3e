"""One POST to a URL that somebody else wrote: guarded, pinned, bounded in time and size.

Retries, signatures and the meaning of a reply do not live here.
"""

import http.client
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Literal, Self

import urllib3.exceptions

from surgeline.adapters.outbound.connection import (
    Connect,
    Deadline,
    IdleConnections,
    PinnedConnection,
    PinnedTLSConnection,
    connect_tcp,
)
from surgeline.adapters.outbound.guard import Target, check_resolved, check_url
from surgeline.adapters.outbound.resolver import Resolve, Resolver
from surgeline.errors import Unavailable, Unprocessable

MAX_REQUEST_BYTES = 262_144
MAX_REPLY_BYTES = 65_536
MAX_RETRY_AFTER_SECONDS = 3_600
MAX_ADDRESSES = 4

Reason = Literal["timeout", "connect", "tls", "blocked", "too_large", "protocol"]

_SECONDS = re.compile(r"[0-9]{1,10}")
# Framing and the name that is called are the sender's own business.
_RESERVED_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding"})
_TLS_ERRORS = (ssl.SSLError, urllib3.exceptions.SSLError, ssl.CertificateError)
_ERRORS = (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError, ValueError)
# How a connection fails that the peer had closed while it was idle.
_STALE = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class SendFailed(Unavailable):
    """No reply came of it. `reason` is for programs; the detail names no path and no query.

    timeout: the deadline passed, wherever. connect: no address of the name took the connection, or
    the name is unknown. tls: the certificate or the handshake. blocked: the guard refuses the URL
    or an address of its name. too_large: our own body. protocol: what came back is not HTTP.
    """

    def __init__(self, reason: Reason, detail: str = "", *, milliseconds: int = 0) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
        self.milliseconds = milliseconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What the peer answered, any status; the body is cut at 64 KiB and never decompressed."""

    status: int
    body: bytes
    retry_after_seconds: int | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class _Request:
    target: Target
    headers: Mapping[str, str]
    body: bytes
    deadline: float


class Sender:
    """Sends, from any number of threads at once, and keeps connections open between requests.

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
        # Its one warning, on odd reply headers, quotes the whole URL with its query.
        logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
        self._allow_loopback = allow_loopback
        self._resolver = Resolver(resolve)
        self._connect = connect
        self._tls = tls or _verifying_context()
        self._now = now
        self._idle = IdleConnections()

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
        """Close the idle connections; sending again opens new ones."""
        self._idle.close()

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        timeout_seconds: float,
        connect_timeout: float = 3,
    ) -> Reply:
        """Send once and read the reply; a redirect is a reply like any other.

        `timeout_seconds` bounds all of it together, `connect_timeout` the look-up, the connection
        and the handshake. A kept connection that turns out closed is replaced once: the receiver
        may then see the same webhook id twice. Raises SendFailed and nothing else.
        """
        started = time.monotonic()
        deadline = started + timeout_seconds
        try:
            request = _Request(self._target(url, headers, body), headers, body, deadline)
            opening = Deadline(min(deadline, started + connect_timeout))
            status, retry_after, reply = self._exchange(request, opening)
        except SendFailed as failed:
            failed.milliseconds = _milliseconds_since(started)
            raise
        return Reply(
            status=status,
            body=reply,
            retry_after_seconds=self._retry_after(retry_after),
            milliseconds=_milliseconds_since(started),
        )

    def _target(self, url: str, headers: Mapping[str, str], body: bytes) -> Target:
        if len(body) > MAX_REQUEST_BYTES:
            raise SendFailed("too_large", f"over {MAX_REQUEST_BYTES} bytes")
        if not _RESERVED_HEADERS.isdisjoint(name.lower() for name in headers):
            raise SendFailed("protocol", "a header that the sender sets itself")
        try:
            return check_url(url, allow_loopback=self._allow_loopback)
        except Unprocessable as refused:
            raise SendFailed("blocked", str(refused)) from refused

    def _exchange(self, request: _Request, opening: Deadline) -> tuple[int, str | None, bytes]:
        addresses = self._addresses(request.target, opening)
        kept = self._idle.take(request.target, addresses)
        if kept is not None:
            try:
                return self._talk(kept, request)
            except _STALE:
                pass  # closed by the peer while idle: a new one is opened below
            except _ERRORS as error:
                raise _failed(error) from error
        connection = self._open(request.target, addresses, opening)
        try:
            return self._talk(connection, request)
        except _ERRORS as error:
            raise _failed(error) from error

    def _addresses(self, target: Target, opening: Deadline) -> Sequence[str]:
        """The addresses of a name, every one of them checked."""
        if target.is_literal:
            return (target.host,)
        try:
            found = self._resolver.addresses(
                target.host, target.port, timeout_seconds=opening.left()
            )
            check_resolved(target, found)
        except TimeoutError as error:
            raise SendFailed("timeout", "the name took too long to resolve") from error
        except Unprocessable as refused:
            raise SendFailed("blocked", str(refused)) from refused
        except (OSError, UnicodeError) as error:
            raise SendFailed("connect", "the name does not resolve") from error
        return found[:MAX_ADDRESSES]

    def _open(
        self, target: Target, addresses: Sequence[str], opening: Deadline
    ) -> PinnedConnection:
        """A connection to the first address that takes one; each gets its share of the time."""
        failed = SendFailed("connect", "the name has no address")
        for number, address in enumerate(addresses):
            connection = self._connection(target, address)
            try:
                share = opening.left() / (len(addresses) - number)
                connection.deadline.at = time.monotonic() + share
                connection.connect()
            except _TLS_ERRORS as error:
                connection.close()
                raise SendFailed("tls", str(error)) from error
            except TimeoutError:
                connection.close()
                failed = SendFailed("timeout", "no connection in time")
            except OSError as error:
                connection.close()
                failed = SendFailed("connect", error.strerror or type(error).__name__)
            else:
                return connection
        raise failed

    def _connection(self, target: Target, address: str) -> PinnedConnection:
        if target.scheme == "https":
            return PinnedTLSConnection(target, address, self._connect, ssl_context=self._tls)
        return PinnedConnection(target, address, self._connect)

    def _talk(
        self, connection: PinnedConnection, request: _Request
    ) -> tuple[int, str | None, bytes]:
        """Status, Retry-After and body of the reply; keeps the connection if it may go on."""
        connection.deadline.at = request.deadline
        try:
            connection.request(
                "POST",
                request.target.path,
                body=request.body,
                headers={"User-Agent": "Surgeline", **request.headers},
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            body = bytearray()
            # The empty read at the end is the one that notices a body cut short.
            while more := response.read(MAX_REPLY_BYTES + 1 - len(body)):
                body += more
        except BaseException:
            connection.close()
            raise
        if len(body) > MAX_REPLY_BYTES or connection.is_closed:
            response.close()
            connection.close()
        else:
            self._idle.keep(request.target, connection)
        return response.status, response.headers.get("Retry-After"), bytes(body[:MAX_REPLY_BYTES])

    def _retry_after(self, value: str | None) -> int | None:
        """Seconds to wait, at most an hour; None when the header says nothing that can be read."""
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


def _verifying_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _failed(error: Exception) -> SendFailed:
    """What went wrong once connected; the peer's bytes stay out of the detail."""
    if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
        return SendFailed("timeout", "no complete reply in time")
    reason: Reason = "tls" if isinstance(error, _TLS_ERRORS) else "protocol"
    return SendFailed(reason, type(error).__name__)


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1_000)
