"""The ports of posts are implemented here, past the guard: signed webhooks, and plain posts."""

from collections.abc import Mapping
from typing import Protocol

from surgeline.adapters.outbound.reply import MAX_REPLY_BYTES
from surgeline.adapters.outbound.sender import HttpReply, Method, NoReply
from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.standard_webhooks import sign
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Download, Reply, SendFailed
from surgeline.application.ports.secrets import Secrets


class HttpSender(Protocol):
    """The network as webhooks need it. `adapters.outbound.sender.Sender` is the real one."""

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        timeout_seconds: float,
        method: Method = "POST",
        most_bytes: int = MAX_REPLY_BYTES,
        public_only: bool = False,
    ) -> HttpReply:
        """Send once and read the reply. Raises NoReply. `public_only` refuses this machine."""


class SignedWebhooks:
    """Signs and posts. One instance serves a process, so that connections are reused.

    Many threads may post at once.
    """

    def __init__(self, sender: HttpSender, secrets: Secrets, clock: Clock) -> None:
        self._sender = sender
        self._secrets = secrets
        self._clock = clock

    def post(
        self, url: str, *, secret: str, webhook_id: str, body: bytes, timeout_seconds: float
    ) -> Reply:
        """See ports.Webhooks."""
        keys = endpoint_keys(self._secrets, secret)
        if not keys:
            raise SendFailed("no_secret")
        headers = sign(
            keys,
            webhook_id=webhook_id,
            timestamp=self._clock.now() // 1000,
            body=body,
        )
        headers["content-type"] = "application/json"
        return _sent(self._sender, url, headers, body, timeout_seconds=timeout_seconds)


class PlainPosts:
    """Posts and asks with the headers that the caller gives. Many threads may do so at once."""

    def __init__(self, sender: HttpSender) -> None:
        self._sender = sender

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_seconds: float
    ) -> Reply:
        """See ports.Posts."""
        return _sent(self._sender, url, headers, body, timeout_seconds=timeout_seconds)

    def put(
        self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_seconds: float
    ) -> Reply:
        """See ports.Posts."""
        return _sent(
            self._sender, url, headers, body, timeout_seconds=timeout_seconds, method="PUT"
        )

    def get(self, url: str, headers: Mapping[str, str], *, timeout_seconds: float) -> Reply:
        """See ports.Posts."""
        return _sent(self._sender, url, headers, b"", timeout_seconds=timeout_seconds, method="GET")

    def download(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        most_bytes: int,
        timeout_seconds: float,
        public_only: bool = False,
    ) -> Download:
        """See ports.Posts."""
        try:
            reply = self._sender.post(
                url,
                headers,
                b"",
                timeout_seconds=timeout_seconds,
                method="GET",
                most_bytes=most_bytes,
                public_only=public_only,
            )
        except NoReply as error:
            raise SendFailed(error.reason, error.milliseconds, sent=error.sent) from error
        return Download(
            reply.status,
            reply.body,
            reply.milliseconds,
            whole=reply.whole,
            location=reply.location,
            retry_after_seconds=reply.retry_after_seconds,
        )


def _sent(
    sender: HttpSender,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    timeout_seconds: float,
    method: Method = "POST",
) -> Reply:
    try:
        reply = sender.post(url, headers, body, timeout_seconds=timeout_seconds, method=method)
    except NoReply as error:
        raise SendFailed(error.reason, error.milliseconds, sent=error.sent) from error
    return Reply(reply.status, reply.body, reply.retry_after_seconds, reply.milliseconds)
