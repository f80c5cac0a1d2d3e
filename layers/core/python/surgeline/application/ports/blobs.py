"""The port of named bytes, as a home keeps them, lives here."""

from collections.abc import Mapping
from typing import Protocol

from surgeline.application.ports.refusals import Absent


class Blobs(Protocol):
    """Named bytes: artifacts, their pointers and their sources."""

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises Absent, Unavailable."""

    def put(self, key: str, body: bytes) -> None:
        """Write or replace the bytes, at once and whole."""

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """Replace the bytes only while they are `was`, None for absent.

        Of several calls at once one succeeds. Raises Changed if the bytes are others.
        """

    def delete(self, key: str) -> None:
        """Delete the bytes, with all that a home still keeps of them. An absent key is fine."""

    def link(self, key: str, *, headers: Mapping[str, str]) -> str | None:
        """Return an address that opens the bytes for a minute, or None where no home has any.

        `headers` are the type and the disposition that the answer there has.
        """

    def room(self) -> int | None:
        """Return how many bytes the home has room for, or None where nothing bounds them."""

    def keys(self, prefix: str) -> list[str]:
        """Return the keys below a prefix, sorted."""


def bytes_of(blobs: Blobs, key: str) -> bytes | None:
    """Return the bytes, or None if there are none. Raises Unavailable."""
    try:
        return blobs.get(key)
    except Absent:
        return None
