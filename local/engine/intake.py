"""The intake gate (ports.IntakeGate) bounds how many messages wait in the embedded home.

Customers in a conversation come before new customers. The backlog is counted every quarter of a
second, not at every message. The gate asks whether a thread is in conversation only while the
backlog is deep.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.errors import Unavailable

NEW_THREADS_UNTIL: Final = 60_000
"""So many messages may wait before new threads are refused.

Ten times the promised rate fills this in more than half a minute, and lanes empty it in minutes.
"""
ALL_UNTIL: Final = 100_000
"""So many messages may wait in all.

SQS looks for open groups in 120,000 messages of a FIFO queue.
"""
COUNT_EVERY_MS: Final = 250
RETRY_AFTER_SECONDS: Final = 10
REMEMBERED_THREADS: Final = 20_000


class Overloaded(Unavailable):
    """Too many messages wait, so the message was not taken in."""

    code = "overloaded"


class BacklogGate:
    """The gate of the embedded home (see ports.IntakeGate).

    `backlog(limit)` counts the waiting messages up to a limit. The store knows who is in
    conversation.
    """

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
        """Let the thread's next messages go before those of new threads. Raises Overloaded."""
        now = self._clock.now()
        if self._counted_at is None or not 0 <= now - self._counted_at < COUNT_EVERY_MS:
            self._depth, self._counted_at = self._backlog(ALL_UNTIL), now
        if self._depth >= ALL_UNTIL or (
            self._depth >= NEW_THREADS_UNTIL and not self._in_conversation(thread_id)
        ):
            raise Overloaded(
                "too many messages are waiting: send the message again later",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
        self._admitted[thread_id] = None
        self._admitted.move_to_end(thread_id)
        if len(self._admitted) > REMEMBERED_THREADS:
            self._admitted.popitem(last=False)

    def _in_conversation(self, thread_id: str) -> bool:
        if thread_id in self._admitted:  # the thread's first message may still wait
            return True
        thread = self._store.thread(thread_id)
        conversation = thread.conversation if thread else None
        return conversation is not None and conversation.is_open
