"""Randomness from the operating system, as both homes have it in production."""

import secrets


class SystemRandomness:
    """ports.Randomness."""

    def token(self, size_bytes: int) -> bytes:
        """Return bytes that nobody can guess."""
        return secrets.token_bytes(size_bytes)
