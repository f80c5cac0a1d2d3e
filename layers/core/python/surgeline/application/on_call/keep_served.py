"""Time on call that is over is written down here each hour, and read as everybody's share.

Each part of a day is one entry that never changes. A repeat finds it written.
"""

from typing import Final

from surgeline.application.books import id_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.domain.on_call.fairness import Share, shares_of
from surgeline.domain.on_call.served import Served, served_days

HOUR_MS: Final = 3_600_000
BACK_MS: Final = 8 * 24 * HOUR_MS
"""An instance that stood still for so long writes down what it missed."""
MOST_ENTRIES: Final = 20_000
MOST_CALLS: Final = 5_000


class KeepServed:
    """The use case. The clock calls it each minute, and it works once an hour."""

    def __init__(self, shelf: ConfigurationShelf, books: CallBooks, clock: Clock) -> None:
        self._shelf = shelf
        self._books = books
        self._clock = clock
        self._hour = -1

    def __call__(self) -> int:
        """Write down what is over since the last hours, and return how many parts that were."""
        rotas = self._shelf.current().on_call.rotas
        now = self._clock.now()
        if not rotas or now // HOUR_MS == self._hour:
            return 0
        since, kept = now - BACK_MS, 0
        swaps = self._books.swaps_between(since, now)
        known = {
            page.id for page in self._books.served.find(first=id_of(since), limit=MOST_ENTRIES)
        }
        for rota in rotas:
            for each in served_days(rota, since, now, swaps):
                name = f"{id_of(each.until)}-{each.rota}-{each.layer}"
                if name not in known:
                    kept += self._books.served.write(name, each, after=0, now=now)
        self._hour = now // HOUR_MS
        return kept


def read_shares(
    shelf: ConfigurationShelf, books: CallBooks, *, since: int, now: int
) -> list[Share]:
    """Return everybody's share since a time, who is next by fairness first."""
    first = id_of(since)
    served: list[Served] = [
        page.document for page in books.served.find(first=first, limit=MOST_ENTRIES)
    ]
    calls = [page.document for page in books.calls.find(first=first, limit=MOST_CALLS)]
    return shares_of(shelf.current().on_call, served, calls, now=now)
