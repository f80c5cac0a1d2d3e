"""The backlogs and their tickets are kept here, in books, without customers' words."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from surgeline.application.books import Book, id_of
from surgeline.application.ports.ledger import Ledger
from surgeline.application.surge.surge_books import Decode

KEPT_DAYS: Final = 400
_BACKLOGS: Final = "backlogs"
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Backlog:
    """A queue that was brought in. `form` is the format of its file."""

    id: str
    channel_id: str
    form: str
    made_at: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of a backlog, by the id that the older queue gave it.

    `last_id` is the event of its last message. `since` is when the customer wrote last in it.
    """

    key: str
    thread_id: str
    last_id: str
    since: int


@dataclass(frozen=True, slots=True)
class BacklogShelf:
    """The book of all backlogs, and the book of the tickets of each."""

    ledger: Ledger
    encode: Callable[[Any], str]
    decode: Decode

    def backlogs(self) -> Book[Backlog]:
        """Return the book of all backlogs, each under its own id."""
        return self._book(_BACKLOGS, Backlog)

    def tickets(self, backlog_id: str) -> Book[Ticket]:
        """Return the book of a backlog's tickets, the oldest first."""
        return self._book(f"backlog.{backlog_id}", Ticket)

    def marks(self, backlog_id: str) -> Book[Ticket]:
        """Return the book of a backlog's tickets as they came first, by their keys alone."""
        return self._book(f"backlog-keys.{backlog_id}", Ticket)

    def _book(self, name: str, model: type[_Kept]) -> Book[_Kept]:
        return Book(
            self.ledger,
            name,
            days=KEPT_DAYS,
            encode=self.encode,
            decode=lambda text: self.decode(model, text),
        )


def mark_of(ticket: Ticket) -> str:
    """Return the id by which a ticket is known again, however it grew."""
    return hashlib.sha256(ticket.key.encode()).hexdigest()[:32]


def entry_of(ticket: Ticket) -> str:
    """Return the id of a ticket's entry, by which the oldest comes first."""
    return f"{id_of(ticket.since)}-{hashlib.sha256(ticket.key.encode()).hexdigest()[:16]}"
