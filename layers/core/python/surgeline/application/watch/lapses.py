"""The list of promises to customers that were not kept is a page of the notebook.

Writers of threads add to it and take from it. The clock's minute counts it, and the lead reads it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.refusals import Changed
from surgeline.domain.effects import Lapse
from surgeline.errors import Unavailable

PAGE: Final = "lapses"
MOST: Final = 500
"""So many of the newest are listed. More than these nobody reads one by one."""
TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A conversation whose promise was not kept, since `at`. The promise was for `due_at`."""

    conversation_id: str
    what: Lapse
    due_at: int
    at: int
    pool_id: str | None = None


class Lapses:
    """The list. Several processes may change it at once."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def add(self, lapsed: Lapsed) -> None:
        """List a conversation once. Raises Unavailable."""
        self._change(lambda found: [lapsed, *_without(found, lapsed.conversation_id, lapsed.what)])

    def end(self, conversation_id: str, what: Lapse) -> None:
        """Take a conversation off the list, if it is there. Raises Unavailable."""
        self._change(lambda found: _without(found, conversation_id, what))

    def all(self) -> list[Lapsed]:
        """Return the list, the newest first. Raises Unavailable."""
        return _decoded(self._notebook.read(PAGE).body)

    def _change(self, make: Callable[[list[Lapsed]], list[Lapsed]]) -> None:
        for _ in range(TRIES):
            page = self._notebook.read(PAGE)
            was = _decoded(page.body)
            found = make(was)[:MOST]
            if found == was:
                return
            body = json.dumps({"schema": 1, "lapses": [asdict(each) for each in found]}).encode()
            try:
                self._notebook.write(PAGE, body, after=page)
            except Changed:
                continue
            return
        raise Unavailable("others are changing the list of lapses; try again")


def _without(found: list[Lapsed], conversation_id: str, what: Lapse) -> list[Lapsed]:
    return [each for each in found if (each.conversation_id, each.what) != (conversation_id, what)]


def _decoded(body: bytes) -> list[Lapsed]:
    """Return a stored list. A newer release's fields are left out."""
    names = Lapsed.__dataclass_fields__
    found = json.loads(body)["lapses"] if body else []
    return [Lapsed(**{name: each[name] for name in names if name in each}) for each in found]
