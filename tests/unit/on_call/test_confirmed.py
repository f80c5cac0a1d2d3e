"""People who said that they come are read once a minute, and only for rotas with a pool."""

from dataclasses import dataclass, field, replace
from typing import Any

from surgeline.application.books import Page
from surgeline.application.configuration import Configuration
from surgeline.application.on_call.confirmed import Confirmed
from surgeline.domain.on_call.call import Answer, Call
from surgeline.domain.on_call.settings import OnCall, Rota
from surgeline.errors import Unavailable

from tests.unit.on_call.test_call import MINUTE, call

EVENING = Rota("evening", (), pool="desk")
LED = Configuration(on_call=OnCall(rotas=(EVENING, Rota("night", ()))))


@dataclass
class Books:
    """Calls that are counted as they are read, and a clock."""

    calls: list[Call] = field(default_factory=list)
    reads: int = 0
    at: int = 0
    is_down: bool = False

    def now(self) -> int:
        """Return the time."""
        return self.at

    def recent(self, now: int) -> list[Page[Call]]:
        """Return the calls."""
        del now
        self.reads += 1
        if self.is_down:
            raise Unavailable("the table is away")
        return [Page(each.id, each, 1) for each in self.calls]


def said_yes(group: str, *minutes: int) -> Call:
    """Return a call whose people arrive in so many minutes."""
    answers = tuple(Answer(f"p{n}", coming=True, at=0, arrives_at=n * MINUTE) for n in minutes)
    return replace(call(), id=group, group=group, people=9, answers=answers)


def confirmed(books: Any) -> Confirmed:
    return Confirmed(books, books)


def test_whoever_is_still_to_come_counts_at_the_pool_of_the_rota() -> None:
    """Those who are there are seats by now. A rota without a pool is for none in particular."""
    books = Books([said_yes("evening", 20, 5, 40), said_yes("night", 10)], at=5 * MINUTE)
    assert confirmed(books)(LED) == {"desk": (20 * MINUTE, 40 * MINUTE)}
    assert confirmed(books)(replace(LED, on_call=OnCall(rotas=(Rota("night", ()),)))) == {}
    assert books.reads == 1


def test_calls_are_read_once_a_minute_and_an_outage_keeps_what_is_known() -> None:
    """No customer who waits costs a read of the calls."""
    books = Books([said_yes("evening", 20)])
    coming = confirmed(books)
    for _ in range(3):
        assert coming(LED) == {"desk": (20 * MINUTE,)}
    assert books.reads == 1
    books.at, books.is_down = MINUTE, True
    assert coming(LED) == {"desk": (20 * MINUTE,)}
    assert books.reads == 2
