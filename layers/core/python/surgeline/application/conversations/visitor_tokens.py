"""Tokens of anonymous chat visitors name the visitor and an expiry, with proof that we said so.

A token is `channel~visitor~expiry~host~proof`. Nothing is stored, and a token of one channel is
none for another. `host` is where the chat page was that asked for the token. Tokens of release
0.1.0 have no host. Before the proof stands the company's own id of a customer whom its site has
proven, in base64, and then the thread on another channel that a customer was sent on from, with the
time until which that is proven.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from surgeline.domain.ids import keyed_id, thread_id
from surgeline.errors import Unauthorized

LIFETIME_SECONDS = 30 * 86_400
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on the chat page of one channel. `sender` is the visitor's address in the thread.

    `user` is the company's own id of the customer, where its site has proven it. `via` is the
    thread on a closed channel that the customer was sent on from, as its link has proven until
    `via_until`.
    """

    channel_id: str
    sender: str
    expires_at: int
    host: str = ""
    user: str = ""
    via: str = ""
    via_until: int = 0

    def thread_id(self, key: bytes) -> str:
        """Return the visitor's thread."""
        return thread_id(key, self.channel_id, self.sender)


def customers_sender(key: bytes, channel_id: str, user_id: str) -> str:
    """Return the sender under whom a proven customer writes, from whatever browser."""
    return keyed_id("c", key, "proven customer", channel_id, user_id)


def issue_token(key: bytes, visitor: Visitor) -> str:
    """Return the visitor's token. A text that can't be a host is left out."""
    host = visitor.host if _HOST.fullmatch(visitor.host) else ""
    said = f"{visitor.channel_id}~{visitor.sender}~{visitor.expires_at}~{host}"
    if visitor.user or visitor.via:
        said += f"~{base64.urlsafe_b64encode(visitor.user.encode()).decode()}"
    if visitor.via:
        said += f"~{visitor.via}~{visitor.via_until}"
    return f"{said}~{_proof(key, said)}"


def read_token(key: bytes, token: str, *, now: int) -> Visitor:
    """Return the visitor of a token. Raises Unauthorized for any token that we did not issue."""
    said, _, proof = token.rpartition("~")
    try:
        valid = hmac.compare_digest(proof.encode(), _proof(key, said).encode())
    except UnicodeEncodeError:
        valid = False
    if not valid:
        raise Unauthorized(reason="token")
    channel_id, sender, expires_at, *rest = said.split("~")
    if int(expires_at) <= now:
        raise Unauthorized(reason="expired")
    host, user, via, until, *_ = [*rest, "", "", "", ""]
    known = base64.urlsafe_b64decode(user).decode()
    return Visitor(channel_id, sender, int(expires_at), host, known, via, int(until or 0))


def _proof(key: bytes, said: str) -> str:
    return keyed_id("", key, "visitor", said)
