"""The weekly test pages are opened here. Of two processes at once only one opens a page."""

import hashlib
from typing import Final

from surgeline.application.books import id_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.domain.on_call.rota import on_call
from surgeline.domain.on_call.weekly_test import due_at, page_of, silent_rotas, unasked_rotas

_DIGITS: Final = 10


class OpenTestPages:
    """The use case. The clock calls it each minute."""

    def __init__(self, shelf: ConfigurationShelf, books: CallBooks, clock: Clock) -> None:
        self._shelf = shelf
        self._books = books
        self._clock = clock
        self._opened: set[str] = set()

    def __call__(self) -> int:
        """Open the pages that are due, one for each rota that has somebody on call."""
        settings, now, opened = self._shelf.current().on_call, self._clock.now(), 0
        if not settings.weekly_test:
            return 0
        for rota in settings.rotas:
            at = due_at(rota, settings.weekly_test, now)
            name = "" if at is None else _name(rota.id, at)
            if at is None or name in self._opened:
                continue
            order = on_call(rota, now, self._books.swaps_at(now))
            if order:
                page = page_of(rota, order[0], name, now)
                opened += self._books.calls.write(name, page, after=0, now=now)
            self._opened.add(name)
        return opened


def unreached_rotas(books: CallBooks, now: int) -> list[str]:
    """Return the rotas whose last test page nobody answered."""
    return silent_rotas([page.document for page in books.recent(now)], now)


def unaskable_rotas(books: CallBooks, now: int) -> list[str]:
    """Return the rotas whose last test page could ask nobody so far."""
    return unasked_rotas([page.document for page in books.recent(now)], now)


def _name(rota_id: str, at: int) -> str:
    """Return the id of a rota's test page of a time, which is the same in every process."""
    return f"{id_of(at)}-{hashlib.sha256(f'test/{rota_id}'.encode()).hexdigest()[:_DIGITS]}"
