"""A lead notes here who is absent, and the controller and the plan of the next hours count it."""

from dataclasses import replace
from typing import Final

from surgeline.application.books import Book, id_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.refusals import Absent
from surgeline.domain.surge.absence import Absence
from surgeline.errors import BadRequest, Disagrees

MOST_PEOPLE: Final = 1_000
LONGEST_MS: Final = 62 * 86_400_000
FAR_MS: Final = 31 * 86_400_000
_ID_BYTES: Final = 5


def standing(book: Book[Absence], now: int) -> list[Absence]:
    """Return the absences that are not over, those that end first before the others."""
    found = (page.document for page in book.all(first=id_of(now)))
    return [each for each in found if each.until > now]


class NoteAbsence:
    """The use case. `who` is how the record of acts names the lead."""

    def __init__(self, book: Book[Absence], clock: Clock, randomness: Randomness) -> None:
        self._book = book
        self._clock = clock
        self._randomness = randomness

    def __call__(self, absence: Absence) -> Absence:
        """Keep an absence under an id of its own. Raises BadRequest, Disagrees."""
        now = self._clock.now()
        if not 1 <= absence.people <= MOST_PEOPLE:
            raise BadRequest(f"use 1 to {MOST_PEOPLE:,} people", field="people")
        if absence.until <= max(absence.since, now):
            raise BadRequest("use an end after the beginning, and after now", field="until")
        if absence.since > now + FAR_MS or absence.until - absence.since > LONGEST_MS:
            raise BadRequest(
                "an absence begins within 31 days, and lasts at most 62", field="until"
            )
        made = replace(
            absence, id=f"{id_of(absence.until)}-{self._randomness.token(_ID_BYTES).hex()}"
        )
        self._put(made, now)
        return made

    def end(self, absence_id: str) -> Absence:
        """End an absence before its time. Raises Absent where none of that id stands."""
        now = self._clock.now()
        found = self._book.read(absence_id)
        if found is None or found.document.until <= now:
            raise Absent("there is no such absence any more")
        ended = replace(found.document, until=now)
        self._put(ended, now)
        return ended

    def _put(self, absence: Absence, now: int) -> None:
        if not self._book.replace(absence.id, absence, now=now):
            raise Disagrees("others are changing the absence; nothing was changed, try again")
