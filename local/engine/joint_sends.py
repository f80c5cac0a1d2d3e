"""Several sends of one thread are carried out together here, in one transaction for each queue.

The tables and rules of a queue live in `queue` and `groups`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from surgeline.application.ports.queues import Outgoing

Send = Callable[[Sequence[Outgoing]], None]


class _Joint(threading.local):
    """The messages that this thread has put off, by the queue that will send them.

    `pending` is None outside a joint.
    """

    pending: dict[Send, list[Outgoing]] | None = None


_joint = _Joint()


@contextmanager
def sent_together() -> Iterator[None]:
    """Send at the end all messages that this thread sends inside. Raises the errors of the sends.

    Report no success to a caller before the end. If the end raises, the queue that refused has kept
    nothing, and all the work has to be done again.
    """
    pending: dict[Send, list[Outgoing]] = {}
    _joint.pending = pending
    try:
        yield
    finally:
        _joint.pending = None
    for send, messages in pending.items():
        send(messages)


def put_off(send: Send, messages: Sequence[Outgoing]) -> bool:
    """Put the messages off until the end of a joint. Return False outside a joint."""
    if _joint.pending is None:
        return False
    _joint.pending.setdefault(send, []).extend(messages)
    return True
