"""What else a home provides: named bytes, secrets, web sockets, the time."""

from collections.abc import Mapping
from typing import Protocol


class Blobs(Protocol):
    """Named bytes: artifacts, their pointers, sources."""

    def get(self, key: str) -> bytes:
        """The bytes. Raises Absent, Unavailable."""

    def put(self, key: str, body: bytes) -> None:
        """Write or replace, at once and whole."""

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """As `put`, but only while the bytes are `was`, None for absent.

        Of several at once one succeeds. Raises Changed where they are others.
        """

    def keys(self, prefix: str) -> list[str]:
        """The keys below a prefix, sorted."""


class Secrets(Protocol):
    """Secrets by name, read on first use, cached for about five minutes, stale on failure."""

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none. Raises Unavailable when that is unknown."""

    def latest(self, name: str) -> str | None:
        """As `get`, past every cache: for whoever is about to change it (admin only)."""

    def put(self, name: str, value: str) -> None:
        """Set it (admin only)."""


class Sockets(Protocol):
    """Open web sockets of chat pages. Losing one costs nothing: the page polls as well."""

    def join(self, thread_id: str, connection_id: str, *, expires_at: int) -> None:
        """Remember that this connection shows this thread."""

    def leave(self, connection_id: str) -> None:
        """Forget a connection."""

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Send a small JSON object to every connection of the thread; how many were reached."""


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
