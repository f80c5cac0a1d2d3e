"""The source of time is a port that lives here."""

from typing import Protocol


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> int:
        """UTC epoch milliseconds."""
