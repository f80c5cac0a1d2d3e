"""The book of swaps finds what holds at a moment, however many swaps it has."""

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.books import id_of
from surgeline.application.on_call.call_books import LONGEST_SWAP_MS, CallBooks, call_books
from surgeline.application.ports.ledger import LAST_ID, Entry
from surgeline.domain.on_call.rota import MOVES_MS, Swap

from tests.unit.memory_ledger import MemoryLedger

NOW = 1_772_366_400_000
HOUR = 3_600_000


class Counted(MemoryLedger):
    """A ledger that counts the entries that are read of its books."""

    read_entries = 0

    def find(
        self,
        book: str,
        *,
        limit: int,
        first: str = "",
        last: str = LAST_ID,
        newest_first: bool = False,
    ) -> list[Entry]:
        found = super().find(book, first=first, last=last, limit=limit, newest_first=newest_first)
        self.read_entries += len(found)
        return found


def with_swaps(*begins: int, lasts: int = HOUR, begins_with: str = "") -> tuple[CallBooks, Counted]:
    kept = Counted()
    books = call_books(kept, encode, decode)
    for number, since in enumerate(begins):
        swap = Swap(
            rota="evening",
            since=since,
            until=since + lasts,
            instead_of="mina",
            takes_over="lee",
            reason=str(number),
            begins_with=begins_with,
        )
        books.swaps.write(f"{id_of(since)}-{number:010x}", swap, after=0, now=NOW)
    return books, kept


def test_swaps_to_come_hide_none_of_now() -> None:
    """The swap of now is found before 201 others, and none of those is read."""
    later = NOW + MOVES_MS + HOUR
    books, kept = with_swaps(NOW - 1, *(later + each for each in range(201)))
    assert [each.since for each in books.swaps_at(NOW)] == [NOW - 1]
    assert kept.read_entries == 1


def test_a_span_has_all_of_its_swaps_once() -> None:
    """More than two pages are read to the end, also where swaps begin at one time."""
    books, _ = with_swaps(*(NOW + each // 3 for each in range(450)))
    found = sorted(int(each.reason) for each in books.swaps_between(NOW, NOW + HOUR))
    assert found == list(range(450))


def test_the_longest_swap_holds_to_its_end() -> None:
    """A swap that began 31 days ago holds in its last moment and no longer."""
    books, _ = with_swaps(NOW - LONGEST_SWAP_MS, lasts=LONGEST_SWAP_MS)
    assert len(books.swaps_at(NOW - 1)) == 1
    assert books.swaps_at(NOW) == []


def test_a_swap_whose_shift_may_have_moved_is_found() -> None:
    """Whoever knows the rota tells whether it holds."""
    books, _ = with_swaps(NOW + HOUR)
    assert books.swaps_at(NOW) == []
    books, _ = with_swaps(NOW + HOUR, begins_with="turn/0/1")
    assert len(books.swaps_at(NOW)) == 1
