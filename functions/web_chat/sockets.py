"""The web sockets of chat pages are opened here, each for the thread of its visitor.

What a page says over its socket is a ping, or a sign for the desk: the customer types, or has seen
what was said.
"""

from collections.abc import Callable
from typing import Any

from surgeline.application.conversations.visitor_tokens import read_token
from surgeline.application.staff.customer_signs import CustomerSigns
from surgeline.application.staff.tickets import PROTOCOL, read_ticket, room_of
from surgeline.errors import Rejected, TooMany, Unauthorized, Unavailable
from surgeline.runtime.bootstrap import Backend, LambdaEvent
from surgeline.runtime.http import answer_to
from surgeline.runtime.ids_key import ids_key

from functions.web_chat.channels import WebChannels

SOCKET_SECONDS = 2 * 3600
SOCKETS_OF_ONE = 10
SOCKETS_OF_A_DESK = 500
"""The most sockets that one visitor may have open. A page without a socket polls."""


class SocketRoutes:
    """The socket events $connect and $disconnect, and the messages of pages."""

    def __init__(self, backend: Backend, channels: WebChannels, log: Callable[..., None]) -> None:
        self._clock = backend.clock
        self._secrets = backend.secrets()
        self._sockets = backend.sockets()
        self._channels = channels
        self._signs = CustomerSigns(backend.store(), self._sockets, backend.clock)
        self._log = log

    def handle(self, event: LambdaEvent) -> dict[str, Any]:
        """Answer an event of the WebSocket API.

        The status of $connect accepts or refuses the socket.
        """
        about = event["requestContext"]
        answer: dict[str, Any] = {"statusCode": 200}
        try:
            if about["routeKey"] == "$connect" and (ticket := _ticket_of(event)):
                self._sit(about["connectionId"], ticket)
                answer["headers"] = {"sec-websocket-protocol": PROTOCOL}
            elif about["routeKey"] == "$connect":
                self._connect(event)
            elif about["routeKey"] == "$disconnect":
                self._sockets.leave(about["connectionId"])
            else:
                self._signs(about["connectionId"], event.get("body") or "")
        except (Rejected, Unavailable) as error:
            self._log("refused", code=error.code, reason=getattr(error, "reason", None))
            return {"statusCode": answer_to(error).status}
        return answer

    def _sit(self, connection_id: str, ticket: str) -> None:
        """Remember the socket for the desk of its ticket. Raises Unauthorized, TooMany."""
        now = self._clock.now()
        room = room_of(read_ticket(ids_key(self._secrets), ticket, now=now))
        if len(self._sockets.connections(room)) >= SOCKETS_OF_A_DESK:
            raise TooMany(f"a desk may have at most {SOCKETS_OF_A_DESK} sockets open")
        self._sockets.join(room, connection_id, expires_at=now + SOCKET_SECONDS * 1000)

    def _connect(self, event: LambdaEvent) -> None:
        """Remember the socket for its visitor's thread. Raises Unauthorized, TooMany.

        In a home whose sockets have paths, the query parameters also hold the path's channel.
        """
        about, query = event["requestContext"], event.get("queryStringParameters") or {}
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        key, now = ids_key(self._secrets), self._clock.now()
        visitor = read_token(key, query.get("token", ""), now=now)
        if query.get("channel_id", visitor.channel_id) != visitor.channel_id:
            raise Unauthorized(reason="channel")
        hosts = (about.get("domainName", ""), visitor.host)
        self._channels.used(visitor.channel_id, origin=headers.get("origin"), hosts=hosts)
        thread = visitor.thread_id(key)
        if len(self._sockets.connections(thread)) >= SOCKETS_OF_ONE:
            raise TooMany(f"one visitor may have at most {SOCKETS_OF_ONE} sockets open")
        until = now + SOCKET_SECONDS * 1000
        self._sockets.join(thread, about["connectionId"], expires_at=until)


def _ticket_of(event: LambdaEvent) -> str:
    """Return the ticket for a desk, which stands beside the subprotocol, or an empty text."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    asked = [each.strip() for each in headers.get("sec-websocket-protocol", "").split(",")]
    return asked[1] if asked[:1] == [PROTOCOL] and len(asked) > 1 else ""
