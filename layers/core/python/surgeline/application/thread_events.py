"""Events that a use case adds to a thread go onto the queue that the thread's one writer reads."""

from collections.abc import Callable

from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.domain.events import Event


class ThreadEvents:
    """Sends events to their threads, in the order in which they are emitted."""

    def __init__(self, queue: Queue, encode: Callable[[Event], str]) -> None:
        self._queue = queue
        self._encode = encode

    def emit(self, event: Event) -> None:
        """Send one event now. Emitting it again within minutes changes nothing."""
        self._queue.send([self.message(event)])

    def message(self, event: Event) -> Outgoing:
        """Return the event as the queue takes it, to be sent with others."""
        return Outgoing(self._encode(event), group=event.thread_id, dedup_id=event.id)
