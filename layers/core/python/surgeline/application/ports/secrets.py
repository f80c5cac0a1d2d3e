"""Secrets by name are a port that lives here."""

from typing import Protocol


class Secrets(Protocol):
    """Secrets by name, read on first use, cached for about five minutes, stale on failure."""

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none. Raises Unavailable when that is unknown."""

    def latest(self, name: str) -> str | None:
        """As `get`, past every cache: for whoever is about to change it (admin only)."""

    def put(self, name: str, value: str) -> None:
        """Set it (admin only)."""
