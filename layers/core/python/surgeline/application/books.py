"""A book of the ledger is read and written here as documents of one class."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from surgeline.application.ports.ledger import LAST_ID, Entry, Ledger

DAY_MS: Final = 86_400_000
_TRIES: Final = 5
_AT_ONCE: Final = 200
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """A document as it was read, with its id, and the version that a change of it follows."""

    id: str
    document: _T
    version: int


class Book(Generic[_T]):
    """A book whose documents are all of one class. An entry is kept for `days`."""

    def __init__(
        self,
        ledger: Ledger,
        name: str,
        *,
        days: int,
        encode: Callable[[_T], str],
        decode: Callable[[str], _T],
    ) -> None:
        self._ledger = ledger
        self._name = name
        self._days = days
        self._encode = encode
        self._decode = decode

    def read(self, entry_id: str) -> Page[_T] | None:
        """Return the document of that id, or None. Raises Unreadable."""
        found = self._ledger.read(self._name, entry_id)
        return None if found is None else self._page(found)

    def write(self, entry_id: str, document: _T, *, after: int, now: int) -> bool:
        """Keep a document that was made from the version `after`, 0 for none.

        Return whether it was kept.
        """
        body, expires_at = self._encode(document), now + self._days * DAY_MS
        return self._ledger.write(Entry(self._name, entry_id, body, after + 1, expires_at))

    def replace(self, entry_id: str, document: _T, *, now: int) -> bool:
        """Keep a document, whatever is there. Return False if others write it all the time."""
        for _ in range(_TRIES):
            found = self._ledger.read(self._name, entry_id)
            if self.write(entry_id, document, after=found.version if found else 0, now=now):
                return True
        return False

    def find(
        self,
        *,
        limit: int,
        first: str = "",
        last: str = LAST_ID,
        newest_first: bool = False,
    ) -> list[Page[_T]]:
        """Return at most `limit` documents from the id `first` to `last`, in order or backwards."""
        found = self._ledger.find(
            self._name, first=first, last=last, limit=limit, newest_first=newest_first
        )
        return [self._page(each) for each in found]

    def all(self, *, first: str = "", last: str = LAST_ID) -> Iterator[Page[_T]]:
        """Yield all documents from the id `first` to `last`, however many there are."""
        return map(self._page, entries_of(self._ledger, self._name, first=first, last=last))

    def back(self, *, first: str = "", last: str = LAST_ID) -> Iterator[Page[_T]]:
        """Yield all documents from the id `last` back to `first`, however many there are."""
        backwards = entries_of(self._ledger, self._name, first=first, last=last, newest_first=True)
        return map(self._page, backwards)

    def _page(self, entry: Entry) -> Page[_T]:
        return Page(entry.id, self._decode(entry.body), entry.version)


def entries_of(
    ledger: Ledger,
    book: str,
    *,
    first: str = "",
    last: str = LAST_ID,
    newest_first: bool = False,
) -> Iterator[Entry]:
    """Yield all entries from the id `first` to `last`, in order or backwards."""
    seen = ""
    while True:
        found = ledger.find(book, first=first, last=last, limit=_AT_ONCE, newest_first=newest_first)
        yield from (each for each in found if each.id != seen)
        if len(found) < _AT_ONCE:
            return
        seen = found[-1].id
        first, last = (first, seen) if newest_first else (seen, last)


def id_of(at: int) -> str:
    """Return the id of an entry that stands at its time in the book."""
    return f"{at:014d}"
