"""Named bytes, as a home keeps them, are a port that lives here."""

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
