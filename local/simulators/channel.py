"""The simulated channel of a company takes reply webhooks, each once, and shows them."""

import time
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from local.simulators.webhooks import MAX_BODY_BYTES, Say, receive, refusals, short, stamp

KEPT_REPLIES = 10_000


@dataclass(frozen=True, slots=True)
class Reply:
    """A text for a customer, as a channel would show it."""

    id: str
    thread_id: str
    seq: int
    speaker: str
    name: str
    text: str
    in_reply_to: str | None


class Inbox:
    """The replies that came, each once. They are the channel's whole memory."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.replies: OrderedDict[str, Reply] = OrderedDict()
        self._last_seq: dict[str, int] = {}

    def take(self, webhook_id: str, kind: str, data: Mapping[str, Any]) -> Reply | None:
        """Keep a reply and return it, or None for a repeat and for any other event."""
        if kind != "message.created":
            self.counts["ignored"] += 1
            return None
        if webhook_id in self.replies:
            self.counts["repeats"] += 1
            return None
        reply = _reply(data)
        last_seq = self._last_seq.get(reply.thread_id, 0)
        self.counts["out_of_order"] += reply.seq <= last_seq
        self._last_seq[reply.thread_id] = max(last_seq, reply.seq)
        self.counts[reply.speaker] += 1
        self.replies[webhook_id] = reply
        while len(self.replies) > KEPT_REPLIES:
            self.replies.popitem(last=False)
        return reply


def _reply(data: Mapping[str, Any]) -> Reply:
    message = data["message"]
    agent = message["agent"] or {}
    return Reply(
        id=message["id"],
        thread_id=data["thread_id"],
        seq=data["seq"],
        speaker=message["speaker"],
        name=(message["speaker"] == "person" and agent.get("name")) or message["speaker"],
        text=message["text"],
        in_reply_to=message["in_reply_to"],
    )


class ChannelSimulator:
    """An inbox behind a web server. The signatures are checked before anything else."""

    def __init__(self, *, secrets: Sequence[bytes], say: Say, show_text: bool = True) -> None:
        self.inbox = Inbox()
        self.secrets = secrets
        self.say = say
        self.show_text = show_text

    def app(self) -> web.Application:
        """Return the web application: replies on any path, `/health`, `/state` and `/replies`."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[refusals])
        app.router.add_get("/health", self._health)
        app.router.add_get("/state", self._state)
        app.router.add_get("/replies", self._replies)
        app.router.add_post("/{path:.*}", self._webhook)
        return app

    async def _webhook(self, request: web.Request) -> web.Response:
        received = await receive(request, self.secrets)
        reply = self.inbox.take(received.webhook_id, received.type, received.data)
        if reply:
            text = f": {reply.text}" if self.show_text else ""
            head = f"{stamp(time.time())} {short(reply.thread_id)} {reply.seq:>4}"
            self.say(f"{head} {reply.name}{text}")
        return web.json_response({})

    async def _health(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"status": "ok"})

    async def _state(self, request: web.Request) -> web.Response:
        del request
        counts = {name: number for name, number in sorted(self.inbox.counts.items()) if number}
        return web.json_response({"replies": len(self.inbox.replies), "counts": counts})

    async def _replies(self, request: web.Request) -> web.Response:
        """Return the replies so far, for tests. `?thread_id=` narrows them to one customer."""
        wanted = request.query.get("thread_id")
        kept = [r for r in self.inbox.replies.values() if wanted in (None, r.thread_id)]
        names = Reply.__slots__
        return web.json_response([{name: getattr(r, name) for name in names} for r in kept])
