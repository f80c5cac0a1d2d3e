"""The books of calls are opened here, with what each of them keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from surgeline.application.books import Book, Page, id_of
from surgeline.application.ports.ledger import Ledger
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.feed import Feed
from surgeline.domain.on_call.given import Available, Given
from surgeline.domain.on_call.hours import WeekHours
from surgeline.domain.on_call.rota import MOVES_MS, Swap
from surgeline.domain.on_call.served import Served, Written

RECENT_MS: Final = 8 * 86_400_000
"""No call lasts longer than this."""
LONGEST_SWAP_MS: Final = 31 * 86_400_000
"""No swap lasts longer than this, so that a swap that holds has begun lately."""
_T = TypeVar("_T")


class Decode(Protocol):
    """Reads a stored document of a class. `adapters.staff_format` has the one in use."""

    def __call__(self, kind: type[_T], text: str, /) -> _T:
        """Return the document. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class CallBooks:
    """The books of calls by their opening, of swaps, and of the hours that people said yes to.

    `feeds` has the links of people's calendars, and `served` each day that somebody was on call.
    `written` tells up to when that is.
    `given` has the times that people offer to each other, and `available` when they can work.
    """

    calls: Book[Call]
    swaps: Book[Swap]
    hours: Book[WeekHours]
    feeds: Book[Feed]
    served: Book[Served]
    written: Book[Written]
    given: Book[Given]
    available: Book[Available]

    def recent(self, now: int) -> list[Page[Call]]:
        """Return the calls that may still be going on, the newest first."""
        return list(self.calls.back(first=id_of(now - RECENT_MS)))

    def swaps_at(self, at: int) -> list[Swap]:
        """Return the swaps that hold at a time."""
        return self.swaps_between(at, at + 1)

    def swaps_between(self, since: int, until: int) -> list[Swap]:
        """Return the swaps that hold at some time of a span."""
        found = [page.document for page in self.swap_pages(since, until)]
        return [each for each in found if each.undone_at is None]

    def swap_pages(self, since: int, until: int) -> list[Page[Swap]]:
        """Return the swaps of some time of a span as they are kept, also those that were undone.

        Those that may have moved into the span with their shift are among them.
        """
        earliest = since - LONGEST_SWAP_MS - MOVES_MS
        found = self.swaps.back(first=id_of(max(0, earliest)), last=id_of(until + MOVES_MS))
        return [each for each in found if _may_meet(each.document, since, until)]


def _may_meet(swap: Swap, since: int, until: int) -> bool:
    before = MOVES_MS if swap.begins_with else 0
    after = MOVES_MS if swap.ends_with else 0
    return swap.since - before < until and since < swap.until + after


def call_books(ledger: Ledger, encode: Callable[[Any], str], decode: Decode) -> CallBooks:
    """Return the books over a ledger. Documents are written and read by `encode` and `decode`."""

    def opened(name: str, kind: type[_T], days: int) -> Book[_T]:
        return Book(ledger, name, days=days, encode=encode, decode=lambda text: decode(kind, text))

    return CallBooks(
        calls=opened("calls", Call, 400),
        swaps=opened("on-call-swaps", Swap, 400),
        hours=opened("shift-hours", WeekHours, 60),
        feeds=opened("on-call-calendars", Feed, 3_650),
        served=opened("on-call-served", Served, 400),
        written=opened("on-call-written", Written, 400),
        given=opened("on-call-given", Given, 120),
        available=opened("on-call-available", Available, 90),
    )
