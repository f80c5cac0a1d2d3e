"""The chat page's look is put together here: the company's, and questions of its own base."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from surgeline.adapters.configuration.page_look import page_look
from surgeline.application.answers.starters import (
    OFFERED,
    kept_on_pages,
    kept_starters,
    place_of,
)
from surgeline.application.answers.starters import Starters as Questions
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.domain.company.look import Look
from surgeline.errors import Unavailable

REREAD_MS = 60_000
HOURS_DAYS = 7
Spans = tuple[tuple[int, int], ...]
"""The beginnings and ends of times, as instants."""
T = TypeVar("T")


class Starters:
    """Reads the questions that each knowledge base offers first, again every minute."""

    def __init__(self, blobs: Blobs, clock: Clock) -> None:
        self._anywhere = _Reread(blobs, clock, kept_starters)
        self._on_pages = _Reread(blobs, clock, kept_on_pages)

    def of(self, knowledge_base: str) -> Questions:
        """Return the questions by language. There are none while they can't be read."""
        return self._anywhere.of(knowledge_base) or {}

    def on_page(self, knowledge_base: str, page: str) -> Questions:
        """Return what is asked on a page of a site, and then what is asked anywhere."""
        pages, anywhere = self._on_pages.of(knowledge_base) or {}, self.of(knowledge_base)
        there = pages.get(place_of(page), {})
        both = {
            language: dict.fromkeys((*there.get(language, ()), *anywhere.get(language, ())))
            for language in sorted({*there, *anywhere})
        }
        return {language: tuple(questions)[:OFFERED] for language, questions in both.items()}


class _Reread(Generic[T]):
    """Reads what is kept beside each knowledge base, again every minute."""

    def __init__(self, blobs: Blobs, clock: Clock, read: Callable[[Blobs, str], T]) -> None:
        self._blobs = blobs
        self._clock = clock
        self._read = read
        self._known: dict[str, tuple[int, T | None]] = {}

    def of(self, knowledge_base: str) -> T | None:
        """Return what is kept, or None while it was never readable."""
        now = self._clock.now()
        read_at, known = self._known.get(knowledge_base, (None, None))
        if read_at is not None and 0 <= now - read_at < REREAD_MS:
            return known
        with suppress(Unavailable):  # what was read a minute ago is as good
            known = self._read(self._blobs, knowledge_base)
        self._known[knowledge_base] = now, known
        return known


def look_of_page(
    look: Look, questions: Questions, *, files: bool = True, hours: Spans = ()
) -> dict[str, Any]:
    """Return the look as the page reads it, with the base's questions where there are no own.

    `files` says whether visitors may send files, and `hours` when people are there.
    """
    drawn = page_look(look)
    drawn |= {"starters": {**questions, **drawn["starters"]}, "files": files}
    return drawn | ({"hours": hours} if hours else {})
