"""This double of Surgeline for one vendor takes signed events, answers them and keeps notes."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from surgeline.adapters.pool_protocol import Accept, Decline, Report, parse_pool_event
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.errors import Rejected

from local.conformance.handoff import Handoff
from local.conformance.wire import new_id, rfc3339

HOLD_SECONDS = 0.15
"""An answer takes so long, so that a vendor that does not wait for the answer is noticed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that the vendor posted, and its answer."""

    webhook_id: str
    type: str
    data: Mapping[str, Any]
    status: int
    at: float


@dataclass
class Double:
    """The server's side of the check: its routes, and the events that came there."""

    keys: Sequence[bytes]
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    overlapping: int = 0
    _under_way: Counter[str] = field(default_factory=Counter)
    _answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    _tries: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def app(self) -> web.Application:
        """Return an app that takes events at the real path, for every name of the pool."""
        app = web.Application(client_max_size=262_144)
        app.router.add_post("/v1/pools/{pool_id}/events", self._event)
        return app

    def of(self, handoff: Handoff, *kinds: str) -> list[Heard]:
        """Return the events of one conversation."""
        return [
            each
            for each in self.heard
            if each.data.get("conversation_id") == handoff.conversation_id and each.type in kinds
        ]

    def tries(self, webhook_id: str) -> int:
        """Return how often an event was posted."""
        return self._tries[webhook_id]

    async def until(self, holds: Callable[[], object], seconds: float) -> bool:
        """Wait until the condition holds. Return whether it held in time."""
        ends = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > ends:
                return False
            await asyncio.sleep(0.02)
        return True

    def won(self, handoff: Handoff) -> None:
        """Note that the vendor accepted in time."""
        handoff.owner = not handoff.late

    async def _event(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            webhook_id = verify(self.keys, request.headers, body, now_seconds=int(time.time()))
            said = json.loads(body)
            parsed = parse_pool_event(said)
        except (Rejected, ValueError) as error:
            self.problems.append(f"an event that Surgeline refuses: {error}")
            return web.json_response({"error": {"code": "bad_request"}}, status=400)
        conversation = getattr(parsed, "conversation_id", "")  # a report is about no conversation
        self.overlapping += self._under_way[conversation] > 0
        self._under_way[conversation] += 1
        try:
            await asyncio.sleep(HOLD_SECONDS)
            self._tries[webhook_id] += 1
            if webhook_id not in self._answers:
                self._answers[webhook_id] = self._judge(said["type"], parsed)
                status = self._answers[webhook_id][0]
                self.heard.append(
                    Heard(webhook_id, said["type"], said["data"], status, time.monotonic())
                )
            status, answer = self._answers[webhook_id]
            return web.json_response(answer, status=status)
        finally:
            self._under_way[conversation] -= 1

    def _judge(self, kind: str, said: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 # PoolSays
        if isinstance(said, Report):
            until = datetime.now(UTC) + timedelta(seconds=said.valid_seconds)
            return 202, {"seats": said.seats, "until": rfc3339(until)}
        handoff = self.handoffs.get(said.conversation_id)
        if handoff is None:
            return 404, {"error": {"code": "not_found", "message": "no such conversation"}}
        if isinstance(said, Accept | Decline):
            if said.offer_id != handoff.offer_id:
                return 404, {"error": {"code": "not_found", "message": "no such offer"}}
            return self._judge_offer(handoff, said)
        if not handoff.owner or handoff.over or said.epoch != handoff.epoch:
            standing = "pool" if handoff.owner else "offered"
            state = "closed" if handoff.over else standing
            return 409, {"error": {"code": "conflict", "message": "stale", "state": state}}
        if kind in {
            "conversation.resolved",
            "conversation.returned",
            "conversation.transferred",
        }:
            handoff.over = True
        return 202, {} if kind in ("typing", "seen") else {"event_id": new_id("e")}

    def _judge_offer(self, handoff: Handoff, said: Accept | Decline) -> tuple[int, dict[str, Any]]:
        if handoff.late:
            error = {"code": "conflict", "message": "too late", "state": "timed_out"}
            return 409, {"error": error}
        if isinstance(said, Decline):
            return 202, {"declined": True, "offer_id": said.offer_id}
        self.won(handoff)
        return 200, {
            "accepted": True,
            "conversation_id": handoff.conversation_id,
            "offer_id": handoff.offer_id,
            "epoch": handoff.epoch,
        }
