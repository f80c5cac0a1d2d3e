"""A stage for the real handlers: the engine in an empty folder, a virtual clock, no processes.

`request` goes through the real routes and event shapes; `drain` plays the event source mappings.
"""

import base64
import hashlib
import json
import secrets
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.signing.standard_webhooks import decode_secret, new_secret, sign
from surgeline.adapters.webhooks import HttpSender
from surgeline.application.answers.publish_knowledge import (
    build_knowledge,
    source_key,
    upload_knowledge,
)
from surgeline.application.ports.deliveries import LoggedDelivery
from surgeline.runtime import settings
from surgeline.runtime.configuration import shelf_of, unheard

from functions.admin_api import handler as admin_api
from functions.channel_webhook import handler as channel_webhook
from functions.conversation_worker import handler as conversation_worker
from functions.delivery_worker import handler as delivery_worker
from functions.knowledge_build import handler as knowledge_build
from functions.pool_callback import handler as pool_callback
from functions.timer_forwarder import handler as timer_forwarder
from functions.web_chat import handler as web_chat
from infra import topology
from local.engine.blobs import FileBlobs
from local.home.backend import PARALLEL_GROUPS, open_home
from local.home.context import context_of
from local.home.lambda_events import HttpRequest, http_event, s3_event, sqs_event
from local.home.plan import of_kind
from local.home.routes import Routes

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
ADMIN_KEY = "an admin key of the tests"
MODELS = {
    channel_webhook: settings.ChannelWebhook,
    web_chat: settings.WebChat,
    pool_callback: settings.PoolCallback,
    conversation_worker: settings.ConversationWorker,
    delivery_worker: settings.DeliveryWorker,
    timer_forwarder: settings.TimerForwarder,
    knowledge_build: settings.KnowledgeBuild,
    admin_api: settings.AdminApi,
}
ENVIRONMENT = {
    "EVENTS_QUEUE": "events",
    "DELIVERIES_QUEUE": "deliveries",
    "TIMERS_QUEUE": "timers",
    "TABLE": "conversations",
    "BUCKET": "artifacts",
    "SECRETS": "secrets",
    "SOCKETS": "sockets",
    "TIER": "lexical",
    "WEIGHTS": "/nowhere",
}
ARTICLES = (
    {
        "id": "en-hours",
        "title": "Opening hours",
        "language": "en",
        "questions": [
            "When are you open?",
            "What are your opening hours?",
            "Are you open on Sunday?",
            "What time do you close today?",
            "Until when is the store open?",
        ],
        "answer": "We are open from Monday to Saturday, 9 to 18.",
    },
    {
        "id": "en-returns",
        "title": "Return window",
        "language": "en",
        "questions": [
            "How long can I return an item?",
            "Can I send this back after three weeks?",
            "What is the return window?",
            "How many days do I have to return my order?",
            "Is it too late to return something?",
        ],
        "answer": "You can return an item within 30 days.",
    },
)


def articles_file(articles: tuple[dict[str, Any], ...] = ARTICLES) -> bytes:
    """The articles as a knowledge base file."""
    return "\n".join(json.dumps(article) for article in articles).encode()


@cache
def built_knowledge() -> dict[str, bytes]:
    """What building the small knowledge base leaves in the bucket."""
    with tempfile.TemporaryDirectory() as folder:
        blobs = FileBlobs(Path(folder))
        uploaded = upload_knowledge(blobs, "shop", articles_file(), "shop.jsonl")
        build_knowledge(blobs, source_key("shop", uploaded.version))
        return {key: blobs.get(key) for key in blobs.keys("knowledge/")}


@dataclass
class Clock:
    """Stands until it is moved."""

    at: int = NOON

    def now(self) -> int:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += round(seconds * 1000)


@dataclass(frozen=True)
class Answered:
    """What a caller got."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Stage:
    """Everything in one process; handlers can be asked for one at a time."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    pool_url: str = "http://127.0.0.1:9/"
    reply_url: str = "http://127.0.0.1:9/"
    pushed: list[tuple[str, str]] = field(default_factory=list)
    settings: Mapping[str, str] = field(default_factory=dict)
    sender: HttpSender | None = None
    """In place of the network; then deliveries go out one after the other."""

    def __post_init__(self) -> None:
        self.backend = open_home(
            self.folder,
            clock=self.clock,
            push=self._push,
            sender=self.sender,
            parallel_groups=1 if self.sender else PARALLEL_GROUPS,
        )
        self.handlers = {
            module.__name__.split(".")[1]: module.build(
                self.backend,
                settings.read(
                    model,
                    {
                        f"SURGELINE_{name}": value
                        for name, value in (ENVIRONMENT | dict(self.settings)).items()
                    },
                ),
            )
            for module, model in MODELS.items()
        }
        self._routes = Routes(topology.FUNCTIONS)
        store = self.backend.secrets()
        store.put("ids", base64.b64encode(b"k" * 32).decode())
        digest = hashlib.sha256(ADMIN_KEY.encode()).hexdigest()
        store.put(
            "admin", json.dumps([{"name": "test", "scopes": ["read", "write"], "sha256": digest}])
        )
        self.secret = new_secret(b"s" * 32)
        store.put("channels/shop", self.secret)
        store.put("pools/vendor", self.secret)
        self.configure()

    def _push(self, connection_id: str, text: str) -> bool:
        self.pushed.append((connection_id, text))
        return True

    def configure(self, **changes: Any) -> None:
        """Publish a configuration: one web channel, one signed channel, one pool."""
        whole = {
            "channels": [
                {"id": "web", "kind": "web"},
                {"id": "shop", "kind": "signed", "reply_url": self.reply_url},
            ],
            "pools": [{"id": "vendor", "kind": "outsourced", "url": self.pool_url}],
        } | changes
        shelf = shelf_of(self.backend, unheard)
        shelf.publish(ConfigurationFormat().parse(whole, allow_loopback=True), secrets.token_hex(4))

    def publish(self) -> None:
        """Make the small knowledge base current; it is built once for all stages."""
        for key, body in built_knowledge().items():
            self.backend.blobs().put(key, body)

    # ------------------------------------------------------------ HTTP

    def request(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Through the real routes; 404 where there is none, as the edge answers."""
        raw_path, _, query = path.partition("?")
        match = self._routes.match(method, raw_path)
        if match is None:
            return Answered(404, {}, '{"message":"Not Found"}')
        raw = json.dumps(body).encode() if isinstance(body, dict) else body or b""
        base = {"host": "shop.test", "content-type": "application/json"}
        request = HttpRequest(
            method=method,
            raw_path=raw_path,
            raw_query=query,
            headers=[(k.lower(), v) for k, v in (base | dict(headers or {})).items() if v],
            body=raw,
            source_ip="127.0.0.1",
            protocol="HTTP/1.1",
            at=self.clock.now(),
        )
        event = http_event(request, match.route_key, match.parameters)
        answer = self.call(match.function, event)
        return Answered(answer["statusCode"], answer["headers"], answer["body"])

    def signed(
        self,
        path: str,
        body: bytes | dict[str, Any],
        *,
        webhook_id: str | None = None,
        secret: str | None = None,
        at: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """A POST signed as Standard Webhooks asks."""
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        proof = sign(
            [decode_secret(secret or self.secret)],
            webhook_id=webhook_id or f"msg_{secrets.token_hex(8)}",
            timestamp=self.clock.now() // 1000 if at is None else at,
            body=raw,
        )
        return self.request("POST", path, raw, proof | dict(headers or {}))

    def admin(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """A call with the admin key."""
        key = {"authorization": f"Bearer {ADMIN_KEY}"}
        return self.request(method, path, body, {**key, **(headers or {})})

    def write(self, text: str, *, sender: str = "c1", **more: Any) -> Answered:
        """A customer's message over the signed channel."""
        return self.signed("/v1/channels/shop/messages", {"sender": sender, "text": text} | more)

    def pool(self, kind: str, data: dict[str, Any], **how: Any) -> Answered:
        """An event of the pool `vendor`."""
        body = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": data}
        return self.signed("/v1/pools/vendor/events", body, **how)

    # ------------------------------------------------------------ queues

    def call(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """One invocation."""
        return self.handlers[function](event, context_of(topology.function(function)))

    def step(self, queue: str) -> dict[str, Any] | None:
        """One batch of a queue through its function, as the source mapping does it."""
        [function] = [
            f
            for f in topology.FUNCTIONS
            if any(wake.queue == queue for wake in of_kind(f, topology.Messages))
        ]
        batch = self.backend.queue(queue).receive(10)
        if not batch:
            return None
        answer = self.call(function.name, sqs_event(queue, batch))
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        self.backend.queue(queue).delete([m.receipt for m in batch if m.id not in failed])
        return answer

    def drain(self, *queues: str) -> None:
        """Step the queues until none has anything to give now."""
        names = queues or ("events", "deliveries", "timers")
        while any([self.step(name) is not None for name in names]):  # noqa: C419 # a turn for each
            pass

    def work(self, seconds: int) -> None:
        """Let time pass, and do each second what falls due."""
        for _ in range(seconds):
            self.drain()
            self.clock.advance(1)
        self.drain()

    def upload(self, key: str, body: bytes, *, at: int | None = None) -> dict[str, Any]:
        """Play the bucket's event for an object that was put there at a time (default: now)."""
        at = self.clock.now() if at is None else at
        return self.call("knowledge_build", s3_event("artifacts", key, body, at=at, sequencer=1))

    # ------------------------------------------------------------ looking

    def everything_kept(self) -> str:
        """Every row of every database of the home, as text: store, queues, dead letters."""
        rows: list[str] = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3":
                with closing(sqlite3.connect(path)) as database:
                    rows += database.iterdump()
        return "\n".join(rows)

    def logged(self, target: str) -> list[LoggedDelivery]:
        """What the log knows of an endpoint's deliveries so far, the newest first."""
        until = self.clock.now() + 1
        return self.backend.delivery_log().list(target, since=NOON, until=until)

    def thread(self, sender: str = "c1") -> Any:
        """The state of a signed channel's thread."""
        from surgeline.domain.ids import thread_id

        return self.backend.store().thread(thread_id(b"k" * 32, "shop", sender))

    def said(self, sender: str = "c1") -> list[tuple[str, str]]:
        """Who said what in a thread, in order; the customer's own lines too."""
        from surgeline.application.conversations.read_chat import read_chat

        chat = read_chat(self.backend.store(), self.thread(sender).id, after_seq=0)
        return [(line["speaker"], line["text"]) for line in chat["lines"]]
