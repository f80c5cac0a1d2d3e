"""A tool in which a pool works is played here: a web server, with faults, around a pure stand-in.

Its people take offers, answer and close by themselves, or as somebody types.
"""

import asyncio
import random
import threading
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from local.simulators.at_work import HANG_SECONDS, RETRY_SECONDS, DeskAtWork, Reply
from local.simulators.desk import Callback, Desk
from local.simulators.desks.team import Team
from local.simulators.desks.tools import Brought, Event, Tool
from local.simulators.scenario import Turn
from local.simulators.webhooks import MAX_BODY_BYTES, Say, refusals, stamp

TYPIST = "Kim"
"""Whoever types is this person."""
OVERTAKEN_SECONDS = 0.5
"""How long an event is held back, so that the next one overtakes it."""
OK, ACCEPTED = 200, 202
TAKEN = {"accepted": True}
"""A tool tells nobody whether an offer was taken in time. What is late is told in the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """How a tool is played: what is printed, what goes wrong, and who types.

    `duplicated` and `reordered` are the shares of its events that come twice or too late.
    """

    say: Say
    show_text: bool = False
    duplicated: float = 0.0
    reordered: float = 0.0
    scenario: Sequence[Turn] = ()
    typed: Iterable[str] = ()


class TeamAtWork(DeskAtWork):
    """The people of a tool. Whoever sends their events says how."""

    def __init__(self, team: Team, play: Play) -> None:
        super().__init__(team.desk, say=play.say, scenario=play.scenario)
        self.team = team
        self._play = play
        self._chance = random.Random(team.desk.behaviour.seed)  # noqa: S311 - plays faults
        self._calls = 0

    async def send(self, event: Event) -> int:
        """Send an event once. Return the status of the answer, or 0 without one."""
        raise NotImplementedError

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work, and read what is typed, until the end of the context."""
        async with super().working():
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._read, args=(loop,), daemon=True).start()
            yield

    async def deliver(self, callback: Callback) -> Reply | None:
        """Let a person act. The tool sends the event again until the answer is final."""
        if not self.desk.wanted(callback):
            return None
        event = self.team.act(callback, now=now_ms())
        if event is None:
            return Reply(OK, TAKEN)
        self.log("->", callback.type, callback.conversation_id, str(callback.data.get("text", "")))
        status = await self._tell(event)
        return Reply(OK, TAKEN) if status in (OK, ACCEPTED) else Reply(status)

    def bring(self, brought: Iterable[Brought]) -> None:
        """Let people read what came into the tool."""
        for each in brought:
            kind, callbacks = self.team.read(each, now=time.time())
            self.log("<-", kind, each.place, each.text)
            self.enqueue(callbacks)

    async def fails(self) -> bool:
        """Return whether the next call to the tool fails on purpose, after a while if it hangs."""
        self._calls += 1
        fault = self.desk.fault(f"call/{self._calls}", 1)
        if fault == "hang":
            await asyncio.sleep(HANG_SECONDS)
        if fault:
            self.say(f"{stamp(time.time())} tool    simulated {fault}")
        return fault is not None

    def log(self, arrow: str, kind: str, place: str, text: str) -> None:
        """Print what came or what was done, with its words if they are shown."""
        if kind == "typing":
            return
        line = f"{stamp(time.time())} tool {arrow} {kind:24} {place[-12:]:12}"
        if self._play.show_text and text:
            line += "\n    " + "\n    ".join(text.strip().splitlines())
        self.say(line.rstrip())

    async def _tell(self, event: Event) -> int:
        """Send an event, perhaps twice or late. Return the last status."""
        if self._happens(self._play.reordered):
            task = asyncio.create_task(self._tell_late(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return OK
        if self._happens(self._play.duplicated):
            await self.send(event)
        status = 0
        for pause in RETRY_SECONDS:
            status = await self.send(event)
            if Reply(status).is_final:
                break
            self.say(f"{stamp(time.time())} tool -> {status or 'no answer'}: sent again")
            await asyncio.sleep(pause)
        return status

    async def _tell_late(self, event: Event) -> None:
        await asyncio.sleep(OVERTAKEN_SECONDS)
        await self.send(event)

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Act as each line says, in a thread of its own, because reading blocks."""
        for line in self._play.typed:
            if text := line.strip():
                asyncio.run_coroutine_threadsafe(self._act(text), loop)

    async def _act(self, line: str) -> None:
        event = self.team.typed(line, TYPIST, now=now_ms())
        if event is None:
            self.say("No customer waits yet.")
            return
        if (status := await self._tell(event)) not in (OK, ACCEPTED):
            self.say(f"{stamp(time.time())} Surgeline answered {status}")

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


class ToolSimulator(TeamAtWork):
    """A tool on loopback, which posts its people's acts to a hook."""

    def __init__(self, tool: Tool, desk: Desk, play: Play, *, hook_url: str) -> None:
        super().__init__(Team(tool, desk), play)
        self._tool = tool
        self._hook_url = hook_url

    def app(self) -> web.Application:
        """Return the web application: the tool's API, `/health` and `/state`."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[refusals])
        app.router.add_get("/health", self.health)
        app.router.add_get("/state", self.state)
        app.router.add_route("*", "/{path:.*}", self._api)
        app.cleanup_ctx.append(self.lifetime)
        return app

    async def send(self, event: Event) -> int:
        """Post an event to the hook, as the tool signs it."""
        body, headers = self._tool.request(event, now=now_ms())
        assert self._http is not None
        try:
            async with self._http.post(self._hook_url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            self.say(f"{stamp(time.time())} nothing answers at {self._hook_url}")
            return 0

    async def _api(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        if await self.fails():
            status, said = self._tool.BROKEN
            return web.json_response(said, status=status)
        path = request.path_qs
        (status, said), brought = self._tool.answer(
            request.method, path, headers, body, now=now_ms()
        )
        self.bring(brought)
        return web.json_response(said, status=status)


def now_ms() -> int:
    """Return the time in UTC epoch milliseconds."""
    return round(time.time() * 1000)
