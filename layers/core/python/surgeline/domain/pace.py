"""The pace of one sender is counted here exactly, because the thread has one writer.

Intake refuses a flood before it acknowledges anything, but each of its instances counts alone.
Messages that passed several instances are counted here again. The count is one moment in the
thread's state: until when the messages so far take up the sender's share (the leaky bucket of ITU-T
I.371).
"""

from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.limits import SENDER_BURST, SENDER_PER_SECOND
from surgeline.domain.thread import Thread

_MESSAGE_MILLISECONDS = 1000 // SENDER_PER_SECOND
_SLACK_MILLISECONDS = SENDER_BURST * _MESSAGE_MILLISECONDS
"""One message more than intake takes at once, because clocks of instances differ a little."""


def is_too_fast(thread: Thread, event: Event) -> bool:
    """Return whether the event is one message more than its sender may send."""
    if not isinstance(event, CustomerWrote) or event.brought:
        return False
    return thread.paced_until - event.at > _SLACK_MILLISECONDS


def paced(thread: Thread, event: CustomerWrote) -> int:
    """Return until when the sender's share is taken up, this message included."""
    return max(thread.paced_until, event.at) + _MESSAGE_MILLISECONDS
