"""The port of the ledger keeps small documents in books, such as the controller's decisions."""

from dataclasses import dataclass
from typing import Final, Protocol

LAST_ID: Final = "~"
"""No id is behind this one, because ids are made of letters, digits and some signs before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in a book, which lists its entries by their ids.

    `version` counts the changes of the entry, from 1. The entry is gone some time after
    `expires_at` (epoch ms).
    """

    book: str
    id: str
    body: str
    version: int
    expires_at: int


class Ledger(Protocol):
    """Keeps entries. Of several writers of one version only one succeeds."""

    def read(self, book: str, entry_id: str) -> Entry | None:
        """Return the entry, or None."""

    def write(self, entry: Entry) -> bool:
        """Keep the entry if the stored one is of the version before. Return whether it was kept.

        An entry of version 1 is kept only where there is none.
        """

    def find(
        self,
        book: str,
        *,
        limit: int,
        first: str = "",
        last: str = LAST_ID,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Return at most `limit` entries from the id `first` to `last`, in order or backwards."""
