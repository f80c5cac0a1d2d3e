"""Secrets by name are a port that lives here."""

from typing import Protocol


class Secrets(Protocol):
    """Secrets by name, read on first use, cached, stale on failure.

    A secret of a channel or pool is cached for a minute at most, so that one which was deleted or
    dropped opens nothing for longer; others for about five minutes.
    """

    def get(self, name: str) -> str | None:
        """Return the secret, or None. Raises Unavailable when that is unknown."""

    def latest(self, name: str) -> str | None:
        """Return it past every cache, to change it (admin only)."""

    def put(self, name: str, value: str) -> None:
        """Set it (admin only)."""

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        """Set it, but only while it is `was`, None for absent. Raises Changed."""

    def delete(self, name: str) -> None:
        """Delete it (admin only); harmless where there is none."""
