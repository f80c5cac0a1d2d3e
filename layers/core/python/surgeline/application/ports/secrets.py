"""The port of secrets by name lives here."""

from typing import Protocol


class Secrets(Protocol):
    """Secrets by name, read on first use and cached. A stale one may be used on failure.

    The admin keys, and a secret of a channel or pool, are cached for a minute at most, so that a
    deleted one soon opens nothing. Other secrets are cached for about five minutes.
    """

    def get(self, name: str) -> str | None:
        """Return the secret, or None. Raises Unavailable when that is unknown."""

    def latest(self, name: str) -> str | None:
        """Return the secret past every cache, for a change (admin only)."""

    def put(self, name: str, value: str) -> None:
        """Set the secret (admin only)."""

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        """Set the secret only while it is `was`, None for absent. Raises Changed."""

    def delete(self, name: str) -> None:
        """Delete the secret (admin only). Deleting an absent one is harmless."""
