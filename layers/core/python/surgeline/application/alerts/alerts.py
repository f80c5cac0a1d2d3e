"""Anybody raises and clears alerts here. People read and acknowledge them.

Raising what stands and clearing what does not stand change nothing, so that a caller needs no
memory of its own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.domain.alerts.book import Alert, Book, News, acknowledged, cleared, raised
from surgeline.domain.alerts.rules import AlertLevel
from surgeline.errors import Unavailable, Unreadable

PAGE: Final = "alerts"
TRIES: Final = 5
LONGEST_WORDS: Final = 500
_FIELDS: Final = tuple(Alert.__dataclass_fields__)


class Alerts:
    """The alerts of a home. Several processes may change them at once."""

    def __init__(self, notebook: Notebook, clock: Clock) -> None:
        self._notebook = notebook
        self._clock = clock

    def raise_(self, key: str, words: str, level: AlertLevel = "warning") -> bool:
        """Raise the alert of that key. Return False if it stands already.

        `key` is a short name, and what it is about behind a colon. `words` is a sentence that says
        what is wrong and what to do, without any customer's text. Raises Unavailable.
        """
        at = self._clock.now()
        return self.change(lambda book: raised(book, key, words[:LONGEST_WORDS], level, at=at))

    def clear(self, key: str) -> bool:
        """Clear the alert of that key. Return False if none stands. Raises Unavailable."""
        at = self._clock.now()
        return self.change(lambda book: cleared(book, key, at=at))

    def acknowledge(self, alert_id: str, who: str) -> Alert:
        """Note that somebody takes care of an alert, and return it. Raises Absent."""
        at = self._clock.now()
        self.change(lambda book: acknowledged(book, alert_id, who, at=at))
        for each in self.book().alerts:
            if each.id == alert_id:
                return each
        raise Absent("there is no such alert; list them with `surgeline alert list`")

    def book(self) -> Book:
        """Return all alerts as they are now. Raises Unavailable."""
        return decoded(self._notebook.read(PAGE).body)

    def change(self, make: Callable[[Book], Book]) -> bool:
        """Replace the book by what `make` makes of it. Return whether that was a change.

        `make` is called again if somebody else changed the book meanwhile. Raises Unavailable.
        """
        for _ in range(TRIES):
            page = self._notebook.read(PAGE)
            was = decoded(page.body)
            book = make(was)
            if book == was:
                return False
            try:
                self._notebook.write(PAGE, encoded(book), after=page)
            except Changed:
                continue
            return True
        raise Unavailable("others are changing the alerts; try again")


def encoded(book: Book) -> bytes:
    """Return the book as it is stored."""
    alerts = [asdict(each) for each in book.alerts]
    untold = [[each.alert_id, each.change] for each in book.untold]
    whole = {"schema": 1, "alerts": alerts, "turning": dict(book.turning), "untold": untold}
    return json.dumps(whole).encode()


def decoded(body: bytes) -> Book:
    """Return a stored book. A newer release's fields are left out. Raises Unreadable."""
    if not body:
        return Book()
    try:
        found: Mapping[str, Any] = json.loads(body)
        alerts = [
            {name: each[name] for name in _FIELDS if name in each} for each in found["alerts"]
        ]
        return Book(
            tuple(Alert(**each) for each in alerts),
            dict(found.get("turning", {})),
            tuple(News(*each) for each in found.get("untold", [])),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("the alerts that are stored can't be read") from error
