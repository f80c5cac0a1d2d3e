"""The port of the source of time lives here."""

from typing import Protocol


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> int:
        """Return UTC epoch milliseconds."""
