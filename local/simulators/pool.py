"""The simulated vendor's shell takes HTTP, sends signed callbacks, waits and tries again."""

import asyncio
import heapq
import itertools
import json
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import sign

from local.simulators.desk import Callback, Desk
from local.simulators.scenario import Turn
from local.simulators.webhooks import (
    MAX_BODY_BYTES,
    Received,
    Say,
    receive,
    refusals,
    short,
    stamp,
)

HANG_SECONDS = 30.0
TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 60, 60)
MAX_PAUSE_SECONDS = 60.0
MAX_ATTEMPTS_REMEMBERED = 50_000

_THROTTLED, _SERVER_ERROR = 429, 500


@dataclass(slots=True)
class _Lane:
    """The callbacks of one conversation, sent one at a time in the order in which they are due."""

    due: list[tuple[float, int, Callback]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class _Reply:
    """Surgeline's answer to a callback. The status is 0 when there was no answer."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after_seconds: float = 0.0

    @property
    def is_final(self) -> bool:
        return 0 < self.status < _SERVER_ERROR and self.status != _THROTTLED


class PoolSimulator:
    """A desk behind a web server. `events_url` is Surgeline's `/v1/pools/{pool_id}/events`."""

    def __init__(
        self,
        desk: Desk,
        *,
        secrets: Sequence[bytes],
        events_url: str,
        say: Say,
        show_text: bool = False,
        scenario: Sequence[Turn] = (),
    ) -> None:
        self.scenario = scenario
        self.desk = desk
        self.secrets = secrets
        self.events_url = events_url
        self.say = say
        self.show_text = show_text
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._order = itertools.count()
        self._attempts: Counter[str] = Counter()
        self._http: aiohttp.ClientSession | None = None

    def app(self) -> web.Application:
        """Return the web application: webhooks on any path, `/health`, and `/state` for tests."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[refusals])
        app.router.add_get("/health", self._health)
        app.router.add_get("/state", self._state)
        app.router.add_post("/{path:.*}", self._webhook)
        app.cleanup_ctx.append(self._lifetime)
        return app

    # ------------------------------------------------------------ in

    async def _webhook(self, request: web.Request) -> web.Response:
        received = await receive(request, self.secrets)
        failure = await self._fail_on_purpose(received)
        if failure:
            return failure
        answer, callbacks = self.desk.take(
            received.webhook_id, received.type, received.data, now=time.time()
        )
        self._log("<-", received.type, received.data, answer.status)
        self._enqueue(callbacks)
        return web.json_response(answer.body, status=answer.status)

    async def _fail_on_purpose(self, received: Received) -> web.Response | None:
        if len(self._attempts) > MAX_ATTEMPTS_REMEMBERED:
            self._attempts.clear()
        self._attempts[received.webhook_id] += 1
        fault = self.desk.fault(received.webhook_id, self._attempts[received.webhook_id])
        if fault is None:
            return None
        if fault == "hang":
            await asyncio.sleep(HANG_SECONDS)
        self._log("<-", received.type, received.data, f"simulated {fault}")
        return web.json_response({"error": {"code": "simulated", "message": fault}}, status=500)

    async def _health(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"status": "ok"})

    async def _state(self, request: web.Request) -> web.Response:
        del request
        counts = {name: number for name, number in sorted(self.desk.counts.items()) if number}
        queued = (entry[2] for lane in self._lanes.values() for entry in lane.due)
        waiting = sum(self.desk.wanted(callback) for callback in queued)
        state = {"open": len(self.desk.chats), "ringing": len(self.desk.offers)}
        return web.json_response({**state, "waiting": waiting, "counts": counts})

    # ------------------------------------------------------------ out

    async def _lifetime(self, app: web.Application) -> AsyncIterator[None]:
        del app
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as self._http:
            loop = asyncio.get_running_loop()
            turns = [loop.call_later(turn.at_seconds, self._turn, turn) for turn in self.scenario]
            yield
            for each in turns:
                each.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _turn(self, turn: Turn) -> None:
        """Go on with the scenario, so that the desk behaves differently from now on."""
        self.desk.behaviour = turn.behaviour
        self.say(f"{stamp(time.time())} pool turns at {turn.at_seconds:g} s: {turn.behaviour}")

    def _enqueue(self, callbacks: Iterable[Callback]) -> None:
        for callback in callbacks:
            due_at = time.monotonic() + callback.after_seconds
            lane = self._lanes.get(callback.conversation_id)
            if lane is None:
                lane = self._lanes[callback.conversation_id] = _Lane()
                task = asyncio.create_task(self._run(callback.conversation_id, lane))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            heapq.heappush(lane.due, (due_at, next(self._order), callback))
            lane.changed.set()

    async def _run(self, conversation_id: str, lane: _Lane) -> None:
        """Send a lane's callbacks until none is left."""
        while lane.due:
            wait = lane.due[0][0] - time.monotonic()
            if wait > 0:
                lane.changed.clear()
                await _first(lane.changed, wait)
                continue
            callback = heapq.heappop(lane.due)[2]
            reply = await self._post(callback)
            if reply:
                self._enqueue(self.desk.answered(callback, reply.status, reply.body))
        del self._lanes[conversation_id]

    async def _post(self, callback: Callback) -> _Reply | None:
        """Post until the answer is final, always under the same webhook id.

        Return None if called off.
        """
        webhook_id = f"evt_{uuid.uuid4().hex}"
        envelope = {
            "type": callback.type,
            "timestamp": datetime.now(UTC).isoformat(),
            "data": callback.data,
        }
        body = json.dumps(envelope, ensure_ascii=False).encode()
        reply = _Reply(0)
        for pause in RETRY_SECONDS:
            if not self.desk.wanted(callback):
                return None
            reply = await self._attempt(webhook_id, body)
            self._log("->", callback.type, callback.data, reply.status or "no answer")
            if reply.is_final:
                break
            await asyncio.sleep(max(pause, reply.retry_after_seconds))
        return reply

    async def _attempt(self, webhook_id: str, body: bytes) -> _Reply:
        headers = sign(self.secrets, webhook_id=webhook_id, timestamp=int(time.time()), body=body)
        headers["Content-Type"] = "application/json"
        assert self._http is not None
        try:
            async with self._http.post(
                self.events_url, data=body, headers=headers, allow_redirects=False
            ) as response:
                said = await response.json(content_type=None)
                pause = response.headers.get("Retry-After", "")
                return _Reply(
                    response.status,
                    said if isinstance(said, dict) else {},
                    min(float(pause), MAX_PAUSE_SECONDS) if pause.isdecimal() else 0.0,
                )
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return _Reply(0)

    def _log(self, arrow: str, kind: str, data: Mapping[str, Any], outcome: int | str) -> None:
        if kind in ("typing", "seen"):
            return
        where = short(str(data.get("conversation_id", "")))
        line = f"{stamp(time.time())} pool {arrow} {kind:24} {where:12} {outcome}"
        self.say(f"{line}  {_text_of(data)}".rstrip() if self.show_text else line)


async def _first(changed: asyncio.Event, wait: float) -> None:
    """Wait until something has changed, or the time is up."""
    try:
        await asyncio.wait_for(changed.wait(), wait)
    except TimeoutError:
        return


def _text_of(data: Mapping[str, Any]) -> str:
    message = data.get("message")
    text = message.get("text") if isinstance(message, dict) else data.get("text")
    return str(text or "")
