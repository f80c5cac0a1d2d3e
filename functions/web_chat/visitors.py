"""The chat page's API serves anonymous visitors, whose only credential is a signed token."""

import re
from collections.abc import Callable, Mapping

from surgeline.application.answers.life.unfound_searches import MOST_CHARS, keep_search
from surgeline.application.conversations.arrivals import Came, arrived_from
from surgeline.application.conversations.intake import Inbound, Intake
from surgeline.application.conversations.read_chat import read_chat
from surgeline.application.conversations.understanding.said_of_customer import said_of_customer
from surgeline.application.conversations.visitor_tokens import (
    LIFETIME_SECONDS,
    Visitor,
    issue_token,
)
from surgeline.application.media.links import links_with
from surgeline.domain.account import LONGEST_PLACE
from surgeline.domain.customers.identity import ARRIVED, customer_of_site
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest, Unauthorized
from surgeline.runtime.attributes import Attributes, attributes_field
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.message_fields import language_of, words_of
from surgeline.runtime.sender_cap import SenderCap
from surgeline.runtime.settings import WebChat
from surgeline.runtime.strict_json import load_object, text_field
from surgeline.runtime.visitor_cap import VisitorCap

from functions.web_chat.channels import CORS, WebChannels
from functions.web_chat.customers_chat import CustomersChat
from functions.web_chat.files import check_taken, media_of
from functions.web_chat.identity import RESERVED, Proven, proven_user
from functions.web_chat.proof import MAX_CLIENT_ID, Proof, event_id

MAX_PLACE = 2_000
MAX_FROM = 200
PLACES = ("page", "referrer", "time_zone")
_MAX_AFTER_DIGITS = 12


class VisitorRoutes:
    """The routes below /v1/web. One instance serves a process."""

    def __init__(
        self,
        backend: Backend,
        settings: WebChat,
        channels: WebChannels,
        proof: Proof,
        log: Callable[..., None],
    ) -> None:
        self._proof = proof
        self._log = log
        self._clock = backend.clock
        self._randomness = backend.randomness
        self._store = backend.store()
        self._ledger = backend.ledger()
        self._chats = CustomersChat(self._store, self._ledger)
        self._secrets = backend.secrets()
        self._sockets_url = settings.sockets
        self._channels = channels
        self._cap = VisitorCap()
        self._intake = Intake(
            backend.queue(settings.events_queue),
            backend.clock,
            SenderCap(),
            backend.intake_gate(settings.events_queue),
            proof.key,
        )

    def allow(self, request: Request) -> Response:
        """Tell a browser whether a page of another site may use the API. Raises Unauthorized."""
        self._proof.channel(request)
        return Response(204, "", CORS)

    def visitors(self, request: Request) -> Response:
        """Make a new visitor, who is anonymous unless the body proves a customer.

        Every browser in which the site has proven the customer just now has the same chat. The chat
        of the token that comes along, begun without a name, becomes that chat if the customer has
        none yet, and stays this browser's own otherwise. A closed channel's link begins a chat of
        its own, or opens that again.

        A help centre tells here which words found nothing in it. They make nobody a visitor.

        Raises TooMany, Unauthorized, Forbidden.
        """
        channel_id, now = self._proof.channel(request), self._clock.now()
        self._cap.take(request.peer, request.headers.get("x-forwarded-for", ""), now)
        asked = _asked(request)
        if "searched" in asked:
            return self._searched(channel_id, text_field(asked, "searched", max_chars=MOST_CHARS))
        proven, key = proven_user(self._secrets, channel_id, asked, now=now), self._proof.key()
        user = proven.user
        token = text_field(asked, "from", max_chars=MAX_FROM) if "from" in asked else ""
        came = arrived_from(key, channel_id, token, now=now) if token else Came()
        expires_at = now + LIFETIME_SECONDS * 1000
        known = self._kept(request, user, came.thread_id)
        sender = self._sender(channel_id, proven, known, now=now)
        if known and not token:
            came = Came(known.via, known.via_until)
        visitor = Visitor(channel_id, sender, expires_at, request.host, user, *came)
        body = {
            "user_id": user or None,
            "token": issue_token(key, visitor),
            "thread_id": visitor.thread_id(key),
            "expires_at": rfc3339(expires_at),
            "socket_url": self._socket_url(request),
        }
        return Response(201, body)

    def send(self, request: Request) -> Response:
        """Take in a message. Sending the same client id again is harmless.

        Raises Unauthorized, among others, where the chat is not this visitor's any more.
        """
        json_only(request)
        visitor = self._proof.visitor(request)
        body = load_object(request.body)
        named = event_id(visitor, text_field(body, "client_message_id", max_chars=MAX_CLIENT_ID))
        media = media_of(self._proof.key(), visitor, named, body)
        if media:
            check_taken(self._channels, visitor.channel_id)
        self._admit(visitor)
        message = Inbound(
            visitor.channel_id,
            visitor.sender,
            named,
            text=words_of(body, attachments=len(media)),
            language=language_of(body),
            attachments=len(media),
            customer=self._customer_of(body, visitor),
            media=media,
        )
        [accepted] = self._intake.receive([message])
        ids = {"thread_id": accepted.thread_id, "message_id": accepted.message_id}
        self._log("accepted", **ids)
        return Response(202, ids)

    def read(self, request: Request) -> Response:
        """Return the lines after a sequence number."""
        visitor = self._proof.visitor(request)
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= _MAX_AFTER_DIGITS):
            raise BadRequest("use a whole number from 0", field="after")
        chat = read_chat(
            self._store,
            visitor.thread_id(self._proof.key()),
            after_seq=int(after),
            customer=customer_of_site(visitor.user),
            link=links_with(self._proof.key),
            now=self._clock.now(),
        )
        if visitor.user and chat["conversation"] is None:
            self._admit(visitor)  # the customer's chat may be another
        return Response(200, chat)

    def leave(self, request: Request) -> Response:
        """End the chat for the customer."""
        visitor = self._proof.visitor(request)
        self._admit(visitor)
        thread = self._intake.leave(visitor.channel_id, visitor.sender)
        return Response(202, {"thread_id": thread})

    def _searched(self, channel_id: str, words: str) -> Response:
        known = self._channels.current().channel(channel_id)
        if known is not None and not known.drill:
            keep_search(self._ledger, known.knowledge_base, words, now=self._clock.now())
        return Response(204, "")

    def _admit(self, visitor: Visitor) -> None:
        self._chats.admit(self._proof.key(), visitor, now=self._clock.now())

    def _sender(self, channel_id: str, proven: Proven, known: Visitor | None, *, now: int) -> str:
        """Return the sender of a visitor: of a customer proven just now the same everywhere.

        A proof without a time may be a copy, so that it opens nothing that was said before.
        """
        if proven.is_fresh:
            key = self._proof.key()
            return self._chats.sender(key, channel_id, proven.user, known, now=now)
        return known.sender if known else f"v{self._randomness.token(16).hex()}"

    def _customer_of(self, body: Mapping[str, object], visitor: Visitor) -> Attributes | None:
        """Return what is said of the customer, here and on the channel that sent them on."""
        said = _customer_of(body, visitor)
        if not visitor.via or visitor.via_until <= self._clock.now():
            return said
        before = self._store.thread(visitor.via)
        if before is None or not before.sender:  # it was erased
            return said
        channels = self._channels.current().channels
        kind = next((each.kind for each in channels if each.id == before.channel_id), "")
        arrived = (before.channel_id, kind, before.sender)
        known = said_of_customer(self._store, before)
        own = {k: v for k, v in known.items() if k not in RESERVED and k not in PLACES}
        return {**own, **(said or {}), **dict(zip(ARRIVED, arrived, strict=True))}

    def _kept(self, request: Request, user: str, via: str) -> Visitor | None:
        """Return the visitor of a token whose chat goes on, or None for a chat of its own.

        A link goes on with nothing but its own chat, because anybody may have sent it. Who arrived
        by one stays that visitor when the site proves them too.
        """
        if not (user or via) or "authorization" not in request.headers:
            return None
        try:
            known = self._proof.visitor(request)
        except Unauthorized:
            return None
        return known if known.user in ("", user) and via in ("", known.via) else None

    def _socket_url(self, request: Request) -> str:
        if self._sockets_url.startswith("wss://"):
            return self._sockets_url
        return f"{request.socket_base}/v1/web/{request.path['channel_id']}/socket"


def _asked(request: Request) -> Mapping[str, object]:
    """Return the body of a request, which may be left out."""
    if not request.body.strip():
        return {}
    json_only(request)
    return load_object(request.body)


def _customer_of(body: Mapping[str, object], visitor: Visitor) -> Attributes | None:
    """Return what the site says of the customer, where they write from, and who they are proven."""
    said = attributes_field(body, "attributes") or {}
    for name in said:
        if name in PLACES or name in RESERVED:
            raise BadRequest(f"{name!r} can't be set by a page", field="attributes")
    proven: Attributes = {"user_id": visitor.user, "user_verified": True} if visitor.user else {}
    return {**said, **(_place_of(body) or {}), **proven} or None


def _place_of(body: Mapping[str, object]) -> Attributes | None:
    """Return the page, the referrer and the zone that the customer writes from, without queries.

    A query may hold what belongs to the customer alone, such as a token.
    """
    found = {name: text_field(body, name, max_chars=MAX_PLACE) for name in PLACES if name in body}
    return {
        name: re.split(r"[?#]", each, maxsplit=1)[0][:LONGEST_PLACE] for name, each in found.items()
    } or None
