"""A stand-in for the chat's server, for what the real one cannot be told to do.

It speaks the chat page's API and can be stopped, made to refuse, and made to say anything.
It runs in a thread of the test, one for each test.
"""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Self

from aiohttp import WSMsgType, web
from surgeline.runtime.page_files import travelling

from functions.web_chat.pages import languages_to_choose

PAGE = Path(__file__).parents[2] / "web" / "chat"
PAGE_LINES = 100
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
STARTERS = {
    "en": ["Where is my order?", "How do I return an item?", "What does delivery cost?"],
    "ko": ["주문한 상품은 어디에 있나요?", "반품은 어떻게 하나요?", "배송비는 얼마인가요?"],
    "fr": [
        "Où est ma commande ?",
        "Comment retourner un article ?",
        "Combien coûte la livraison ?",
    ],
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

Line = dict[str, Any]
Reply = Callable[["FakeServer", str], object]


def quiet(_server: "FakeServer", _text: str) -> None:
    """Keep silent in place of a reply."""


class FakeServer:
    """One visitor's chat. A test reads and sets the plain attributes below.

    refuse: status and headers to answer the next requests with, by "METHOD last-path-part".
    lose_answers: how many posts to take without the client learning of it.
    reply: called with each new message's text; by default echoes it as the assistant.
    """

    def __init__(self, reply: Reply | None = None) -> None:
        self.lines: list[Line] = []
        self.conversation: dict[str, str] | None = None
        self.refuse: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.reply: Reply = reply or (lambda server, text: server.say("bot", f"You said: {text}"))
        self.posts: list[dict[str, Any]] = []
        self.visits: list[str] = []
        self.files: list[bytes] = []
        self.look: dict[str, Any] = {}
        self.token = "visitor-1"
        self.push_lines = True
        self.sockets_open = True
        self.lose_answers = 0
        self.notices: list[dict[str, Any]] = []
        self._sockets: set[web.WebSocketResponse] = set()
        self._ids = itertools.count(1)
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Listen, on the same port as before when there was one."""
        self._run(self._start())

    def stop(self) -> None:
        """Drop every connection and stop listening; what was said is kept."""
        self._run(self._stop())

    def say(self, speaker: str, text: str, **more: object) -> Line:
        """Add a line and push its number."""
        line = {
            "seq": len(self.lines) + 1,
            "id": f"line-{next(self._ids)}",
            "speaker": speaker,
            "text": text,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "agent": None,
            "in_reply_to": None,
            "article_id": None,
            "choices": [],
            "client_message_id": None,
            **more,
        }
        self.lines.append(line)
        if self.push_lines:
            self.push({"type": "seq", "seq": line["seq"]})
        return line

    def own(self, owner: str, state: str = "open") -> None:
        """Change who has the conversation."""
        self.conversation = {"id": "c1", "state": state, "owner": owner}

    def push(self, message: dict[str, object]) -> None:
        """Send to every socket."""
        text = json.dumps(message)
        for socket in list(self._sockets):
            asyncio.run_coroutine_threadsafe(socket.send_str(text), self._loop)

    def drop_sockets(self) -> None:
        """Close every socket."""
        for socket in list(self._sockets):
            asyncio.run_coroutine_threadsafe(socket.close(), self._loop)

    def posted(self, count: int, within_seconds: float = 8) -> list[dict[str, Any]]:
        """Wait for this many accepted posts, and give them."""
        end = time.monotonic() + within_seconds
        while len(self.posts) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.posts

    # ---------------------------------------------------------------- serving

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> None:
        app = web.Application(middlewares=[self._refusing])
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/assets/{file}", self._asset),
                web.post("/v1/web/web/visitors", self._visitors),
                web.post("/v1/web/web/messages", self._post),
                web.get("/v1/web/web/messages", self._read),
                web.post("/v1/web/web/files", self._file),
                web.post("/v1/web/web/leave", self._leave),
                web.get("/v1/web/web/notices", self._notices),
                web.get("/v1/web/web/socket", self._socket),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        assert self._runner.addresses
        self._port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        for socket in list(self._sockets):
            await socket.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _refusing(self, request: web.Request, handler: Any) -> web.StreamResponse:
        name = f"{request.method} {request.path.rsplit('/', 1)[-1]}"
        if waiting := self.refuse.get(name):
            status, headers = waiting.pop(0)
            return web.json_response({"error": "told to"}, status=status, headers=headers)
        secured = ("messages", "leave", "files")
        given = request.headers.get("Authorization", request.query.get("token", ""))
        if name.endswith(secured) and given != f"Bearer {self.token}":
            return web.json_response({"error": "unauthorized"}, status=401)
        response: web.StreamResponse = await handler(request)
        return response

    async def _page(self, _: web.Request) -> web.Response:
        page = (PAGE / "chat.html").read_text("utf-8")
        for old, new in languages_to_choose().items():
            page = page.replace(old, new)
        look = escape(json.dumps({"starters": STARTERS, **self.look}))
        page = page.replace(
            'name="surgeline-look" content="{}"', f'name="surgeline-look" content="{look}"'
        )
        return web.Response(
            body=page.encode(),
            headers={**HEADERS, "Content-Type": "text/html; charset=utf-8"},
        )

    async def _asset(self, request: web.Request) -> web.Response:
        path = PAGE / Path(request.match_info["file"]).name
        if path.suffix not in TYPES or not path.is_file():
            raise web.HTTPNotFound
        kind = {"Content-Type": f"{TYPES[path.suffix]}; charset=utf-8"}
        return web.Response(body=travelling(path), headers={**HEADERS, **kind})

    async def _visitors(self, request: web.Request) -> web.Response:
        self.visits.append(await request.text())
        return web.json_response(
            {
                "token": self.token,
                "expires_at": "2100-01-01T00:00:00Z",
                "thread_id": "t1",
                "socket_url": f"ws://{request.host}/v1/web/web/socket",
            },
            status=201,
        )

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.posts.append(body)
        message_id = f"m-{body['client_message_id']}"
        if message_id not in {line["id"] for line in self.lines}:
            if self.conversation is None or self.conversation["state"] == "closed":
                self.own("bot")
            self.say(
                "customer",
                body["text"],
                id=message_id,
                media=[
                    {"kind": each["kind"], "alt": each["name"], "path": None, "reason": None}
                    for each in body.get("files", [])
                ],
                client_message_id=body["client_message_id"],
            )
            self.reply(self, body["text"])
        if self.lose_answers:
            self.lose_answers -= 1
            assert request.transport
            request.transport.close()
        return web.json_response({"message_id": message_id, "thread_id": "t1"}, status=202)

    async def _file(self, request: web.Request) -> web.Response:
        self.files.append(await request.read())
        kind = "image" if self.files[-1].startswith(b"\x89PNG") else "file"
        return web.json_response({"id": f"f{len(self.files)}", "kind": kind}, status=201)

    async def _read(self, request: web.Request) -> web.Response:
        after = int(request.query["after"])
        page = [line for line in self.lines if line["seq"] > after][:PAGE_LINES]
        answer = {
            "lines": page,
            "last_seq": page[-1]["seq"] if page else min(after, len(self.lines)),
            "conversation": self.conversation,
        }
        return web.json_response(answer)

    async def _notices(self, _: web.Request) -> web.Response:
        return web.json_response({"notices": self.notices})

    async def _leave(self, _: web.Request) -> web.Response:
        self.own("bot", "closed")
        self.say("system", "You ended the conversation.")
        return web.json_response({"thread_id": "t1"}, status=202)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self.sockets_open or request.query.get("token") != self.token:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        async for message in socket:
            if message.type == WSMsgType.ERROR:
                break
        self._sockets.discard(socket)
        return socket
