"""Open calls go on here each minute: who is due is asked, over the channels that reach them.

A person is written down as asked before any message goes out, so that of two processes only one
asks. A message of the last minutes is sent again under its id, which the queue takes once. So a
process that died in between left nobody out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.on_call.messages import message_to
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.hours import zone_of
from surgeline.domain.ids import derived_id
from surgeline.domain.on_call.call import Asking, Call
from surgeline.domain.on_call.hours import WeekHours, week_of
from surgeline.domain.on_call.links import link_of
from surgeline.domain.on_call.rota import is_quiet
from surgeline.domain.on_call.settings import OnCall, OnCallPerson

AGAIN_MS: Final = 240_000
"""Queues know a repeated message for five minutes."""


@dataclass(frozen=True, slots=True)
class CalledOut:
    """The result of a look at the open calls: the people who were asked, and the calls gone dry."""

    asked: int = 0
    exhausted: tuple[str, ...] = ()


class CallOut:
    """The use case. The clock calls it each minute."""

    def __init__(
        self,
        *,
        shelf: ConfigurationShelf,
        books: CallBooks,
        send: Callable[[Delivery], None],
        key: Callable[[], bytes],
        clock: Clock,
    ) -> None:
        self._shelf = shelf
        self._books = books
        self._send = send
        self._key = key
        self._clock = clock

    def __call__(self) -> CalledOut:
        """Ask everybody who is due in every open call."""
        settings = self._shelf.current().on_call
        if not settings.people:
            return CalledOut()
        now = self._clock.now()
        asked, exhausted = 0, []
        for page in self._books.recent(now):
            call = page.document
            if not call.is_open(now):
                continue
            after = call.due(now, partial(self._may_call, settings, call))
            if after is not call and after.asked != call.asked:
                if not self._books.calls.write(call.id, after, after=page.version, now=now):
                    continue
                asked += len(after.asked) - len(call.asked)
                call = after
            for each in call.asked:
                if now - each.at < AGAIN_MS:
                    self._tell(settings, call, each)
            if call.kind == "call" and call.is_exhausted(now):
                exhausted.append(call.id)
        return CalledOut(asked, tuple(exhausted))

    def _may_call(self, settings: OnCall, call: Call, person_id: str) -> bool:
        person = settings.person(person_id)
        if person is None or not person.reach:
            return False
        if is_quiet(person, self._clock.now()) and not call.emergency:
            return False
        return call.kind != "shift" or self._can_work(person, call)

    def _can_work(self, person: OnCallPerson, call: Call) -> bool:
        """Return whether a shift fits into what the person said: their times, and their hours."""
        said = self._books.available.read(person.id)
        if said is not None and not said.document.has(call.begins, call.ends):
            return False
        kept = self._books.hours.read(hours_id(person, call))
        week = kept.document if kept else WeekHours()
        return week.with_shift(call.id, call.ends - call.begins, person.hours_a_week) is not None

    def _tell(self, settings: OnCall, call: Call, asking: Asking) -> None:
        person = settings.person(asking.person)
        if person is None:
            return
        key = self._key()
        text = text_of(call, person, link_of(settings.address, key, call.id, person.id))
        for delivery in _deliveries(call, asking, person, text, key):
            self._send(delivery)


def hours_id(person: OnCallPerson, call: Call) -> str:
    """Return the id of the week's hours of a person in which the call begins."""
    return f"{person.id}/{week_of(person.zone, call.begins)}"


def message_id_of(call: Call, asking: Asking, reach: int) -> str:
    """Return the id of the message that asks a person over the way of that number."""
    return derived_id("n", call.id, f"{asking.person}/{asking.round}/{reach}")


def text_of(call: Call, person: OnCallPerson, link: str) -> str:
    """Return the message of a call, on the person's clock."""
    begins, ends = (_clock(at, person.zone) for at in (call.begins, call.ends))
    if call.kind == "test":
        return f"{call.why}\n\nAnswer here: {link}"
    if call.kind == "shift":
        first = f"A shift is free: {begins} to {ends} ({person.zone}). {call.why}"
    else:
        first = f"You are called, until {ends} ({person.zone}): {call.why}"
    return f"{first}\n\nSay whether you come: {link}"


def _clock(at: int, zone: str) -> str:
    return (
        datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(zone)).strftime("%a %d %b %H:%M")
    )


def _deliveries(
    call: Call, asking: Asking, person: OnCallPerson, text: str, key: bytes
) -> Iterator[Delivery]:
    for number, reach in enumerate(person.reach):
        yield message_to(message_id_of(call, asking, number), asking.at, reach, text, key)
