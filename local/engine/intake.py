"""ports.IntakeGate: what waits is bounded, and customers in conversation come before new ones.

The backlog is counted every quarter of a second, not at every message; whether a thread is in
conversation is looked up only while the backlog is deep.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.errors import Unavailable

NEW_THREADS_UNTIL: Final = 60_000
"""Messages that may wait before new threads are refused: ten times the promised rate for longer
than half a minute, worked off within minutes."""
ALL_UNTIL: Final = 100_000
"""Messages that may wait at all. SQS looks at 120,000 messages of a FIFO queue for open groups."""
COUNT_EVERY_MS: Final = 250
RETRY_AFTER_SECONDS: Final = 10
REMEMBERED_THREADS: Final = 20_000


class Overloaded(Unavailable):
    """More waits than may wait; nothing was taken in."""

    code = "overloaded"


class BacklogGate:
    """`backlog(limit)` counts what waits, up to a limit; the store knows who is in conversation."""

    def __init__(
        self, backlog: Callable[[int], int], store: ConversationStore, clock: Clock
    ) -> None:
        self._backlog = backlog
        self._store = store
        self._clock = clock
        self._depth = 0
        self._counted_at: int | None = None
        self._admitted: OrderedDict[str, None] = OrderedDict()

    def admit(self, thread_id: str) -> None:
        """Raises Overloaded; else the thread's next messages come before those of new threads."""
        now = self._clock.now()
        if self._counted_at is None or not 0 <= now - self._counted_at < COUNT_EVERY_MS:
            self._depth, self._counted_at = self._backlog(ALL_UNTIL), now
        if self._depth >= ALL_UNTIL or (
            self._depth >= NEW_THREADS_UNTIL and not self._in_conversation(thread_id)
        ):
            raise Overloaded("too much is waiting already", retry_after_seconds=RETRY_AFTER_SECONDS)
        self._admitted[thread_id] = None
        self._admitted.move_to_end(thread_id)
        if len(self._admitted) > REMEMBERED_THREADS:
            self._admitted.popitem(last=False)

    def _in_conversation(self, thread_id: str) -> bool:
        if thread_id in self._admitted:  # its first message may still wait
            return True
        thread = self._store.thread(thread_id)
        conversation = thread.conversation if thread else None
        return conversation is not None and conversation.is_open
