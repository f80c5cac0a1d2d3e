"""Sends of one thread put off and carried out together: one transaction a queue, not one a message.

The tables and rules of a queue live in `queue` and `groups`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from surgeline.application.ports.queues import Outgoing

Send = Callable[[Sequence[Outgoing]], None]


class _Joint(threading.local):
    """What this thread has put off, by the queue that will send it; None outside."""

    pending: dict[Send, list[Outgoing]] | None = None


_joint = _Joint()


@contextmanager
def sent_together() -> Iterator[None]:
    """What this thread sends inside goes out at the end. Raises what the sends raise.

    Whoever sent inside must not be told of success before: if the end raises, nothing of the queue
    that refused was kept, and all of it has to be done again.
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
    """Whether these will be sent at the end of a joint; False outside of one."""
    if _joint.pending is None:
        return False
    _joint.pending.setdefault(send, []).extend(messages)
    return True
