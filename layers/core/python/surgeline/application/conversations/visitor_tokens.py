"""Tokens of anonymous chat visitors: who they are, until when, and proof that we said so.

`channel~visitor~expiry~proof`: nothing is stored, and a token of one channel is none for another.
"""

import hmac
from dataclasses import dataclass

from surgeline.domain.ids import keyed_id, thread_id
from surgeline.errors import Unauthorized

LIFETIME_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on the chat page of one channel; `sender` is their address in their thread."""

    channel_id: str
    sender: str
    expires_at: int

    def thread_id(self, key: bytes) -> str:
        """The visitor's thread."""
        return thread_id(key, self.channel_id, self.sender)


def issue_token(key: bytes, visitor: Visitor) -> str:
    """The visitor's token."""
    said = f"{visitor.channel_id}~{visitor.sender}~{visitor.expires_at}"
    return f"{said}~{keyed_id('', key, 'visitor', said)}"


def read_token(key: bytes, token: str, *, now: int) -> Visitor:
    """The visitor of a token. Raises Unauthorized for whatever is not a valid one of ours."""
    said, _, proof = token.rpartition("~")
    try:
        expected = keyed_id("", key, "visitor", said)
        valid = hmac.compare_digest(proof.encode(), expected.encode())
    except UnicodeEncodeError:
        valid = False
    if not valid:
        raise Unauthorized(reason="token")
    channel_id, sender, expires_at = said.split("~")
    if int(expires_at) <= now:
        raise Unauthorized(reason="expired")
    return Visitor(channel_id, sender, int(expires_at))
