"""The chat page's look is put together here: the company's, and questions of its own base."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

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


class Starters:
    """Reads the questions that each knowledge base offers first, again every minute."""

    def __init__(self, blobs: Blobs, clock: Clock) -> None:
        self._blobs = blobs
        self._clock = clock
        self._known: dict[str, tuple[int, Questions]] = {}
        self._pages: dict[str, tuple[int, Mapping[str, Questions]]] = {}

    def of(self, knowledge_base: str) -> Questions:
        """Return the questions by language. There are none while they can't be read."""
        now = self._clock.now()
        read_at, known = self._known.get(knowledge_base, (None, {}))
        if read_at is not None and 0 <= now - read_at < REREAD_MS:
            return known
        with suppress(Unavailable):  # the questions of a minute ago are as good
            known = kept_starters(self._blobs, knowledge_base)
        self._known[knowledge_base] = now, known
        return known

    def on_page(self, knowledge_base: str, page: str) -> Questions:
        """Return what is asked on a page of a site, and then what is asked anywhere."""
        now = self._clock.now()
        read_at, pages = self._pages.get(knowledge_base, (None, {}))
        if read_at is None or not 0 <= now - read_at < REREAD_MS:
            with suppress(Unavailable):
                pages = kept_on_pages(self._blobs, knowledge_base)
            self._pages[knowledge_base] = now, pages
        there, anywhere = pages.get(place_of(page), {}), self.of(knowledge_base)
        return {
            language: tuple(dict.fromkeys((*there.get(language, ()), *anywhere.get(language, ()))))[
                :OFFERED
            ]
            for language in sorted({*there, *anywhere})
        }


def look_of_page(look: Look, questions: Questions, *, files: bool = True) -> dict[str, Any]:
    """Return the look as the page reads it, with the base's questions where there are no own.

    `files` says whether visitors may send files.
    """
    drawn = page_look(look)
    return drawn | {"starters": {**questions, **drawn["starters"]}, "files": files}
