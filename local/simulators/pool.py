"""The simulated vendor's shell takes HTTP, sends signed callbacks, waits and tries again."""

import asyncio
import json
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import sign

from local.simulators.at_work import (
    HANG_SECONDS,
    MAX_PAUSE_SECONDS,
    RETRY_SECONDS,
    DeskAtWork,
    Reply,
)
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

MAX_ATTEMPTS_REMEMBERED = 50_000


class PoolSimulator(DeskAtWork):
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
        super().__init__(desk, say=say, scenario=scenario)
        self.secrets = secrets
        self.events_url = events_url
        self.show_text = show_text
        self._attempts: Counter[str] = Counter()

    def app(self) -> web.Application:
        """Return the web application: webhooks on any path, `/health`, and `/state` for tests."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[refusals])
        app.router.add_get("/health", self.health)
        app.router.add_get("/state", self.state)
        app.router.add_post("/{path:.*}", self._webhook)
        app.cleanup_ctx.append(self.lifetime)
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
        self.enqueue(callbacks)
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

    # ------------------------------------------------------------ out

    async def deliver(self, callback: Callback) -> Reply | None:
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
        reply = Reply(0)
        for pause in RETRY_SECONDS:
            if not self.desk.wanted(callback):
                return None
            reply = await self._attempt(webhook_id, body)
            self._log("->", callback.type, callback.data, reply.status or "no answer")
            if reply.is_final:
                break
            await asyncio.sleep(max(pause, reply.retry_after_seconds))
        return reply

    async def _attempt(self, webhook_id: str, body: bytes) -> Reply:
        headers = sign(self.secrets, webhook_id=webhook_id, timestamp=int(time.time()), body=body)
        headers["Content-Type"] = "application/json"
        assert self._http is not None
        try:
            async with self._http.post(
                self.events_url, data=body, headers=headers, allow_redirects=False
            ) as response:
                said = await response.json(content_type=None)
                pause = response.headers.get("Retry-After", "")
                return Reply(
                    response.status,
                    said if isinstance(said, dict) else {},
                    min(float(pause), MAX_PAUSE_SECONDS) if pause.isdecimal() else 0.0,
                )
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return Reply(0)

    def _log(self, arrow: str, kind: str, data: Mapping[str, Any], outcome: int | str) -> None:
        if kind in ("typing", "seen"):
            return
        where = short(str(data.get("conversation_id", "")))
        line = f"{stamp(time.time())} pool {arrow} {kind:24} {where:12} {outcome}"
        self.say(f"{line}  {_text_of(data)}".rstrip() if self.show_text else line)


def _text_of(data: Mapping[str, Any]) -> str:
    message = data.get("message")
    text = message.get("text") if isinstance(message, dict) else data.get("text")
    return str(text or "")
