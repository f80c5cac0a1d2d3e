"""The port of open web sockets lives here."""

from collections.abc import Mapping
from typing import Final, Protocol

DESK: Final = "desk#"
"""The beginning of a name under which the sockets at a pool's desk are kept, as a thread's are."""


class Sockets(Protocol):
    """Open web sockets of chat pages. Losing one costs nothing, because the page polls as well."""

    def join(self, thread_id: str, connection_id: str, *, expires_at: int) -> None:
        """Remember that this connection shows this thread."""

    def leave(self, connection_id: str) -> None:
        """Forget a connection."""

    def shown_by(self, connection_id: str) -> str | None:
        """Return the thread that a connection shows, or None for an unknown or expired one."""

    def connections(self, thread_id: str) -> list[str]:
        """Return the newest known connections that show the thread now."""

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Send a small JSON object to every connection of the thread.

        Return how many were reached.
        """
