"""A run has its own signed channel on a running instance, with a reply receiver on loopback."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from surgeline.adapters.signing.standard_webhooks import decode_secrets, verify
from surgeline.errors import Rejected

from local.load.wire import Answering

OnReply = Callable[[str, dict[str, Any]], None]
"""A call that gets the reply's id and the webhook's `data`."""


class CannotDrive(Exception):
    """The instance could not be prepared for the run. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Instance:
    """The instance's address, and the admin key that adds the run's channel."""

    url: str
    admin_key: str
    knowledge_base: str = "shop"


class RunChannel:
    """The channel of a run. `on_bad_reply` gets the reason why a reply was not believed."""

    def __init__(
        self,
        instance: Instance,
        http: aiohttp.ClientSession,
        on_reply: OnReply,
        on_bad_reply: Callable[[str], None],
    ) -> None:
        self.id = f"load-{secrets.token_hex(4)}"
        self.keys: tuple[bytes, ...] = ()
        self._instance = instance
        self._http = http
        self._on_reply = on_reply
        self._on_bad_reply = on_bad_reply

    @property
    def path(self) -> str:
        """Return the path to which the channel's messages are posted."""
        return f"/v1/channels/{self.id}/messages"

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Add the channel to the instance, and remove it at the end. Raises CannotDrive."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Answering(self._receive), "127.0.0.1", 0, backlog=1024
        )
        port = server.sockets[0].getsockname()[1]
        try:
            await self._add(f"http://127.0.0.1:{port}/")
            yield
            with suppress(CannotDrive):  # the instance may be down by now, without harm to the run
                await self._remove()
        finally:
            server.close()

    async def admin(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Call the admin API, and return the answer. Raises CannotDrive."""
        headers = {"authorization": f"Bearer {self._instance.admin_key}"}
        url = f"{self._instance.url}/v1/admin/{path}"
        try:
            async with self._http.request(method, url, json=body, headers=headers) as answer:
                said = await answer.json()
                if answer.status != 200:  # noqa: PLR2004 # the status of every admin answer here
                    raise CannotDrive(f"{method} {url}: HTTP {answer.status}: {said}")
                return dict(said)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            why = f"{self._instance.url} can't be reached ({error}); start it with `make up`"
            raise CannotDrive(why) from error

    async def _add(self, url: str) -> None:
        body = {"reply_url": url, "knowledge_base": self._instance.knowledge_base}
        made = await self.admin("PUT", f"channels/{self.id}", body)
        self.keys = decode_secrets(str(made["secret"]))

    async def _remove(self) -> None:
        await self.admin("DELETE", f"channels/{self.id}")

    def _receive(self, headers: Mapping[str, str], body: bytes) -> int:
        try:
            reply_id = verify(self.keys, headers, body, now_seconds=int(time.time()))
        except Rejected as error:
            self._on_bad_reply(f"reply {error}")
            return 401
        self._on_reply(reply_id, json.loads(body)["data"])
        return 204
