"""Driving a running instance: messages sent at their times, every reply accounted for."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
from surgeline.adapters.standard_webhooks import sign

from local.load.channel import CannotDrive, Instance, RunChannel
from local.load.ledger import Ledger
from local.load.traffic import Message

__all__ = ["CannotDrive", "Instance", "Progress", "drive"]

CONNECTIONS = 256
ACCEPTED = 202

Progress = Callable[[Ledger], None]


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
        async with run.channel.connected():
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
        self._replied = asyncio.Event()
        self.channel = RunChannel(instance, http, self._reply, ledger.refuse)

    def _reply(self, reply_id: str, data: dict[str, Any]) -> None:
        asked = data["message"]["in_reply_to"]
        self._ledger.reply(reply_id, asked, data["thread_id"], data["seq"], time.monotonic())
        self._replied.set()

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
            self.channel.keys, webhook_id=message.event_id, timestamp=int(time.time()), body=body
        )
        headers["content-type"] = "application/json"
        url = self._instance.url + self.channel.path
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
