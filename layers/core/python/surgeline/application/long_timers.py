"""A timer that is far off waits in a book, because a queue delays a message by 15 minutes at most.

Each book has the timers of one hour. Shortly before a timer is due, the clock's minute moves it
back into the queue, which gives it to the second. So nobody looks through all timers.

    due.<hour> / <due time>-<timer's id>    a timer, as the queue has it
    due / moved                             how far the books are moved
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from surgeline.application.books import DAY_MS, id_of
from surgeline.application.configuration import Configuration
from surgeline.application.deliveries.delays import delay
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.application.ports.queues import LONGEST_DELAY_SECONDS, Outgoing

HOUR_MS: Final = 3_600_000
FAR_MS: Final = HOUR_MS
"""A timer that is due sooner stays in the queue, which carries it in four rounds at most."""
AHEAD_MS: Final = LONGEST_DELAY_SECONDS * 1000
STEP_MS: Final = 300_000
"""The books are moved on in such steps, so that most minutes read one item and write none."""
SURE_MS: Final = 2 * AHEAD_MS
"""What is written so long before its time is in the book before anybody moves that part of it."""
AT_ONCE: Final = 5_000
"""So many timers are moved in a minute. The next minute goes on."""
PAGE: Final = 500
KEPT_MS: Final = 30 * DAY_MS
"""A timer stays in its book for so long, where no minute came to move it."""
MARK_KEPT_MS: Final = 400 * DAY_MS
BOOK: Final = "due"
MARK: Final = "moved"
AFTER: Final = "!"
"""This sign stands before every sign of an id, so it begins the next place after an id."""


@dataclass(frozen=True, slots=True)
class LongTimers:
    """Keeps timers that are far off. A repeat of a timer is kept once."""

    ledger: Ledger
    clock: Clock

    def keep(self, timer_id: str, body: str, due_at: int) -> bool:
        """Keep a timer. Return False for one that the queue has to carry.

        A process may stand still before its write. Its timer may be moved by then, so that the
        queue carries it too.
        """
        if due_at - self.clock.now() <= FAR_MS:
            return False
        entry_id = f"{id_of(due_at)}-{timer_id}"
        self.ledger.write(Entry(_book(due_at // HOUR_MS), entry_id, body, 1, due_at + KEPT_MS))
        return due_at - self.clock.now() > SURE_MS


@dataclass(frozen=True, slots=True)
class MoveTimers:
    """Moves timers that are due soon into their queue, a `page` of them at a time.

    A minute that dies moves some of them twice, and a thread knows a timer that it had.
    """

    ledger: Ledger
    send: Callable[[Sequence[Outgoing]], None]
    clock: Clock
    page: int = PAGE

    def __call__(self, configuration: Configuration) -> int:
        """Move what is due in the next minutes, and return how many timers that were."""
        del configuration
        now = self.clock.now()
        until = (now + AHEAD_MS) // STEP_MS * STEP_MS
        known = self.ledger.read(BOOK, MARK)
        place = known.body if known else id_of(now - DAY_MS)
        if place >= id_of(until):
            return 0
        moved = 0
        for found, after in self._pages(place, until):
            if found:
                self.send([Outgoing(e.body, delay_seconds=delay(_due_at(e), now)) for e in found])
            moved, place = moved + len(found), after
            if moved >= AT_ONCE:
                break
        version = known.version + 1 if known else 1
        self.ledger.write(Entry(BOOK, MARK, place, version, now + MARK_KEPT_MS))
        return moved

    def _pages(self, place: str, until: int) -> Iterator[tuple[list[Entry], str]]:
        """Yield the timers from a place on, page by page, each with the place that follows it."""
        end = id_of(until)
        while place < end:
            hour = _time_of(place) // HOUR_MS
            last = min(id_of((hour + 1) * HOUR_MS), end)
            found = self.ledger.find(_book(hour), first=place, last=last, limit=self.page)
            place = found[-1].id + AFTER if len(found) == self.page else last
            yield found, place


def _book(hour: int) -> str:
    return f"{BOOK}.{hour}"


def _due_at(entry: Entry) -> int:
    return _time_of(entry.id)


def _time_of(place: str) -> int:
    """Return the time that a place or an entry's id begins with."""
    return int(place[: len(id_of(0))])
