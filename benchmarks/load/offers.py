"""Handoffs at a rate go to many pools of the run's own, and the time to each offer is measured."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import cycle
from typing import Any

import aiohttp
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import sign

from benchmarks.load.instance import Running
from local.load.channel import Instance, RunChannel
from local.load.ledger import percentiles
from local.load.wire import Poster

WANTED = ("I want to talk to a person", "상담원 연결해 주세요", "Je veux parler à un conseiller")
ACCEPTED = 202
WAIT_SECONDS = 10.0
SEATS = 1_000

Result = dict[str, Any]


def handoffs(running: Running, *, rate: float, seconds: float, pools: int) -> Result:
    """Ask for a person so often. Return milliseconds from the request to the offer's arrival."""
    return asyncio.run(_handoffs(running, rate, seconds, pools))


async def _handoffs(running: Running, rate: float, seconds: float, pools: int) -> Result:
    desk = _Desk()
    async with aiohttp.ClientSession() as http:
        channel = RunChannel(
            Instance(running.url, running.admin_key), http, lambda *_: None, lambda _: None
        )
        async with channel.connected(), desk.listening() as url:
            for number in range(pools):
                pool = {"kind": "outsourced", "url": f"{url}/pool-{number}", "seats": SEATS}
                await channel.admin("PUT", f"pools/pool-{number}", pool)
            shown = await channel.admin("GET", "configuration")
            whole = shown["configuration"] | {"routing": {"steps": [{"choose": "least_loaded"}]}}
            whole["pools"] = [each for each in whole["pools"] if each["url"].startswith(url)]
            await channel.admin("PUT", "configuration?remove=yes", whole)
            await _ask(running.url, channel, desk, rate, seconds)
            await desk.wait_for_replies(WAIT_SECONDS)
    return desk.result()


async def _ask(url: str, channel: RunChannel, desk: "_Desk", rate: float, seconds: float) -> None:
    """Send one new customer at each tick, without waiting for the others (open loop)."""
    poster = Poster(url, connections=64, timeout_seconds=WAIT_SECONDS)
    begin = time.monotonic()
    for number, text in zip(range(round(rate * seconds)), cycle(WANTED), strict=False):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        body = json.dumps({"sender": f"customer-{number}", "text": text}).encode()
        event_id, at = f"{channel.id}-{number}", int(time.time())
        headers = sign(channel.keys, webhook_id=event_id, timestamp=at, body=body)
        headers["content-type"] = "application/json"
        poster.post(channel.path, headers, body, partial(desk.asked, due))
    await poster.drained()
    poster.close()


class _Desk:
    """The endpoint of every pool. It notes when each offer comes, and accepts in the response."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._offered: dict[str, float] = {}
        self._by_pool: Counter[str] = Counter()
        self._refused = 0
        self._came = asyncio.Event()

    def asked(self, due: float, status: int, body: bytes) -> None:
        """Note that a request was answered."""
        if status == ACCEPTED:
            self._asked[json.loads(body)["thread_id"]] = due
        else:
            self._refused += 1

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Listen on a free port of loopback."""
        app = web.Application()
        app.router.add_post("/{pool}", self._receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        said = await request.json()
        if said["type"] != "handoff.offered":
            return web.Response(status=204)
        thread, _, _ = said["data"]["conversation_id"].partition("-")
        self._offered.setdefault(thread, time.monotonic())
        self._by_pool[request.match_info["pool"]] += 1
        self._came.set()
        return web.json_response({"accepted": True, "agent": {"name": "Agent"}})

    async def wait_for_replies(self, seconds: float) -> None:
        """Wait until everybody who asked was offered to somebody, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while set(self._asked) - set(self._offered):
                    self._came.clear()
                    await self._came.wait()

    def result(self) -> Result:
        """Return counts, and milliseconds from the request to the first offer."""
        waits = [
            self._offered[thread] - due
            for thread, due in self._asked.items()
            if thread in self._offered
        ]
        return {
            "asked": len(self._asked),
            "refused": self._refused,
            "offered": len(waits),
            "offers": self._by_pool.total(),
            "pools_asked": len(self._by_pool),
            "offer_ms": percentiles(waits),
        }
