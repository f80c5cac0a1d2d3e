"""A running instance gets its messages at their times, and every reply is accounted for."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
from surgeline.adapters.signing.standard_webhooks import sign

from local.load.channel import CannotDrive, Instance, RunChannel
from local.load.ledger import Ledger, Reply
from local.load.traffic import Message
from local.load.wire import Poster
from local.runner.processes.open_files import allow_many

__all__ = ["CannotDrive", "Instance", "Progress", "drive"]

CONNECTIONS = 1_000
"""At most so many requests wait here. An instance that falls behind must see who waits."""
TIMEOUT_SECONDS = 35.0
TICK_SECONDS = 0.001
"""A message may leave so late, so that many messages leave at one awakening."""
ACCEPTED = 202

Progress = Callable[[Ledger], None]


async def drive(
    instance: Instance,
    messages: Iterator[Message],
    *,
    wait_seconds: float,
    progress: Progress | None = None,
) -> Ledger:
    """Send every message at its time, wait for the replies, and remove the channel.

    The run ends when every acknowledged message has its reply, or `wait_seconds` after the last
    send. Raises CannotDrive.
    """
    ledger = Ledger()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT_SECONDS)) as http:
        run = _Run(instance, http, ledger)
        async with run.channel.connected():
            ticking = asyncio.create_task(_tick(progress, ledger)) if progress else None
            await run.send_all(messages)
            await run.wait_for_replies(wait_seconds)
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
        self._ledger = ledger
        self._replied = asyncio.Event()
        self._poster = Poster(
            instance.url,
            connections=min(CONNECTIONS, allow_many() // 2),
            timeout_seconds=TIMEOUT_SECONDS,
        )
        self.channel = RunChannel(instance, http, self._reply, ledger.refuse)

    def _reply(self, reply_id: str, data: dict[str, Any]) -> None:
        self._ledger.reply(
            Reply(
                reply_id,
                data["message"]["in_reply_to"],
                data["thread_id"],
                data["seq"],
                data["conversation"]["owner"],
                time.monotonic(),
            )
        )
        if not self._ledger.waiting:
            self._replied.set()

    # ------------------------------------------------------------ sending

    async def send_all(self, messages: Iterator[Message]) -> None:
        """Send each message at its time, however slowly the others are answered (open loop)."""
        begin = time.monotonic()
        for message in messages:
            due = begin + message.at
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(max(wait, TICK_SECONDS))
            elif self._ledger.sent % 16 == 0:  # the loop is late, and answers still have to be read
                await asyncio.sleep(0)
            self._ledger.sent += 1
            self._send(message, due)
        await self._poster.drained()
        self._poster.close()

    def _send(self, message: Message, due: float) -> None:
        body = json.dumps({"sender": message.sender, "text": message.text}).encode()
        headers = sign(
            self.channel.keys, webhook_id=message.event_id, timestamp=int(time.time()), body=body
        )
        headers["content-type"] = "application/json"
        self._poster.post(self.channel.path, headers, body, partial(self._answered, due))

    def _answered(self, due: float, status: int, body: bytes) -> None:
        if status != ACCEPTED:
            self._ledger.refuse(f"HTTP {status}" if status else body.decode())
            return
        said = json.loads(body)
        self._ledger.acknowledge(said["message_id"], said["thread_id"], due, time.monotonic())

    async def wait_for_replies(self, wait_seconds: float) -> None:
        """Wait for the replies until the time is over, and then a moment for doubled replies."""
        until = time.monotonic() + wait_seconds
        while self._ledger.waiting and (left := until - time.monotonic()) > 0:
            self._replied.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._replied.wait(), left)
        await asyncio.sleep(0.5)
