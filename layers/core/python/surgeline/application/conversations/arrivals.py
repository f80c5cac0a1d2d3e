"""A customer who is sent on from a closed channel is known again here by a link of its own.

The link's token names the thread that it was sent to, and an end, with proof that we said so. What
follows the number sign of an address stays in the browser, so that no server logs it.
"""

import hmac
from typing import Final

from surgeline.domain.company.closure import Closure
from surgeline.domain.crisis.incident import in_language
from surgeline.domain.ids import keyed_id
from surgeline.domain.thread import Thread
from surgeline.errors import Unauthorized

LIFETIME_MS: Final = 86_400_000
MARK: Final = "#from="
"""This stands between the page's address and the token."""


def arrival_token(key: bytes, channel_id: str, thread_id: str, *, now: int) -> str:
    """Return the token with which the customer of a thread arrives at a web channel."""
    said = f"{channel_id}~{thread_id}~{now + LIFETIME_MS}"
    return f"{said}~{_proof(key, said)}"


def arrived_from(key: bytes, channel_id: str, token: str, *, now: int) -> str:
    """Return the thread that a token names. Raises Unauthorized for any other token."""
    said, _, proof = token.rpartition("~")
    if not hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(key, said).encode()):
        raise Unauthorized(reason="token")
    channel, thread_id, expires_at = said.split("~")
    if channel != channel_id:
        raise Unauthorized(reason="channel")
    if int(expires_at) <= now:
        raise Unauthorized(reason="expired")
    return thread_id


def closure_of(
    closure: Closure, thread: Thread, language: str | None, key: bytes, *, now: int
) -> str:
    """Return the words that send the customer of a thread on, with a link of their own."""
    token = arrival_token(key, closure.channel, thread.id, now=now)
    return closure.text(in_language(closure.texts, language), f"{closure.page}{MARK}{token}")


def _proof(key: bytes, said: str) -> str:
    return keyed_id("", key, "arrival", said)
