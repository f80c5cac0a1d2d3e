"""The chat page, its messages and its sockets, for anonymous visitors with a signed token."""

import json
from pathlib import Path
from typing import Any

from surgeline.adapters.channels.web import WebChannel
from surgeline.application.conversations.read_chat import read_chat
from surgeline.application.conversations.receive_message import receive_message
from surgeline.application.conversations.visitor_tokens import (
    LIFETIME_SECONDS,
    Visitor,
    issue_token,
    read_token,
)
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.ids import message_id
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest, Rejected, Unauthorized
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.http import Request, Response, http, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import log_of
from surgeline.runtime.sender_cap import SenderCap
from surgeline.runtime.settings import WebChat
from surgeline.runtime.strict_json import load_object, text_field

from functions.web_chat.page_files import PageFiles

PAGE = Path(__file__).parent / "page"
PUBLISHED = Path(__file__).parent / "published"
PUBLIC = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
MAX_TEXT = 10_000
MAX_CLIENT_ID = 64
SOCKET_SECONDS = 2 * 3600


class _WebChat:
    """The routes; one instance a process."""

    def __init__(self, backend: Backend, settings: WebChat) -> None:
        self.info, alarm = log_of("web_chat", settings.log_level)
        self.settings = settings
        self.clock = backend.clock
        self.randomness = backend.randomness
        self.events = backend.queue(settings.events_queue)
        self.store = backend.store()
        self.secrets = backend.secrets()
        self.sockets = backend.sockets()
        self.files = PageFiles(PAGE)
        self.published = PageFiles(PUBLISHED)
        self.cap = SenderCap()
        self.gate = backend.intake_gate(settings.events_queue)
        self.configuration = shelf_of(backend, alarm)

    # ------------------------------------------------------------ the page

    def page(self, request: Request) -> Response:
        """GET /: the page itself."""
        policy = {
            "content-security-policy": CONTENT_SECURITY_POLICY,
            "referrer-policy": "no-referrer",
        }
        return self.files.answer(request, "chat.html", policy)

    def asset(self, request: Request) -> Response:
        """GET /assets/{file}: one of the page's own files, by its exact name."""
        return self.files.answer(request, request.path["file"], {})

    def openapi(self, request: Request) -> Response:
        """GET /v1/openapi.json: every HTTP entrance, for programs."""
        return self.published.answer(request, "openapi.json", PUBLIC)

    def schema(self, request: Request) -> Response:
        """GET /v1/schemas/{name}: the JSON Schema of one event."""
        return self.published.answer(request, request.path["name"], PUBLIC)

    # ------------------------------------------------------------ visitors and their messages

    def visitors(self, request: Request) -> Response:
        """POST: a new anonymous visitor."""
        channel_id = self._channel(request)
        expires_at = self.clock.now() + LIFETIME_SECONDS * 1000
        visitor = Visitor(channel_id, f"v{self.randomness.token(16).hex()}", expires_at)
        key = ids_key(self.secrets)
        body = {
            "token": issue_token(key, visitor),
            "thread_id": visitor.thread_id(key),
            "expires_at": rfc3339(expires_at),
            "socket_url": self._socket_url(request),
        }
        return Response(201, body)

    def send(self, request: Request) -> Response:
        """POST: a message; the same client id again is harmless."""
        json_only(request)
        visitor, key = self._visitor(request)
        body = load_object(request.body)
        client_id = text_field(body, "client_message_id", max_chars=MAX_CLIENT_ID)
        if not client_id.isascii() or not client_id.replace("-", "").isalnum():
            raise BadRequest("use letters, digits and hyphens", field="client_message_id")
        thread = visitor.thread_id(key)
        self.cap.take(thread, self.clock.now())
        self.gate.admit(thread)
        accepted = receive_message(
            self.events,
            self.clock,
            key=key,
            thread=thread,
            channel_id=visitor.channel_id,
            sender=visitor.sender,
            provider_event_id=f"{visitor.sender}/{client_id}",
            text=text_field(body, "text", max_chars=MAX_TEXT, min_chars=0),
            language=text_field(body, "language", max_chars=35, required=False),
        )
        self.info("accepted", thread_id=accepted.thread_id, message_id=accepted.message_id)
        ids = {"thread_id": accepted.thread_id, "message_id": accepted.message_id}
        return Response(202, ids)

    def read(self, request: Request) -> Response:
        """GET: the lines after a sequence number."""
        visitor, key = self._visitor(request)
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= 12):  # noqa: PLR2004 # 10^12 lines
            raise BadRequest("use a whole number from 0", field="after")
        chat = read_chat(self.store, visitor.thread_id(key), after_seq=int(after))
        return Response(200, chat)

    def leave(self, request: Request) -> Response:
        """POST: the customer ends the chat."""
        visitor, key = self._visitor(request)
        thread = visitor.thread_id(key)
        event = message_id(key, visitor.channel_id, f"{visitor.sender}/leave/{self.clock.now()}")
        left = {
            "type": "customer_left",
            "id": event,
            "thread_id": thread,
            "channel_id": visitor.channel_id,
            "at": self.clock.now(),
        }
        self.events.send([Outgoing(json.dumps(left), group=thread, dedup_id=event)])
        return Response(202, {"thread_id": thread})

    # ------------------------------------------------------------ sockets

    def socket(self, event: LambdaEvent) -> dict[str, Any]:
        """$connect, $disconnect and whatever a page sends (which is only ever a ping)."""
        about = event["requestContext"]
        if about["routeKey"] == "$connect":
            token = (event.get("queryStringParameters") or {}).get("token", "")
            key = ids_key(self.secrets)
            visitor = read_token(key, token, now=self.clock.now())
            expires_at = self.clock.now() + SOCKET_SECONDS * 1000
            self.sockets.join(visitor.thread_id(key), about["connectionId"], expires_at=expires_at)
        elif about["routeKey"] == "$disconnect":
            self.sockets.leave(about["connectionId"])
        return {"statusCode": 200}

    # ------------------------------------------------------------ who asks

    def _visitor(self, request: Request) -> tuple[Visitor, bytes]:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise Unauthorized(reason="missing")
        key = ids_key(self.secrets)
        visitor = read_token(key, token.strip(), now=self.clock.now())
        if visitor.channel_id != self._channel(request):
            raise Unauthorized(reason="channel")
        return visitor, key

    def _channel(self, request: Request) -> str:
        """The web channel of the path, if the page's origin may use it."""
        channel = self.configuration.channel(request.path["channel_id"])
        if channel is None or channel.kind != "web":
            raise Unauthorized(reason="channel")
        origin = request.headers.get("origin")
        origins = channel.own(WebChannel).origins
        if origin and "*" not in origins and origin not in origins:
            raise Unauthorized(reason="origin")
        return channel.id

    def _socket_url(self, request: Request) -> str:
        if self.settings.sockets.startswith("wss://"):
            return self.settings.sockets
        return f"ws://{request.host}/v1/web/{request.path['channel_id']}/socket"


def build(backend: Backend, settings: WebChat) -> Handler:
    """The handler over a backend: HTTP routes and socket events."""
    chat = _WebChat(backend, settings)
    over_http = http(
        {
            "GET /": chat.page,
            "GET /assets/{file}": chat.asset,
            "GET /v1/openapi.json": chat.openapi,
            "GET /v1/schemas/{name}": chat.schema,
            "POST /v1/web/{channel_id}/visitors": chat.visitors,
            "POST /v1/web/{channel_id}/messages": chat.send,
            "GET /v1/web/{channel_id}/messages": chat.read,
            "POST /v1/web/{channel_id}/leave": chat.leave,
        },
        log=chat.info,
        clock=backend.clock,
    )

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        if "connectionId" not in event["requestContext"]:
            return over_http(event, context)
        try:
            return chat.socket(event)
        except Rejected as error:
            chat.info("refused", code=error.code, reason=getattr(error, "reason", None))
            return {"statusCode": error.status}

    return handle


handler = entry(WebChat, build)
