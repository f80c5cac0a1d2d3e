"""An instance of a few lines, on a port of its own: answers what a test lined up, and remembers."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from click.testing import Result

Run = Callable[..., Result]
"""Runs a command line: its words, and what click's runner takes."""


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str
    bearer: str
    content_type: str
    body: bytes
    if_match: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class FakeInstance:
    """`answers` by "METHOD path": statuses and bodies in turn, the last one again and again."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, deque[tuple[int, Any]]] = field(default_factory=dict)

    def answer(self, route: str, *bodies: Any) -> None:
        """Line up answers: a JSON body, or a status and a body."""
        pairs = [body if isinstance(body, tuple) else (200, body) for body in bodies]
        self.answers[route] = deque(pairs)

    async def handle(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization", "")
        self.asked.append(
            Asked(
                request.method,
                request.raw_path.partition("?")[0],
                request.query_string,
                authorization.removeprefix("Bearer "),
                request.content_type,
                await request.read(),
                request.headers.get("If-Match", ""),
            )
        )
        lined_up = self.answers.get(f"{request.method} {self.asked[-1].path}")
        if not lined_up:
            error = {"code": "not_found", "message": "no such thing"}
            return web.json_response({"error": error}, status=404)
        status, body = lined_up.popleft() if len(lined_up) > 1 else lined_up[0]
        if isinstance(body, bytes):
            return web.Response(body=body, status=status)
        return web.json_response(body, status=status)

    def requests(self, method: str) -> list[Asked]:
        return [each for each in self.asked if each.method == method]


@contextmanager
def fake_instance() -> Iterator[FakeInstance]:
    """Serve in a thread of its own: the commands under test are synchronous."""
    fake = FakeInstance()
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", fake.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    def serve() -> None:
        runner = loop.run_until_complete(start())
        started.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield fake
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
