"""The books of calls are opened here, with what each of them keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from surgeline.application.books import Book, Page, id_of
from surgeline.application.ports.ledger import Ledger
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.feed import Feed
from surgeline.domain.on_call.hours import WeekHours
from surgeline.domain.on_call.rota import Swap

RECENT_MS: Final = 8 * 86_400_000
"""No call lasts longer than this."""
MOST_CALLS: Final = 200
_T = TypeVar("_T")


class Decode(Protocol):
    """Reads a stored document of a class. `adapters.staff_format` has the one in use."""

    def __call__(self, kind: type[_T], text: str, /) -> _T:
        """Return the document. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class CallBooks:
    """The books of calls by their opening, of swaps, and of the hours that people said yes to.

    `feeds` has the links of people's calendars.
    """

    calls: Book[Call]
    swaps: Book[Swap]
    hours: Book[WeekHours]
    feeds: Book[Feed]

    def recent(self, now: int) -> list[Page[Call]]:
        """Return the calls that may still be going on, the newest first."""
        return self.calls.find(first=id_of(now - RECENT_MS), limit=MOST_CALLS, newest_first=True)

    def swaps_at(self, at: int) -> list[Swap]:
        """Return the swaps that hold at a time."""
        return self.swaps_between(at, at + 1)

    def swaps_between(self, since: int, until: int) -> list[Swap]:
        """Return the swaps that hold at some time of a span."""
        found = [page.document for page in self.swaps.find(limit=MOST_CALLS, newest_first=True)]
        return [each for each in found if each.since < until and since < each.until]


def call_books(ledger: Ledger, encode: Callable[[Any], str], decode: Decode) -> CallBooks:
    """Return the books over a ledger. Documents are written and read by `encode` and `decode`."""

    def opened(name: str, kind: type[_T], days: int) -> Book[_T]:
        return Book(ledger, name, days=days, encode=encode, decode=lambda text: decode(kind, text))

    return CallBooks(
        calls=opened("calls", Call, 90),
        swaps=opened("on-call-swaps", Swap, 90),
        hours=opened("shift-hours", WeekHours, 60),
        feeds=opened("on-call-calendars", Feed, 3_650),
    )
