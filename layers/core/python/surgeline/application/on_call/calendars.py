"""The calendar of a person on call is found behind a secret link, which a lead makes and ends.

A calendar's program knows no sign-in, so the link itself is the proof. A new link, or its end,
makes the one before worthless. The link opens one person's times and nothing else.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.refusals import Absent
from surgeline.domain.ids import keyed_id
from surgeline.domain.on_call.calendar import Event, calendar
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.duties import Duty, duties
from surgeline.domain.on_call.feed import Feed
from surgeline.domain.on_call.settings import OnCallPerson
from surgeline.errors import Disagrees

DAY_MS: Final = 86_400_000
PAST_DAYS: Final = 7
AHEAD_DAYS: Final = 90
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a person's calendar."""

    person: str
    url: str


class Calendars:
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

    def open(self, person_id: str) -> Link:
        """Make a new link, and end the one before. Raises Absent, Disagrees."""
        address = self._shelf.current().on_call.address
        if not address:
            raise Disagrees(
                "a calendar needs the instance's own address for its link; give on_call.address",
                state="no_address",
            )
        person = self._person(person_id)
        number = self._changed(person.id, is_open=True)
        path = f"calendar/{quote(person.id, safe='')}/{self._token(person.id, number)}"
        return Link(person.id, f"{address.rstrip('/')}/{path}")

    def close(self, person_id: str) -> None:
        """End the link of a person, who may be in the configuration no more. Raises Disagrees."""
        self._changed(person_id, is_open=False)

    def file(self, person_id: str, token: str) -> str:
        """Return the calendar behind a link. Raises Absent for a link that is none, or no more."""
        page = self._books.feeds.read(person_id)
        feed = page.document if page else Feed()
        expected = self._token(person_id, feed.number)
        is_right = hmac.compare_digest(expected.encode(), token.encode("utf-8", "surrogatepass"))
        person = self._shelf.current().on_call.person(person_id)
        if not (feed.is_open and is_right) or person is None:
            raise Absent("there is no such calendar")
        now = self._clock.now()
        events = sorted(self._events(person, now), key=lambda each: (each.begins, each.uid))
        return calendar(f"On call: {person.name}", events, now=now)

    def _events(self, person: OnCallPerson, now: int) -> Iterator[Event]:
        settings = self._shelf.current().on_call
        since, until = now - PAST_DAYS * DAY_MS, now + AHEAD_DAYS * DAY_MS
        swaps = self._books.swaps_between(since, until)
        names = {each.id: each.name for each in settings.people}
        for rota in settings.rotas:
            for duty in duties(rota, since, until, swaps):
                if duty.person == person.id:
                    yield _of_duty(duty, names)
        for page in self._books.recent(now):
            yield from _of_call(page.document, person.id)

    def _person(self, person_id: str) -> OnCallPerson:
        settings = self._shelf.current().on_call
        person = settings.person(person_id)
        if person is None:
            known = ", ".join(each.id for each in settings.people) or "none yet"
            raise Absent(f"nobody on call has the id {person_id!r}; there are: {known}")
        return person

    def _changed(self, person_id: str, *, is_open: bool) -> int:
        for _ in range(_TRIES):
            page = self._books.feeds.read(person_id)
            number = (page.document.number if page else 0) + 1
            feed, version = Feed(number=number, is_open=is_open), page.version if page else 0
            now = self._clock.now()
            if self._books.feeds.write(person_id, feed, after=version, now=now):
                return number
        raise Disagrees("others are changing the link; nothing was changed, try again")

    def _token(self, person_id: str, number: int) -> str:
        return keyed_id("c", self._key(), "calendar", person_id, str(number))


def _of_duty(duty: Duty, names: dict[str, str]) -> Event:
    instead = names.get(duty.instead_of, duty.instead_of)
    return Event(
        uid=f"{duty.rota}-{duty.layer}-{duty.since}-{duty.person}@surgeline",
        begins=duty.since,
        ends=duty.until,
        summary=f"On call: {duty.rota}",
        description=f"Layer {duty.layer}" + (f", instead of {instead}" if instead else ""),
    )


def _of_call(call: Call, person_id: str) -> Iterator[Event]:
    """Yield what the person said yes to. A yes to a test page brings nobody."""
    if not call.brings_people:
        return
    said = call.answer_of(person_id)
    if said is None or not said.coming or call.closed_at is not None:
        return
    begins = call.begins if said.arrives_at is None else max(call.begins, said.arrives_at)
    if begins < call.ends:
        kind = "Shift" if call.kind == "shift" else "Called"
        yield Event(f"{call.id}-{person_id}@surgeline", begins, call.ends, f"{kind}: {call.why}")
