"""Who stands outside: customers on two channels, pools with their moods, the post between.

They behave as real ones do: a request without an answer is made again, with the same webhook id.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from surgeline.adapters.outbound.sender import NoReply
from surgeline.adapters.signing.standard_webhooks import decode_secrets, sign, verify
from surgeline.application.conversations.visitor_tokens import Visitor, issue_token
from surgeline.domain.effects import NotifyPool, OfferToPool, SendText
from surgeline.domain.ids import derived_id, thread_id, thread_of

from local.virtual.network import Answer, Post
from tests.scenarios.world import CHANNEL, KEY, POOLS, SECRET, WEB, World

Mood = Literal["receipt", "accept", "decline", "hang", "drop", "broken", "busy", "gone"]
"""How a pool answers: 200, yes, no, not at all (read or unread), 500, 429, 410."""

_KEYS = decode_secrets(SECRET)
_UNSETTLED = (503, None)


@dataclass
class Request:
    """Something asked of us over HTTP until it was answered; `event_id` is what must come of it."""

    send: Callable[[], tuple[int, dict[str, Any]] | None]
    thread_id: str
    first_try: int
    event_id: str | None = None
    status: int | None = None
    settled_at: int | None = None
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        """Whether whoever asked would ask again."""
        return self.status in _UNSETTLED

    @property
    def acknowledged(self) -> bool:
        """Whether we said that we have it."""
        return self.status is not None and 200 <= self.status < 300  # HTTP


@dataclass(frozen=True)
class Seen:
    """One delivery that reached an endpoint."""

    delivery_id: str
    event: str
    data: dict[str, Any]
    at: int


@dataclass
class Pool:
    """One pool's desk: what it was sent, and what it makes of it."""

    id: str
    mood: Mood = "receipt"
    inbox: list[Seen] = field(default_factory=list)


class Outside:
    """Everybody, and the post between them and the application."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.virtual.network.serve("https://", self.post)
        self.tick = 0
        self.requests: list[Request] = []
        self.written: list[Request] = []
        self.screens: dict[str, list[Seen]] = {}
        self.pools = {pool: Pool(pool) for pool in POOLS}
        self.channel_mood: Literal["ok", "broken", "drop"] = "ok"
        self._numbers = 0

    @property
    def promises(self) -> list[Request]:
        """The requests that we said yes to."""
        return [request for request in self.requests if request.acknowledged]

    def offers(self) -> list[tuple[str, dict[str, Any]]]:
        """Every offer that reached a pool, with the pool's name; the newest first, each once."""
        found: dict[str, tuple[str, Seen]] = {}
        for pool in self.pools.values():
            for seen in pool.inbox:
                if seen.event == "handoff.offered":
                    found.setdefault(seen.data["offer_id"], (pool.id, seen))
        newest = sorted(found.values(), key=lambda each: (-each[1].at, -each[1].data["epoch"]))
        return [(pool_id, seen.data) for pool_id, seen in newest]

    # ------------------------------------------------------------ asking

    def ask(self, request: Request) -> Request:
        """Make a request for the first time, or again."""
        self.tick += 1
        answer = request.send()
        if answer is None:
            request.status = None
            return request
        request.status, request.body = answer
        if request.acknowledged and request.settled_at is None:
            request.settled_at = self.tick
        return request

    def retry(self) -> bool:
        """Ask again for everybody whose request was not answered, and return whether
        anybody did.
        """
        pending = [request for request in self.requests if request.pending]
        for request in pending:
            self.ask(request)
        return bool(pending)

    def _new(self, thread: str, send: Callable[[], tuple[int, dict[str, Any]] | None]) -> Request:
        request = Request(send, thread, first_try=self.tick + 1)
        self.requests.append(request)
        return request

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    # ------------------------------------------------------------ customers

    def write(self, sender: str, text: str) -> Request:
        """Write as a customer of the signed channel."""
        body = json.dumps({"sender": sender, "text": text}).encode()
        webhook_id = f"c-{self._number()}"

        def send() -> tuple[int, dict[str, Any]] | None:
            path = f"/v1/channels/{CHANNEL}/messages"
            return self.world.request(path, body, self._signed(webhook_id, body))

        return self._written(self._new(thread_id(KEY, CHANNEL, sender), send))

    def write_on_the_web(self, visitor: str, text: str) -> Request:
        """Write as a visitor of the chat page."""
        content = {"client_message_id": f"w-{self._number()}", "text": text}
        body = json.dumps(content).encode()
        thread = thread_id(KEY, WEB, visitor)
        send = self._on_the_web("messages", visitor, body)
        return self._written(self._new(thread, send))

    def leave(self, visitor: str) -> Request:
        """End the chat as a visitor of the chat page."""
        send = self._on_the_web("leave", visitor, b"{}")
        return self.ask(self._new(thread_id(KEY, WEB, visitor), send))

    def _on_the_web(
        self, what: str, visitor: str, body: bytes
    ) -> Callable[[], tuple[int, dict[str, Any]] | None]:
        token = issue_token(KEY, Visitor(WEB, visitor, self.world.clock.at + 10**10))
        headers = {"authorization": f"Bearer {token}"}
        return lambda: self.world.request(f"/v1/web/{WEB}/{what}", body, headers)

    def _written(self, request: Request) -> Request:
        self.written.append(request)
        send = request.send

        def again() -> tuple[int, dict[str, Any]] | None:
            answer = send()
            if answer and "message_id" in answer[1]:
                known = request.event_id or answer[1]["message_id"]
                if known != answer[1]["message_id"]:
                    self.world.wrong("I2: a redelivery was answered with another message id")
                request.event_id = known
            return answer

        request.send = again
        return self.ask(request)

    def _signed(self, webhook_id: str, body: bytes) -> dict[str, str]:
        now = self.world.clock.at // 1000
        return dict(sign(_KEYS, webhook_id=webhook_id, timestamp=now, body=body))

    # ------------------------------------------------------------ pools

    def callback(
        self, pool_id: str, kind: str, data: Mapping[str, object], event_id: str | None = None
    ) -> Request:
        """Call back as a pool."""
        body = json.dumps({"type": kind, "data": dict(data)}).encode()
        webhook_id = f"{pool_id}-{self._number()}"

        def send() -> tuple[int, dict[str, Any]] | None:
            path = f"/v1/pools/{pool_id}/events"
            answer = self.world.request(path, body, self._signed(webhook_id, body))
            if answer and answer[0] < 300:  # HTTP
                request.event_id = event_id or answer[1].get("event_id")
            return answer

        request = self._new(thread_of(str(data["conversation_id"])), send)
        return self.ask(request)

    def accept(self, pool_id: str, offer: Mapping[str, Any]) -> Request:
        """Accept as a pool by callback, where a yes after the deadline would be a broken
        promise.
        """
        data = {key: offer[key] for key in ("conversation_id", "offer_id")}
        event_id = derived_id("e", offer["offer_id"], "accepted")
        known = self.world.home.offers().read(offer["offer_id"])
        request = self.callback(pool_id, "handoff.accepted", data, event_id)
        self._check_acceptance(known, request)
        return request

    def _check_acceptance(self, known: Any, request: Request) -> None:  # an offer
        late = known is not None and self.world.clock.at >= known.expires_at
        if request.acknowledged and late and known.status != "accepted":
            self.world.wrong("I9: an offer was accepted after its deadline")
        over = known is not None and known.status not in ("open", "accepted")
        if request.acknowledged and over:
            self.world.wrong(f"I4: an offer that was {known.status} could be accepted")

    def decline(self, pool_id: str, offer: Mapping[str, Any]) -> Request:
        """Decline as a pool by callback."""
        data = {key: offer[key] for key in ("conversation_id", "offer_id")}
        return self.callback(pool_id, "handoff.declined", data)

    # ------------------------------------------------------------ the post

    def post(self, post: Post) -> Answer:
        """Answer in the place of every channel and pool."""
        host = post.url.removeprefix("https://").partition(".")[0]
        delivery_id = verify(_KEYS, post.headers, post.body, now_seconds=post.at // 1000)
        seen = Seen(delivery_id, post.json["type"], post.json["data"], post.at)
        self._check_sender(delivery_id)
        if host == "channel":
            return self._show(seen)
        return self._hand_to(self.pools[host], seen)

    def _show(self, seen: Seen) -> Answer:
        if self.channel_mood == "broken":
            return Answer(500, b"")
        self.screens.setdefault(seen.data["thread_id"], []).append(seen)
        if self.channel_mood == "drop":
            raise NoReply("timeout")
        return Answer(200, b"")

    def _hand_to(self, pool: Pool, seen: Seen) -> Answer:
        mood = pool.mood
        if mood in ("broken", "busy", "gone"):
            status = {"broken": 500, "busy": 429, "gone": 410}[mood]
            return Answer(status, b"", 3_600 if mood == "busy" else None)
        if mood == "hang":
            raise NoReply("timeout")
        pool.inbox.append(seen)
        if mood == "drop":
            raise NoReply("timeout")
        said = {}
        if seen.event == "handoff.offered" and mood in ("accept", "decline"):
            said = {"accepted": mood == "accept", "agent": {"name": "Kim"}}
        return Answer(200, json.dumps(said).encode())

    def _check_sender(self, delivery_id: str) -> None:
        """I5 at the moment of sending: whoever speaks may, and whoever is told owns it."""
        if self.world.overtaken:
            return  # a worker that slept for minutes between its look and its send knows no better
        record, effect = self.world.effects[delivery_id]
        thread = self.world.home.store().thread(record.event.thread_id)
        assert thread is not None
        assert thread.conversation is not None
        conversation = thread.conversation
        owner = conversation.owner.pool_id
        if isinstance(effect, SendText):
            overtaken = owner and conversation.epoch > effect.epoch and effect.pool_id != owner
            if overtaken and effect.speaker != "system":
                self.world.wrong(f"I5: {effect.speaker} spoke while {owner} owned it")
        elif isinstance(effect, OfferToPool):
            if self.world.clock.at >= effect.expires_at:
                self.world.wrong("I9: an offer was sent after its deadline")
        elif isinstance(effect, NotifyPool) and effect.event == "conversation.message":
            stands = (conversation.id, owner, conversation.epoch)
            if stands != (effect.conversation_id, effect.pool_id, effect.epoch):
                self.world.wrong("I5: a pool was told of a conversation that it does not own")
