"""A customer who is sent on from a closed channel is known again here by a link of its own.

The link's token names the thread that it was sent to, and an end, with proof that we said so. What
follows the number sign of an address stays in the browser, so that no server logs it.
"""

import hmac
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from surgeline.application.books import entries_of
from surgeline.application.conversations.visitor_tokens import customers_sender
from surgeline.application.ports.ledger import Ledger
from surgeline.application.thread_log import links_of
from surgeline.domain.company.closure import ArrivalToken
from surgeline.domain.customers.identity import ARRIVED, PAGE, Attributes
from surgeline.domain.ids import keyed_id, thread_id
from surgeline.errors import Unauthorized

LIFETIME_MS: Final = 86_400_000
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {"telegram": ("-",), "line": ("C", "R")}
"""The kinds whose senders may be groups, and how the names of groups begin."""


class Came(NamedTuple):
    """The thread that a link was sent to, and until when (epoch ms) the link proves it."""

    thread_id: str = ""
    until: int = 0


def arrival_token(key: bytes, channel_id: str, thread_id: str, *, now: int) -> str:
    """Return the token with which the customer of a thread arrives at a web channel."""
    said = f"{channel_id}~{thread_id}~{now + LIFETIME_MS}"
    return f"{said}~{_proof(key, said)}"


def arrivals_with(key: Callable[[], bytes]) -> ArrivalToken:
    """Return tokens that are signed with the key of ids, which is read when one is needed."""

    def token(channel_id: str, thread_id: str, now: int) -> str:
        return arrival_token(key(), channel_id, thread_id, now=now)

    return token


def arrived_from(key: bytes, channel_id: str, token: str, *, now: int) -> Came:
    """Return the thread that a token names. Raises Unauthorized for any other token."""
    said, _, proof = token.rpartition("~")
    if not hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(key, said).encode()):
        raise Unauthorized(reason="token")
    channel, thread_id, expires_at = said.split("~")
    if channel != channel_id:
        raise Unauthorized(reason="channel")
    if int(expires_at) <= now:
        raise Unauthorized(reason="expired")
    return Came(thread_id, int(expires_at))


def is_shared(kind: str, sender: str) -> bool:
    """Return whether more people than one read what goes to a sender, or nobody is proven by it.

    The text of a chat page stands in its log, which is no place for a token.
    """
    if kind == "slack":
        return not sender.partition("/")[2].startswith("D")
    return kind == PAGE or sender.startswith(_GROUPS.get(kind, ()))


def thread_before(key: Callable[[], bytes], said: Attributes) -> str:
    """Return the thread on a closed channel that a visitor's attributes name, or nothing."""
    channel, _, sender = (said.get(each) for each in ARRIVED)
    return thread_id(key(), str(channel), str(sender)) if channel and sender else ""


def threads_of(
    ledger: Ledger, key: bytes, channel_id: str, kind: str | None, sender: str
) -> list[str]:
    """Return the thread of a sender first, and then those that the same customer wrote in.

    On a chat page the sender may be the id of a customer whom the company's site proves. The chats
    that a closed channel's link opened follow.
    """
    senders = [sender, customers_sender(key, channel_id, sender)] if kind == PAGE else [sender]
    named = [thread_id(key, channel_id, each) for each in senders]
    arrived = [entry.id for each in named for entry in entries_of(ledger, links_of(each))]
    return list(dict.fromkeys([*named, *arrived]))


def _proof(key: bytes, said: str) -> str:
    return keyed_id("", key, "arrival", said)
