"""Randomness comes from the operating system in production, in both homes."""

import secrets


class SystemRandomness:
    """The operating system's source of randomness. See ports.randomness.Randomness."""

    def token(self, size_bytes: int) -> bytes:
        """Return bytes that nobody can guess."""
        return secrets.token_bytes(size_bytes)
