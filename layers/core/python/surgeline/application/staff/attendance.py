"""People at a desk of the console are noted here by five minutes, for the report on agents.

Shifts are those that people said yes to. The seats of a day are one document of a book, or several
parts where they are many.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

from surgeline.application.books import Book, Page, id_of
from surgeline.application.configuration import CONSOLE, Configuration
from surgeline.application.drills import without_drills
from surgeline.application.on_call.call_books import RECENT_MS, CallBooks, call_books
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.desk import Desk, Presence
from surgeline.application.ports.ledger import LAST_ID, Ledger
from surgeline.application.ports.staff import Staff
from surgeline.domain.on_call.call import Call
from surgeline.reports.attendance import Attendance, Seat, Shift
from surgeline.reports.days import Span

MINUTE_MS: Final = 60_000
SLOT_MS: Final = 5 * MINUTE_MS
"""Seats are noted by so much time, so that a desk costs few writes."""
KEPT_DAYS: Final = 90
MOST_SEATS: Final = 1_500
"""A part of a day has no more seats than this, because an entry of the ledger has its bounds."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class DaySeats:
    """The seats of a day of UTC. A seat's person is the id of somebody of the staff."""

    seats: tuple[Seat, ...] = ()
    schema: int = 1

    def with_seats(self, sitting: Iterable[Presence], slot: int) -> "DaySeats":
        """Return the day with people at a desk for the time from `slot` on."""
        until, seats = slot + SLOT_MS, list(self.seats)
        newest = {(each.pool_id, each.person): place for place, each in enumerate(seats)}
        for each in sitting:
            place = newest.get((each.pool_id, each.person_id))
            if place is None or seats[place].until < slot:
                newest[each.pool_id, each.person_id] = len(seats)
                seats.append(Seat(each.pool_id, each.person_id, slot, until))
            else:
                seats[place] = replace(seats[place], until=max(seats[place].until, until))
        return DaySeats(tuple(seats))


class Decode(Protocol):
    """Reads a stored document of a class. `adapters.staff_format` has the one in use."""

    def __call__(self, kind: type[_T], text: str, /) -> _T:
        """Return the document. Raises Unreadable."""


def seats_book(ledger: Ledger, encode: Callable[[Any], str], decode: Decode) -> Book[DaySeats]:
    """Return the book of seats, with a document for each day or for each part of one."""
    return Book(
        ledger,
        "desk-seats",
        days=KEPT_DAYS,
        encode=encode,
        decode=lambda text: decode(DaySeats, text),
    )


@dataclass(frozen=True, slots=True)
class NoteSeats:
    """The use case of the clock's minute. It works in the first minute of each five."""

    book: Book[DaySeats]
    desk: Desk
    clock: Clock

    def __call__(self, configuration: Configuration) -> None:
        """Note who sits at the desks now, those of drills apart. Raises Unavailable."""
        now = self.clock.now()
        slot = now // SLOT_MS * SLOT_MS
        if now - slot >= MINUTE_MS:
            return
        real = without_drills(configuration).pools
        desks = [each.id for each in real if each.reached_by == CONSOLE]
        sitting = [each for name in desks for each in self.desk.sitting(name, now=now)]
        if not sitting:
            return
        kept = self._last_part(slot)
        part = kept.document.with_seats(sitting, slot) if kept else None
        if kept and part and len(part.seats) <= MOST_SEATS:
            self.book.write(kept.id, part, after=kept.version, now=now)
            return
        new = f"{_day(slot)}/{slot}" if kept else _day(slot)
        self.book.write(new, DaySeats().with_seats(sitting, slot), after=0, now=now)

    def _last_part(self, slot: int) -> Page[DaySeats] | None:
        found = self.book.find(first=_day(slot), last=_last_id(slot), limit=1, newest_first=True)
        return found[0] if found else None


def attendance(
    span: Span,
    configuration: Configuration,
    *,
    ledger: Ledger,
    staff: Staff,
    encode: Callable[[Any], str],
    decode: Decode,
) -> Attendance:
    """Return who sat where on the days, and who had said that they come. Raises Unavailable."""
    names = {each.id: each.name for each in staff.people()}
    calls = call_books(ledger, encode, decode)
    seats = seats_book(ledger, encode, decode)
    days = seats.all(first=_day(span.start), last=_last_id(span.end - 1))
    return Attendance(
        seats=tuple(
            Seat(each.pool_id, names[each.person], each.since, each.until)
            for page in days
            for each in page.document.seats
            if each.person in names
        ),
        shifts=tuple(_shifts(calls, configuration, span)),
    )


def _shifts(calls: CallBooks, configuration: Configuration, span: Span) -> Iterator[Shift]:
    opened = calls.calls.all(first=id_of(span.start - RECENT_MS), last=id_of(span.end))
    for page in opened:
        for person, since, until in _promised(page.document):
            named = configuration.on_call.person(person)
            if named is not None and since < until:
                yield Shift(named.name, since, until)


def _promised(call: Call) -> Iterator[tuple[str, int, int]]:
    """Yield who said that they come, and from when to when."""
    if not call.brings_people:
        return
    ends = call.ends if call.closed_at is None else min(call.ends, call.closed_at)
    for each in call.coming:
        yield each.person, call.begins if each.arrives_at is None else each.arrives_at, ends


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _last_id(at: int) -> str:
    """Return an id behind all parts of the day, whose ids are `DAY/SLOT`."""
    return f"{_day(at)}/{LAST_ID}"
