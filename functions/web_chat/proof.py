"""A visitor's request is proven here: its channel, the page's origin, and the visitor's token."""

from surgeline.application.conversations.visitor_tokens import Visitor, read_token
from surgeline.errors import BadRequest, Unauthorized
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request
from surgeline.runtime.ids_key import ids_key

from functions.web_chat.channels import WebChannels

MAX_CLIENT_ID = 64


class Proof:
    """Tells who asks, for every route of visitors."""

    def __init__(self, backend: Backend, channels: WebChannels) -> None:
        self._clock = backend.clock
        self._secrets = backend.secrets()
        self._channels = channels

    def visitor(self, request: Request) -> Visitor:
        """Return the visitor whose token the request brings. Raises Unauthorized."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise Unauthorized(reason="missing")
        visitor = read_token(self.key(), token.strip(), now=self._clock.now())
        if visitor.channel_id != self.channel(request):
            raise Unauthorized(reason="channel")
        return visitor

    def channel(self, request: Request) -> str:
        """Return the web channel of the path if the page's origin may use it."""
        origin = request.headers.get("origin")
        return self._channels.used(request.path["channel_id"], origin=origin, hosts=(request.host,))

    def key(self) -> bytes:
        """Return the key that ids and tokens are made with."""
        return ids_key(self._secrets)


def event_id(visitor: Visitor, client_id: str) -> str:
    """Return the channel's name of a visitor's message. Raises BadRequest."""
    if not client_id.isascii() or not client_id.replace("-", "").isalnum():
        raise BadRequest("use letters, digits and hyphens", field="client_message_id")
    if len(client_id) > MAX_CLIENT_ID:
        raise BadRequest(f"use at most {MAX_CLIENT_ID} characters", field="client_message_id")
    return f"{visitor.sender}/{client_id}"
