"""The seats of a day are kept in parts of a bounded size, and a report has them all."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.configuration import Configuration, PoolSettings
from surgeline.application.ports.desk import Presence
from surgeline.application.ports.staff import Person
from surgeline.application.staff.attendance import (
    MOST_SEATS,
    SLOT_MS,
    NoteSeats,
    attendance,
    seats_book,
)
from surgeline.reports.attendance import joined
from surgeline.reports.days import span_of

from tests.unit.memory_ledger import MemoryLedger

TODAY = span_of(date(2026, 3, 1), date(2026, 3, 1), ZoneInfo("UTC"))
DAY = TODAY.start
CONFIGURATION = Configuration(pools=(PoolSettings(id="d", kind="in_house", reached_by="console"),))
FLOOR = [f"p-{number:016x}" for number in range(1_000)]


@dataclass
class Desk:
    """A desk at which the same people sit whenever anybody looks, and their staff."""

    at: int = DAY

    def now(self) -> int:
        return self.at

    def sitting(self, pool_id: str, *, now: int) -> list[Presence]:
        return [Presence(pool_id, each, "here", now) for each in FLOOR]

    def people(self) -> list[Person]:
        return [Person(each, each, "agent") for each in FLOOR]


def test_many_people_who_come_and_go_fill_no_entry() -> None:
    """A thousand people sit down three times, and each has the time of all three."""
    desk, ledger = Desk(), MemoryLedger()
    note = NoteSeats(seats_book(ledger, encode, decode), desk, desk)  # type: ignore[arg-type] # only who sits is asked
    for slot in (0, 1, 10, 11, 20):
        desk.at = DAY + slot * SLOT_MS
        note(CONFIGURATION)
    assert [each.body.count('"person"') for each in ledger.entries.values()] == [1_000] * 3
    assert all(len(each.body) < 400_000 for each in ledger.entries.values())
    found = attendance(
        TODAY,
        CONFIGURATION,
        ledger=ledger,
        staff=desk,  # type: ignore[arg-type] # only the people are asked for
        encode=encode,
        decode=decode,
    )
    assert MOST_SEATS < len(found.seats) == 3_000
    assert joined(found.at_desk("d", FLOOR[-1])) == [
        (DAY, DAY + 2 * SLOT_MS),
        (DAY + 10 * SLOT_MS, DAY + 12 * SLOT_MS),
        (DAY + 20 * SLOT_MS, DAY + 21 * SLOT_MS),
    ]
