"""People who said that they can work then, and whom nothing keeps, are counted here.

Who never said anything is not counted, though a shift may be offered to everybody.
"""

from collections.abc import Sequence

from surgeline.application.configuration import Configuration
from surgeline.application.on_call.call_books import CallBooks
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.given import Available
from surgeline.domain.on_call.hours import WeekHours, week_of
from surgeline.domain.on_call.settings import OnCallPerson

Span = tuple[int, int]


class CouldCome:
    """The use case. A process reads the books once for all spans."""

    def __init__(self, books: CallBooks) -> None:
        self._books = books

    def __call__(
        self, configuration: Configuration, spans: Sequence[Span], now: int
    ) -> list[tuple[str, ...]]:
        """Return for each span the ids of those who could come for all of it."""
        settings = configuration.on_call
        if not settings.people or not spans:
            return [()] * len(spans)
        said = [page.document for page in self._books.available.all()]
        known = {each.person: each for each in said if each.times}
        people = [each for each in settings.people if each.id in known]
        calls = [page.document for page in self._books.recent(now)] if people else []
        return [
            tuple(
                each.id
                for each in people
                if self._could(each, known[each.id], span) and not _comes(each.id, calls, span)
            )
            for span in spans
        ]

    def _could(self, person: OnCallPerson, said: Available, span: Span) -> bool:
        """Return whether the span fits into the person's times, and into their hours."""
        if not said.has(*span):
            return False
        if person.hours_a_week is None:
            return True
        kept = self._books.hours.read(f"{person.id}/{week_of(person.zone, span[0])}")
        week = kept.document if kept else WeekHours()
        return week.with_shift("", span[1] - span[0], person.hours_a_week) is not None


def _comes(person: str, calls: Sequence[Call], span: Span) -> bool:
    """Return whether the person said yes to something at that time, and is counted there."""
    return any(
        each.brings_people
        and each.closed_at is None
        and each.begins < span[1]
        and span[0] < each.ends
        and any(answer.person == person for answer in each.coming)
        for each in calls
    )
