"""The store of threads and their logs."""

from dataclasses import dataclass
from typing import Protocol

from surgeline.domain.decide import Explanation
from surgeline.domain.effects import Effect
from surgeline.domain.events import Event
from surgeline.domain.thread import Thread


@dataclass(frozen=True, slots=True)
class Record:
    """One event that a thread took in, with its effects: the log, the dedupe record, the outbox.

    `seq` is the event's own number; the texts among the effects carry the numbers after it.
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
        """The highest sequence number that this record uses."""
        return max([self.seq, *(e.seq for e in self.effects if e.type == "send_text")])


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store knows: the thread (None for a new one), and the event's record if done."""

    thread: Thread | None
    done: Record | None


class ConversationStore(Protocol):
    """Threads and their logs. A commit is all or nothing, whatever crashes."""

    def load(self, thread_id: str, event_id: str) -> Loaded:
        """Read strongly; repairs a commit that was cut in the middle. Raises Throttled."""

    def commit(self, record: Record, thread: Thread, *, expected_seq: int) -> None:
        """Keep the record and the thread's new state if the thread is still at `expected_seq`.

        Dedupe by (thread, event id) outlives any queue: at least 8 days.
        Raises Stale, AlreadyDone (which wins over Stale), TooLarge, Throttled: nothing is kept.
        """

    def forget(self, thread_id: str, *, before_seq: int) -> None:
        """Delete every record whose event's seq is below, and its dedupe with it.

        The thread's state stays. Repeating it does no harm. Raises Throttled.
        """

    def thread(self, thread_id: str) -> Thread | None:
        """The thread's state, read strongly."""

    def records(
        self, thread_id: str, *, after_seq: int = 0, limit: int = 100, newest_first: bool = False
    ) -> list[Record]:
        """Records whose event's seq is above `after_seq`, oldest first unless told otherwise."""
