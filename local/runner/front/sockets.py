"""The open web sockets of the front process live here, and the pipe that workers push through.

The registry in the engine knows who shows which thread. This module only knows connections.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from local.home import pushes

MOST_SOCKETS = 2_000
_WAITING_PUSHES = 64

log = logging.getLogger(__name__)


class OpenSockets:
    """Connections by id. An id carries the front's boot id, and ids of another boot are dead."""

    def __init__(self, *, forget: Callable[[str], None], limit: int = MOST_SOCKETS) -> None:
        self._boot = secrets.token_hex(6)
        self._forget = forget
        self._limit = limit
        self._waiting: dict[str, asyncio.Queue[str]] = {}
        self._partial = b""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Return whether another connection would be one too many."""
        return len(self._waiting) >= self._limit

    def new_id(self) -> str:
        """Return an id for a connection of this boot. The id is hard to guess."""
        return f"{self._boot}-{secrets.token_urlsafe(18)}"

    def open(self, connection_id: str) -> None:
        """Keep pushes for this connection from now on."""
        self._waiting[connection_id] = asyncio.Queue(_WAITING_PUSHES)

    def close(self, connection_id: str) -> None:
        """Drop pushes for this connection from now on."""
        self._waiting.pop(connection_id, None)

    async def send_pushes(self, connection_id: str, ws: web.WebSocketResponse) -> None:
        """Send the pushes of a connection, in order, until the connection closes."""
        waiting = self._waiting[connection_id]
        with suppress(ConnectionError):
            while not ws.closed:
                await ws.send_str(await waiting.get())

    def listen(self, fd: int) -> None:
        """Take pushes from the workers' pipe."""
        os.set_blocking(fd, False)
        asyncio.get_running_loop().add_reader(fd, self._read, fd)

    def _read(self, fd: int) -> None:
        with suppress(BlockingIOError):
            self._partial += os.read(fd, 65_536)
        *lines, self._partial = self._partial.split(b"\n")
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            connection_id, text = pushes.read(line)
        except ValueError:
            log.warning("a push could not be read")
            return
        waiting = self._waiting.get(connection_id)
        if waiting is None:
            self._forget(connection_id)
            return
        with suppress(asyncio.QueueFull):  # a page that reads nothing learns this by polling
            waiting.put_nowait(text)
