"""The port of the store of threads and their logs lives here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from surgeline.domain.decide import Explanation
from surgeline.domain.effects import Effect
from surgeline.domain.events import Event
from surgeline.domain.thread import Thread
from surgeline.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Record:
    """One event that a thread took in, with its effects: the log, the dedupe record, the outbox.

    `seq` is the event's own number. The texts among the effects carry the numbers after it.
    """

    seq: int
    event: Event
    effects: tuple[Effect, ...]
    explanation: Explanation
    conversation_id: str | None
    at: int
    schema: int = 1

    @property
    def last_seq(self) -> int:
        """Return the highest sequence number that this record uses."""
        return max([self.seq, *(e.seq for e in self.effects if e.type == "send_text")])


@dataclass(frozen=True, slots=True)
class Loaded:
    """The thread (None for a new one), and the event's record if the event is done."""

    thread: Thread | None
    done: Record | None


class ConversationStore(Protocol):
    """Threads and their logs. A commit is all or nothing, whatever crashes."""

    def load(self, thread_id: str, event_id: str) -> Loaded:
        """Read strongly, and repair a commit that was cut in the middle. Raises Throttled."""

    def commit(self, record: Record, thread: Thread, *, expected_seq: int) -> None:
        """Keep the record and the thread's new state if the thread is still at `expected_seq`.

        Dedupe by (thread, event id) outlives any queue: at least 8 days. Raises Stale, AlreadyDone
        (which wins over Stale), TooLarge, Throttled. Then nothing is kept.
        """

    def rewrite(self, record: Record) -> None:
        """Replace a record by one of the same event, with fewer words. The newest one is no such.

        A repeat does no harm. Raises Throttled.
        """

    def forget(self, thread_id: str, *, before_seq: int) -> None:
        """Delete every record whose event's seq is below that number, and its dedupe too.

        The thread's state stays. A repeat does no harm. Raises Throttled.
        """

    def thread(self, thread_id: str) -> Thread | None:
        """Return the thread's state, read strongly."""

    def threads(self, thread_ids: Sequence[str]) -> dict[str, Thread]:
        """Return the states of those threads that exist, by their ids, read strongly."""

    def records(
        self, thread_id: str, *, after_seq: int = 0, limit: int = 100, newest_first: bool = False
    ) -> list[Record]:
        """Return records whose event's seq is above `after_seq`, in the order asked for."""
