"""The pace of a simulated desk: its acts are sent in order, wait, and are tried again.

A vendor's webhook and a tool's people both work at this pace.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from local.simulators.desk import Callback, Desk
from local.simulators.scenario import Turn
from local.simulators.webhooks import Say, stamp

HANG_SECONDS = 30.0
TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 60, 60)
MAX_PAUSE_SECONDS = 60.0

_THROTTLED, _SERVER_ERROR = 429, 500


@dataclass(slots=True)
class _Lane:
    """The callbacks of one conversation, sent one at a time in the order in which they are due."""

    due: list[tuple[float, int, Callback]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Reply:
    """Surgeline's answer to a callback. The status is 0 when there was no answer."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after_seconds: float = 0.0

    @property
    def is_final(self) -> bool:
        """Return whether trying again would change nothing."""
        return 0 < self.status < _SERVER_ERROR and self.status != _THROTTLED


class DeskAtWork:
    """A desk whose callbacks are delivered. Whoever delivers them says how."""

    def __init__(self, desk: Desk, *, say: Say, scenario: Sequence[Turn] = ()) -> None:
        self.scenario = scenario
        self.desk = desk
        self.say = say
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._order = itertools.count()
        self._http: aiohttp.ClientSession | None = None

    async def deliver(self, callback: Callback) -> Reply | None:
        """Deliver a callback until the answer is final. None if it was called off."""
        raise NotImplementedError

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Let the desk work, and its scenario go on, until the end of the context."""
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

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        """Work as long as a web application runs."""
        del app
        async with self.working():
            yield

    async def health(self, request: web.Request) -> web.Response:
        """Say that the simulator runs."""
        del request
        return web.json_response({"status": "ok"})

    async def state(self, request: web.Request) -> web.Response:
        """Return what is open, what waits to be sent, and all counts."""
        del request
        counts = {name: number for name, number in sorted(self.desk.counts.items()) if number}
        queued = (entry[2] for lane in self._lanes.values() for entry in lane.due)
        waiting = sum(self.desk.wanted(callback) for callback in queued)
        state = {"open": len(self.desk.chats), "ringing": len(self.desk.offers)}
        return web.json_response({**state, "waiting": waiting, "counts": counts})

    def enqueue(self, callbacks: Iterable[Callback]) -> None:
        """Let callbacks be delivered when they are due, in the order of their conversation."""
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

    def _turn(self, turn: Turn) -> None:
        """Go on with the scenario, so that the desk behaves differently from now on."""
        self.desk.behaviour = turn.behaviour
        self.say(f"{stamp(time.time())} pool turns at {turn.at_seconds:g} s: {turn.behaviour}")

    async def _run(self, conversation_id: str, lane: _Lane) -> None:
        """Deliver a lane's callbacks until none is left."""
        while lane.due:
            wait = lane.due[0][0] - time.monotonic()
            if wait > 0:
                lane.changed.clear()
                await _first(lane.changed, wait)
                continue
            callback = heapq.heappop(lane.due)[2]
            reply = await self.deliver(callback)
            if reply:
                self.enqueue(self.desk.answered(callback, reply.status, reply.body))
        del self._lanes[conversation_id]


async def _first(changed: asyncio.Event, wait: float) -> None:
    """Wait until something has changed, or the time is up."""
    try:
        await asyncio.wait_for(changed.wait(), wait)
    except TimeoutError:
        return
