"""The front process takes in HTTP and web sockets, and calls the real handlers of the functions.

    python -m local.runner.front.front

Each function's events are handled one at a time, by its `web_worker`. Limits and words of the edge
live in `edge`. The events' shapes live in `lambda_events`.
"""

import asyncio
import json
import logging
import signal
import socket
import time
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from importlib import import_module
from typing import Final
from urllib.parse import urlencode

from aiohttp import WSCloseCode, WSMsgType, web
from surgeline.application.staff.tickets import PROTOCOL
from surgeline.runtime.bootstrap import Handler

from infra.topology import Function, WebSocket
from local.home import names
from local.home.backend import from_environment
from local.home.lambda_events import (
    Connection,
    connect_event,
    disconnect_event,
    http_event,
    message_event,
)
from local.home.plan import Plan, of_kind
from local.home.routes import Match, Routes, decoded, pattern_of
from local.home.stop_signals import hear_no_more
from local.runner.front.connection import Server, Told, Whole
from local.runner.front.edge import (
    BODY_SECONDS,
    FORWARDED,
    Answer,
    Head,
    HeldBodies,
    Refusal,
    answer_of,
    body_of,
    check_size,
    head_of,
    plain_request,
    refused,
)
from local.runner.front.sockets import OpenSockets
from local.runner.front.web_worker import Outcome, Worker
from local.runner.pressure import FILE, Pressure
from local.runner.processes import child
from local.runner.processes.open_files import allow_many

SOCKET_IDLE_SECONDS: Final = 600.0
SOCKET_SECONDS: Final = 7_200.0
STOP_SECONDS: Final = 10.0
_MAX_FRAME_BYTES: Final = 32_768
_PROTOCOLS: Final = (PROTOCOL,)

log = logging.getLogger(__name__)


class Front:
    """Every entrance of the embedded home."""

    def __init__(
        self,
        plan: Plan,
        workers: Mapping[str, Worker],
        sockets: OpenSockets,
        *,
        behind_proxy: bool = False,
    ) -> None:
        self._behind_proxy = behind_proxy
        self._has_told = False
        self._routes = Routes(plan.functions)
        self._workers = workers
        self._sockets = sockets
        self._socket_path = pattern_of(plan.socket_path)
        self._socket_workers = {
            route: workers[function.name]
            for function in plan.functions
            for wake in of_kind(function, WebSocket)
            for route in wake.routes
        }
        self._open: set[web.WebSocketResponse] = set()
        self._held = HeldBodies()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return refused(refusal).response()

    def ask(self, whole: Whole, told: Told) -> bool:
        """Let a function answer a whole request. Return False for a request that opens a socket.

        Raises Refusal.
        """
        head = self._head(whole.method, whole.target, whole.raw_headers)
        if self._opens_socket(whole.method, head):
            return False
        match = self._match(whole.method, head)
        size = len(whole.body)
        check_size(size, match.max_body_bytes)
        request = plain_request(whole.method, head, whole.body, source_ip=whole.source_ip)
        event = http_event(request, match.route_key, match.parameters)

        def answered(outcome: Outcome) -> None:
            self._held.give_back(size)
            told(_answer_to(outcome, match.function))

        self._held.take(size)
        try:
            self._workers[match.function].ask(event, answered)
        except Refusal:
            self._held.give_back(size)
            raise
        return True

    async def close_sockets(self) -> None:
        """Tell the pages that the server goes away. The pages connect again by themselves."""
        closing = [ws.close(code=WSCloseCode.GOING_AWAY) for ws in self._open]
        await asyncio.gather(*closing, return_exceptions=True)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        head = self._head(request.method, request.raw_path, request.raw_headers)
        if self._opens_socket(request.method, head):
            return await self._socket(request, head)
        match = self._match(request.method, head)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await body_of(request, match.max_body_bytes, self._held)
        except TimeoutError:
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, close=True) from None
        protocol = f"HTTP/{request.version.major}.{request.version.minor}"
        try:
            plain = plain_request(
                request.method, head, body, source_ip=request.remote or "", protocol=protocol
            )
            event = http_event(plain, match.route_key, match.parameters)
            outcome = await self._workers[match.function].call(event)
        finally:
            self._held.give_back(len(body))
        return _answer_to(outcome, match.function).response()

    def _head(self, method: str, target: str, raw: Iterable[tuple[bytes, bytes]]) -> Head:
        """Return the head of a request, with a proxy's headers only if there is a proxy.

        Without one anybody could write them. Raises Refusal.
        """
        path, query, headers = head_of(method, target, raw)
        if self._behind_proxy:
            return path, query, headers
        own = [each for each in headers if not each[0].startswith(FORWARDED)]
        if len(own) < len(headers) and not self._has_told:
            self._has_told = True
            log.warning("a proxy's headers are not believed without --behind-proxy")
        return path, query, own

    def _opens_socket(self, method: str, head: Head) -> bool:
        return method == "GET" and self._socket_path.fullmatch(head[0]) is not None

    def _match(self, method: str, head: Head) -> Match:
        match = self._routes.match(method, head[0])
        if match is None:
            raise Refusal(HTTPStatus.NOT_FOUND)
        return match

    async def _socket(self, request: web.BaseRequest, head: Head) -> web.StreamResponse:
        ws = web.WebSocketResponse(
            max_msg_size=_MAX_FRAME_BYTES + 1, compress=False, protocols=_PROTOCOLS
        )
        worker = self._socket_workers.get("$connect")
        if worker is None or not ws.can_prepare(request):
            raise Refusal(HTTPStatus.NOT_FOUND)
        if self._sockets.is_full:
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS)
        now = _now()
        connection = Connection(
            id=self._sockets.new_id(),
            connected_at=now,
            headers=head[2],
            raw_query=self._query_with_channel(head),
            source_ip=request.remote or "",
        )
        self._sockets.open(connection.id)
        try:
            answer = await worker.call(connect_event(connection, at=now))
            if not _accepts(answer):
                return _answer_to(answer, worker.name).response()
            await self._talk(request, ws, connection)
        finally:
            self._sockets.close(connection.id)
        return ws

    def _query_with_channel(self, head: Head) -> str:
        """Return the query with the channel of the path, because a socket's event has no path.

        The channel comes last, so that it wins over a channel that the client has put there.
        """
        hit = self._socket_path.fullmatch(head[0])
        assert hit is not None
        return "&".join(filter(None, [head[1], urlencode(decoded(hit))]))

    async def _talk(
        self, request: web.BaseRequest, ws: web.WebSocketResponse, connection: Connection
    ) -> None:
        pushes: asyncio.Task[None] | None = None
        try:
            await ws.prepare(request)
            self._open.add(ws)
            pushes = asyncio.create_task(self._sockets.send_pushes(connection.id, ws))
            with suppress(TimeoutError):
                async with asyncio.timeout(SOCKET_SECONDS):
                    await self._listen(ws, connection)
        finally:
            self._open.discard(ws)
            self._sockets.close(connection.id)
            if pushes is not None:
                pushes.cancel()
            with suppress(ConnectionError):
                await ws.close(code=WSCloseCode.GOING_AWAY)
            code = ws.close_code or WSCloseCode.ABNORMAL_CLOSURE
            if worker := self._socket_workers.get("$disconnect"):
                with suppress(Refusal):
                    await worker.call(disconnect_event(connection, code, at=_now()))

    async def _listen(self, ws: web.WebSocketResponse, connection: Connection) -> None:
        while True:
            message = await ws.receive(timeout=SOCKET_IDLE_SECONDS)
            if message.type is not WSMsgType.TEXT:
                return
            route = route_of(message.data, self._socket_workers)
            if worker := self._socket_workers.get(route):
                event = message_event(connection, message.data, at=_now(), route=route)
                with suppress(Refusal):  # a socket has no route response, so the client is not told
                    await worker.call(event)


def route_of(text: str, routes: Container[str]) -> str:
    """Return the route of a client's message: its `action` if that is a route, else the default.

    API Gateway chooses in the same way. The three names with a dollar sign belong to API Gateway,
    and no client may use them.
    """
    try:
        action = json.loads(text)["action"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "$default"
    if isinstance(action, str) and not action.startswith("$") and action in routes:
        return action
    return "$default"


def _answer_to(outcome: Outcome, function: str) -> Answer:
    """Return the client's answer, made of a function's answer or of the reason for its absence."""
    if isinstance(outcome, Refusal):
        return refused(outcome)
    try:
        return answer_of(outcome)
    except (ValueError, TypeError):
        log.exception("%s gave a malformed answer", function)
        return refused(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR))


def _accepts(answer: object) -> bool:
    status = answer.get("statusCode") if isinstance(answer, dict) else None
    return isinstance(status, int) and 200 <= status <= 299  # noqa: PLR2004 - the successes of HTTP


def _now() -> int:
    return time.time_ns() // 1_000_000


async def _run(this: child.Child) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    registry = from_environment(this.environ).sockets()
    sockets = OpenSockets(forget=registry.leave)
    if (fd := this.environ.get(names.PUSHES_READ_FD)) is not None:
        sockets.listen(int(fd))
    pressure = Pressure(this.home / FILE)
    pressure.waiting = 0

    def changed(by: int) -> None:
        pressure.waiting += by

    workers = {
        function.name: Worker(function, _handler_of(this.plan, function), changed)
        for function in this.plan.web
    }
    behind_proxy = bool(this.environ.get(names.BEHIND_PROXY))
    front = Front(this.plan, workers, sockets, behind_proxy=behind_proxy)
    runner = web.ServerRunner(Server(front), shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    listening = socket.socket(fileno=int(this.environ[names.LISTEN_FD]))
    await web.SockSite(runner, listening, backlog=1024).start()
    this.ready()
    await stopping.wait()
    hear_no_more()
    await front.close_sockets()
    await runner.cleanup()


def _handler_of(plan: Plan, function: Function) -> Handler:
    handler: Handler = import_module(plan.handler_module(function.name)).handler
    return handler


def main() -> None:
    """Serve until SIGTERM."""
    allow_many()
    asyncio.run(_run(child.begin("front")))


if __name__ == "__main__":
    main()
    child.end()
