"""A sample shop stands in a home: two channels, a pool, a small knowledge base, and their speakers.

The shop takes any home with a backend, a clock and a front, so tests also drive AWS's adapters.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.application.answers.publish_knowledge import (
    build_knowledge,
    source_key,
    upload_knowledge,
)
from surgeline.application.conversations.read_chat import read_chat
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import DeliveryQuery, LoggedDelivery
from surgeline.domain.ids import thread_id
from surgeline.domain.thread import Thread
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.configuration import shelf_of, unheard

from local.engine.blobs import FileBlobs
from local.virtual.front import Answered, Body, Front

KEY = b"k" * 32
ADMIN_KEY = "an admin key of the tests"
CHANNEL, WEB, POOL = "shop", "web", "vendor"
CHANNEL_URL, POOL_URL = "https://channel.test/", "https://vendor.test/"
SECRET = new_secret(b"s" * 32)
"""This is the secret of every endpoint of the shop."""
ARTICLES: tuple[dict[str, Any], ...] = (
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


class Home(Protocol):
    """A home that a shop can be set up in."""

    @property
    def backend(self) -> Backend:
        """Return the adapters."""

    @property
    def clock(self) -> Clock:
        """Return the source of time."""

    @property
    def front(self) -> Front:
        """Return the front, which takes requests."""


class Shop:
    """The shop in one home.

    `reply_url` is the endpoint of its signed channel, and `pool_url` that of its pool.
    """

    def __init__(
        self,
        home: Home,
        *,
        pool_url: str = POOL_URL,
        reply_url: str = CHANNEL_URL,
    ) -> None:
        self._home = home
        self._pool_url = pool_url
        self._reply_url = reply_url
        self._began = home.clock.now()
        self.secret = SECRET
        secrets = home.backend.secrets()
        digest = hashlib.sha256(ADMIN_KEY.encode()).hexdigest()
        keys = [{"name": "test", "scopes": ["read", "write"], "sha256": digest}]
        secrets.put("ids", base64.b64encode(KEY).decode())
        secrets.put("admin", json.dumps(keys))
        for endpoint in (f"channels/{CHANNEL}", f"pools/{POOL}"):
            secrets.put(endpoint, SECRET)
        self.configure()

    # ------------------------------------------------------------ what it publishes

    def configure(self, **changes: object) -> None:
        """Publish the shop's configuration, with some of its parts replaced."""
        whole: dict[str, object] = {
            "channels": [
                {"id": WEB, "kind": "web"},
                {"id": CHANNEL, "kind": "signed", "reply_url": self._reply_url},
            ],
            "pools": [{"id": POOL, "kind": "outsourced", "url": self._pool_url}],
        }
        backend = self._home.backend
        form = ConfigurationFormat(backend.kinds)
        configuration = form.parse(whole | changes, allow_loopback=True)
        shelf_of(backend, unheard).publish(configuration, backend.randomness.token(4).hex())

    def publish(self, articles: bytes | None = None) -> None:
        """Make a knowledge base current. Without an argument this is the small one."""
        for key, body in built_knowledge(articles or articles_file()).items():
            self._home.backend.blobs().put(key, body)

    # ------------------------------------------------------------ who speaks

    def request(
        self,
        method: str,
        path: str,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Answer one request through the real routes."""
        return self._home.front.request(method, path, body, headers)

    def signed(self, path: str, body: Body, **how: Any) -> Answered:  # noqa: ANN401 # Front.signed's
        """Answer a POST that is signed with the shop's secret, unless another one is given."""
        return self._home.front.signed(path, body, **{"secret": self.secret, **how})

    def write(self, text: str, *, sender: str = "c1", **more: object) -> Answered:
        """Send a customer's message over the signed channel."""
        body = {"sender": sender, "text": text} | more
        return self.signed(f"/v1/channels/{CHANNEL}/messages", body)

    def pool(self, kind: str, data: Mapping[str, object], **how: Any) -> Answered:  # noqa: ANN401 # Front.signed's
        """Send an event of the pool."""
        body = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": dict(data)}
        return self.signed(f"/v1/pools/{POOL}/events", body, **how)

    def admin(
        self,
        method: str,
        path: str,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Call the operators' API with the admin key."""
        key = {"authorization": f"Bearer {ADMIN_KEY}"}
        return self.request(method, path, body, {**key, **(headers or {})})

    # ------------------------------------------------------------ what came of it

    def thread(self, sender: str = "c1") -> Thread | None:
        """Return the state of a thread of the signed channel."""
        return self._home.backend.store().thread(thread_id(KEY, CHANNEL, sender))

    def said(self, sender: str = "c1") -> list[tuple[str, str]]:
        """Return who said which line in a thread, in order, with the customer's own lines."""
        thread = thread_id(KEY, CHANNEL, sender)
        chat: Any = read_chat(self._home.backend.store(), thread, after_seq=0)
        return [(line["speaker"], line["text"]) for line in chat["lines"]]

    def logged(self, target: str) -> list[LoggedDelivery]:
        """Return the log's deliveries of an endpoint so far, the newest first."""
        log = self._home.backend.delivery_log()
        until = self._home.clock.now() + 1
        return log.list(DeliveryQuery(target=target, since=self._began, until=until))


# ---------------------------------------------------------------- knowledge


def articles_file(articles: tuple[dict[str, Any], ...] = ARTICLES) -> bytes:
    """Return the articles as a knowledge base file."""
    return "\n".join(json.dumps(article) for article in articles).encode()


@cache
def built_knowledge(articles: bytes) -> dict[str, bytes]:
    """Return the files that building a knowledge base leaves in the bucket. Each is built once."""
    with tempfile.TemporaryDirectory() as folder:
        blobs = FileBlobs(Path(folder))
        uploaded = upload_knowledge(blobs, "shop", articles, "shop.jsonl")
        build_knowledge(blobs, source_key("shop", uploaded.version))
        return {key: blobs.get(key) for key in blobs.keys("knowledge/")}
