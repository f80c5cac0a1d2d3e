"""Driving a running instance: a channel of the run's own, its sender and its reply receiver."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from surgeline.adapters.standard_webhooks import decode_secrets, sign, verify
from surgeline.errors import Rejected

from local.load.ledger import Ledger
from local.load.traffic import Message

CONNECTIONS = 256
ACCEPTED = 202

Progress = Callable[[Ledger], None]


class CannotDrive(Exception):
    """The instance could not be prepared for the run; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Where the instance is, and the admin key that adds the run's channel."""

    url: str
    admin_key: str
    knowledge_base: str = "shop"


async def drive(
    instance: Instance,
    messages: Iterator[Message],
    *,
    wait_seconds: float,
    progress: Progress | None = None,
) -> Ledger:
    """Send every message at its time, wait for the replies, take the channel down again.

    Ends when every acknowledged message has its reply, or `wait_seconds` after the last send.
    Raises CannotDrive.
    """
    ledger = Ledger()
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    timeout = aiohttp.ClientTimeout(total=35)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        run = _Run(instance, http, ledger)
        async with run.channel():
            ticking = asyncio.create_task(_tick(progress, ledger)) if progress else None
            await run.send_all(messages)
            await run.settle(wait_seconds)
            if ticking:
                ticking.cancel()
            if progress:
                progress(ledger)
    return ledger


async def _tick(progress: Progress, ledger: Ledger) -> None:
    while True:
        await asyncio.sleep(0.5)
        progress(ledger)


class _Run:
    def __init__(self, instance: Instance, http: aiohttp.ClientSession, ledger: Ledger) -> None:
        self._instance = instance
        self._http = http
        self._ledger = ledger
        self._channel = f"load-{secrets.token_hex(4)}"
        self._keys: tuple[bytes, ...] = ()
        self._replied = asyncio.Event()

    # ------------------------------------------------------------ the channel

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[None]:
        """A signed channel of the run's own with a receiver on loopback."""
        application = web.Application()
        application.router.add_post("/", self._receive)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port = runner.addresses[0][1]
        try:
            await self._add_channel(f"http://127.0.0.1:{port}/")
            yield
            with suppress(CannotDrive):  # the instance may be down by now; the run is what counts
                await self._remove_channel()
        finally:
            await runner.cleanup()

    async def _admin(self, method: str, path: str, body: object = None) -> dict[str, object]:
        headers = {"authorization": f"Bearer {self._instance.admin_key}"}
        url = f"{self._instance.url}/v1/admin/{path}"
        try:
            async with self._http.request(method, url, json=body, headers=headers) as answer:
                said = await answer.json()
                if answer.status != 200:  # noqa: PLR2004 # what every admin call here answers
                    raise CannotDrive(f"{method} {url}: HTTP {answer.status}: {said}")
                return dict(said)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            why = f"{self._instance.url} can't be reached ({error}); start it with `make up`"
            raise CannotDrive(why) from error

    async def _add_channel(self, url: str) -> None:
        body = {"reply_url": url, "knowledge_base": self._instance.knowledge_base}
        made = await self._admin("PUT", f"channels/{self._channel}", body)
        self._keys = decode_secrets(str(made["secret"]))

    async def _remove_channel(self) -> None:
        shown = await self._admin("GET", "configuration")
        whole = shown["configuration"]
        assert isinstance(whole, dict)
        whole["channels"] = [each for each in whole["channels"] if each["id"] != self._channel]
        await self._admin("PUT", "configuration", whole)

    # ------------------------------------------------------------ replies

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except ConnectionError:  # the sender died in the middle; it will send again
            return web.Response(status=400)
        now = time.monotonic()
        try:
            reply_id = verify(self._keys, request.headers, body, now_seconds=int(time.time()))
        except Rejected as error:
            self._ledger.refuse(f"reply {error}")
            return web.Response(status=401)
        data = json.loads(body)["data"]
        message = data["message"]
        self._ledger.reply(reply_id, message["in_reply_to"], data["thread_id"], data["seq"], now)
        self._replied.set()
        return web.Response(status=204)

    # ------------------------------------------------------------ sending

    async def send_all(self, messages: Iterator[Message]) -> None:
        """Open loop: each message leaves at its time, whatever became of the others."""
        begin = time.monotonic()
        under_way: set[asyncio.Task[None]] = set()
        for message in messages:
            due = begin + message.at
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            self._ledger.sent += 1
            task = asyncio.create_task(self._send(message, due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        if under_way:
            await asyncio.gather(*under_way)

    async def _send(self, message: Message, due: float) -> None:
        body = json.dumps({"sender": message.sender, "text": message.text}).encode()
        headers = sign(
            self._keys, webhook_id=message.event_id, timestamp=int(time.time()), body=body
        )
        headers["content-type"] = "application/json"
        url = f"{self._instance.url}/v1/channels/{self._channel}/messages"
        try:
            async with self._http.post(url, data=body, headers=headers) as answer:
                said = await answer.json(content_type=None)
                if answer.status != ACCEPTED:
                    self._ledger.refuse(f"HTTP {answer.status}")
                    return
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._ledger.refuse(type(error).__name__)
            return
        now = time.monotonic()
        self._ledger.acknowledge(said["message_id"], said["thread_id"], due, now)

    async def settle(self, wait_seconds: float) -> None:
        """Wait until nothing is owed, or the time is over; then a moment for doubled replies."""
        until = time.monotonic() + wait_seconds
        while self._ledger.waiting and time.monotonic() < until:
            self._replied.clear()
            try:
                await asyncio.wait_for(self._replied.wait(), 0.25)
            except TimeoutError:
                continue
        await asyncio.sleep(0.5)
