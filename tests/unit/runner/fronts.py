"""A real front on a port of its own, over handlers of the test's choice."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from local.home.plan import DEFAULT, Plan
from local.runner.front import web_worker
from local.runner.front.connection import Server
from local.runner.front.front import Front
from local.runner.front.sockets import OpenSockets

MESSAGES = "/v1/channels/demo/messages"
Handler = Callable[[Mapping[str, Any]], Any]


@dataclass
class Running:
    """A front on a port of its own, with one handler for every function."""

    url: str
    port: int
    sockets: OpenSockets
    forgotten: list[str]
    events: list[Mapping[str, Any]] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    front: Front | None = None

    @property
    def held(self) -> int:
        """How many bytes of bodies the front holds."""
        assert self.front is not None
        return self.front._held._held

    async def raw(self, *chunks: bytes) -> bytes:
        """Return what the server answers to these bytes until it closes or has answered once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()
        return head


def answer(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(event)}


def drive(
    test: Callable[[Running, aiohttp.ClientSession], Awaitable[None]],
    handler: Handler = answer,
    after: Callable[[], Awaitable[None]] | None = None,
    plan: Plan = DEFAULT,
    most_sockets: int = 2_000,
    *,
    behind_proxy: bool = False,
) -> None:
    """Run the test against a front, and what comes after that has stopped."""

    async def main() -> None:
        forgotten: list[str] = []
        sockets = OpenSockets(forget=forgotten.append, limit=most_sockets)
        running = Running("", 0, sockets, forgotten)

        def handle(event: Mapping[str, Any], context: Any) -> Any:
            running.events.append(event)
            running.functions.append(context.function_name)
            return handler(event)

        workers = {function.name: web_worker.Worker(function, handle) for function in plan.web}
        front = running.front = Front(plan, workers, sockets, behind_proxy=behind_proxy)
        runner = web.ServerRunner(Server(front))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        running.port = runner.addresses[0][1]
        running.url = f"http://127.0.0.1:{running.port}"
        async with aiohttp.ClientSession() as session:
            await test(running, session)
        await front.close_sockets()
        await runner.cleanup()
        if after is not None:
            await after()

    asyncio.run(main())
