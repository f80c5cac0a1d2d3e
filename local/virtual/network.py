"""The virtual network's servers are callables, and answers come after a latency of the clock.

The network takes the place of `surgeline.adapters.outbound.sender.Sender`. So the production code
above it still signs, bounds and judges.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.outbound.reply import MAX_REPLY_BYTES
from surgeline.adapters.outbound.sender import HttpReply, Method, NoReply
from surgeline.adapters.webhooks import HttpSender

from local.virtual.clock import VirtualClock
from local.virtual.journal import Journal


@dataclass(frozen=True, slots=True)
class Post:
    """One request as a server receives it."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    at: int
    method: str = "POST"

    @property
    def json(self) -> Any:  # noqa: ANN401 # a body is any JSON
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer."""

    status: int = 200
    body: bytes = b"{}"
    retry_after_seconds: int | None = None
    location: str | None = None


Server = Callable[[Post], Answer]
"""A server raises `NoReply` in order to give no answer."""


class Network:
    """Servers by the start of their addresses. The longest start that fits is taken.

    `wait(milliseconds)` lets time pass for the caller. An address without a server is unreachable,
    unless `beyond` answers for it.
    """

    def __init__(
        self,
        clock: VirtualClock,
        wait: Callable[[int], None],
        journal: Journal,
        *,
        beyond: HttpSender | None = None,
    ) -> None:
        self._clock = clock
        self._wait = wait
        self._journal = journal
        self._beyond = beyond
        self._servers: dict[str, tuple[Server, int]] = {}

    @property
    def is_slow(self) -> bool:
        """Return whether any server takes time to answer."""
        return any(latency for _, latency in self._servers.values())

    def serve(self, url: str, server: Server, *, latency_milliseconds: int = 0) -> None:
        """Let a server answer every address that begins so.

        A later server takes the place of an earlier one.
        """
        self._servers[url] = (server, latency_milliseconds)

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
        """Send once and return the reply. Raises NoReply.

        The server receives the request at once, and its answer arrives after the latency. A caller
        whose time is over before that does not hear the answer.
        """
        del connect_timeout, public_only  # the servers here are on no machine
        start = max((each for each in self._servers if url.startswith(each)), key=len, default=None)
        if start is None:
            return self._send_beyond(url, headers, body, timeout_seconds, method)
        server, latency = self._servers[start]
        timeout = round(timeout_seconds * 1000)
        began = self._clock.now()
        self._journal.note(
            method.lower(), began, url, headers.get("webhook-id"), body.decode(errors="replace")
        )
        try:
            answer = self._answer(server, Post(url, headers, body, began, method), latency, timeout)
        except NoReply as error:
            self._journal.note("no answer", self._clock.now(), url, error.reason)
            error.milliseconds = self._clock.now() - began
            raise
        self._journal.note("answer", self._clock.now(), url, answer.status, _text_of(answer.body))
        taken = self._clock.now() - began
        return HttpReply(
            answer.status,
            answer.body[:most_bytes],
            answer.retry_after_seconds,
            taken,
            answer.location,
            len(answer.body) <= most_bytes,
        )

    def _answer(self, server: Server, post: Post, latency: int, timeout: int) -> Answer:
        answer = server(post)
        self._wait(min(latency, timeout))
        if latency > timeout:
            raise NoReply("timeout", sent=True)
        return answer

    def _send_beyond(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        method: Method,
    ) -> HttpReply:
        if self._beyond is None:
            raise NoReply("connect", "no server has this address")
        return self._beyond.post(url, headers, body, timeout_seconds=timeout_seconds, method=method)


def _text_of(body: bytes) -> str:
    """Return a body for the journal. A file is no text, so only its size and begin stand there."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes: {body[:16].hex()}"
