"""A person's answer to a call is taken here: by the token of the link, or by a lead who was told.

An answer counts once. Of many who say yes at once only as many have the place as were called for,
and nobody has more hours in a week than was said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from surgeline.application.books import Page
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.on_call.call_out import hours_id
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent
from surgeline.domain.on_call.call import Call, Verdict
from surgeline.domain.on_call.hours import WeekHours
from surgeline.domain.on_call.links import is_token
from surgeline.domain.on_call.settings import OnCallPerson
from surgeline.errors import Disagrees, Unauthorized

_TRIES: Final = 8

Told = Verdict | Literal["hours"]
"""What became of an answer. With `hours` the shift is over the hours that were said."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The call after an answer, and what became of the answer."""

    call: Call
    told: Told


class AnswerCall:
    """The use case."""

    def __init__(
        self,
        *,
        shelf: ConfigurationShelf,
        books: CallBooks,
        key: Callable[[], bytes],
        clock: Clock,
    ) -> None:
        self._shelf = shelf
        self._books = books
        self._key = key
        self._clock = clock

    def look(self, call_id: str, person_id: str, token: str) -> tuple[Call, OnCallPerson]:
        """Return the call that the link is for, and the person. Raises Unauthorized, Absent."""
        self._check(call_id, person_id, token)
        page, person = self._page(call_id, person_id)
        return page.document, person

    def __call__(
        self,
        call_id: str,
        person_id: str,
        token: str,
        *,
        coming: bool,
        in_minutes: int | None = None,
    ) -> Heard:
        """Take an answer. Raises Unauthorized, Absent, and Disagrees while others write."""
        self._check(call_id, person_id, token)
        return self.record(call_id, person_id, coming=coming, in_minutes=in_minutes)

    def record(
        self, call_id: str, person_id: str, *, coming: bool, in_minutes: int | None = None
    ) -> Heard:
        """Take an answer that somebody who may do so gives. Raises Absent, Disagrees."""
        for _ in range(_TRIES):
            page, person = self._page(call_id, person_id)
            now = self._clock.now()
            arrives = None if in_minutes is None else now + in_minutes * 60_000
            after, verdict = page.document.answered(
                person.id, coming=coming, now=now, arrives_at=arrives
            )
            if verdict == "coming" and not self._reserved(person, after, now):
                return Heard(page.document, "hours")
            if after is page.document:
                return Heard(after, verdict)
            if self._books.calls.write(call_id, after, after=page.version, now=now):
                if verdict == "declined":
                    self._release(person, after, now)
                return Heard(after, verdict)
        raise Disagrees("many are answering right now; nothing was changed, try again")

    def _check(self, call_id: str, person_id: str, token: str) -> None:
        if not is_token(self._key(), call_id, person_id, token):
            raise Unauthorized(reason="call")

    def _page(self, call_id: str, person_id: str) -> tuple[Page[Call], OnCallPerson]:
        page = self._books.calls.read(call_id)
        person = self._shelf.current().on_call.person(person_id)
        if page is None or person is None:
            raise Absent("that call is not kept any more")
        return page, person

    def _reserved(self, person: OnCallPerson, call: Call, now: int) -> bool:
        """Count the shift among the person's hours, unless that is too much.

        The hours are counted before the place is taken. Who gets no place keeps the hours counted
        until the week is over, unless he declines: so a race costs a shift and never a rest.
        """
        if call.kind != "shift":
            return True
        name = hours_id(person, call)
        for _ in range(_TRIES):
            kept = self._books.hours.read(name)
            week = kept.document if kept else WeekHours()
            added = week.with_shift(call.id, call.ends - call.begins, person.hours_a_week)
            if added is None:
                return False
            version = kept.version if kept else 0
            if self._books.hours.write(name, added, after=version, now=now):
                return True
        raise Disagrees("many are answering right now; nothing was changed, try again")

    def _release(self, person: OnCallPerson, call: Call, now: int) -> None:
        if call.kind != "shift":
            return
        name = hours_id(person, call)
        for _ in range(_TRIES):
            kept = self._books.hours.read(name)
            if kept is None:
                return
            without = kept.document.without_shift(call.id)
            if self._books.hours.write(name, without, after=kept.version, now=now):
                return
