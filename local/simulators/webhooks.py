"""Both simulators' shells share this code: one verified envelope a request, and quiet serving."""

import asyncio
import json
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.errors import BadRequest, Rejected

from local.home.stop_signals import hear_no_more

MAX_BODY_BYTES = 262_144

Say = Callable[[str], None]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook whose signature held."""

    webhook_id: str
    type: str
    data: Mapping[str, Any]


def read(
    secrets: Sequence[bytes], headers: Mapping[str, str], body: bytes, *, now: float
) -> Received:
    """Verify the webhook first, and read it then. Raises Unauthorized, BadRequest."""
    webhook_id = verify(secrets, headers, body, now_seconds=int(now))
    try:
        envelope = json.loads(body)
        kind, data = envelope["type"], envelope["data"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest("expected a JSON object with type, timestamp and data") from error
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise BadRequest("expected type to be a text and data an object")
    return Received(webhook_id, kind, data)


async def receive(request: web.Request, secrets: Sequence[bytes]) -> Received:
    """Return the verified webhook of a request."""
    return read(secrets, request.headers, await request.read(), now=time.time())


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer refusals with the same JSON errors as Surgeline itself."""
    try:
        return await handler(request)
    except Rejected as error:
        body = {"error": {"code": error.code, "message": str(error)}}
        return web.json_response(body, status=error.status)


def stamp(now: float) -> str:
    """Return a time of the day for a log line."""
    return time.strftime("%H:%M:%S", time.localtime(now))


def short(identifier: str) -> str:
    """Return enough of an id to tell it from others in a log line."""
    head, dash, number = identifier.partition("-")
    return f"{head[:8]}{dash}{number}"


def serve(app: web.Application, *, port: int, ready: Callable[[], None]) -> None:
    """Serve on 127.0.0.1 until interrupted or terminated. Raises OSError for a port in use."""
    asyncio.run(_serve(app, port, ready))


async def _serve(app: web.Application, port: int, ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # a child of the supervisor ignores it
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready()
        await stop.wait()
    finally:
        hear_no_more()
        await runner.cleanup()
