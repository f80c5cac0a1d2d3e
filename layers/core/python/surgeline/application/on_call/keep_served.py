"""Time on call that is over is written down here each hour, and read as everybody's share.

Each part of a day is one entry that never changes. A repeat finds it written. A mark for each layer
tells up to when it is written down, so that a later rota changes nothing before it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from surgeline.application.books import id_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.domain.on_call.fairness import Share, shares_of
from surgeline.domain.on_call.served import Served, Written, running_since, served_days
from surgeline.domain.on_call.settings import Rota

HOUR_MS: Final = 3_600_000
BACK_MS: Final = 8 * 24 * HOUR_MS
"""An instance that stood still for so long writes down what it missed."""
MARKS: Final = "marks"


class KeepServed:
    """The use case. The clock calls it each minute.

    It works once an hour, and where the rotas were changed.
    """

    def __init__(self, shelf: ConfigurationShelf, books: CallBooks, clock: Clock) -> None:
        self._shelf = shelf
        self._books = books
        self._clock = clock
        self._seen: tuple[int, tuple[Rota, ...]] | None = None

    def __call__(self) -> int:
        """Write down what is over since the last time, and return how many parts that were.

        Each layer begins at its mark. A layer without one is new, and begins now.
        """
        rotas, now = self._shelf.current().on_call.rotas, self._clock.now()
        if self._seen == (now // HOUR_MS, rotas):
            return 0
        page = self._books.written.read(MARKS)
        marks = page.document.until if page else {}
        kept = 0
        if rotas or marks:
            kept, after = self._keep(rotas, marks, now)
            version = page.version if page else 0
            self._books.written.write(MARKS, Written(after), after=version, now=now)
        self._seen = (now // HOUR_MS, rotas)
        return kept

    def _keep(
        self, rotas: Sequence[Rota], marks: Mapping[str, int], now: int
    ) -> tuple[int, dict[str, int]]:
        """Write down what is over behind the marks, and return how much, with the new marks."""
        swaps = self._books.swaps_between(now - BACK_MS, now)
        kept, after = 0, {}
        for rota in rotas:
            for layer in range(1, len(rota.layers) + 1):
                key = f"{rota.id}/{layer}"
                since = max(marks.get(key, now), now - BACK_MS)
                after[key] = running_since(rota, layer, since, now, swaps)
                for each in served_days(rota, since, now, swaps):
                    if each.layer == layer:
                        name = f"{id_of(each.until)}-{each.rota}-{each.layer}"
                        kept += self._books.served.write(name, each, after=0, now=now)
        return kept, after


def read_shares(
    shelf: ConfigurationShelf, books: CallBooks, *, since: int, now: int
) -> list[Share]:
    """Return everybody's share since a time, who is next by fairness first."""
    first = id_of(since)
    served: list[Served] = [page.document for page in books.served.all(first=first)]
    calls = [page.document for page in books.calls.all(first=first)]
    return shares_of(shelf.current().on_call, served, calls, now=now)
