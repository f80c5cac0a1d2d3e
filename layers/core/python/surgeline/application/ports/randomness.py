"""The one source of chance: every id, token and secret that is drawn comes from here."""

from typing import Protocol


class Randomness(Protocol):
    """Draws bytes. In production nobody can guess them. In the virtual home a seed gives them."""

    def token(self, size_bytes: int) -> bytes:
        """Return so many bytes that were not drawn before."""
