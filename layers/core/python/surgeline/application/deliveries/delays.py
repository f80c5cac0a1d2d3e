"""The delays of messages that are due at a given time are computed here.

SQS delays at most 15 minutes. A longer wait is sent again each time (docs/decisions/0002).
"""

from surgeline.application.ports.queues import LONGEST_DELAY_SECONDS


def delay(due_at: int, now: int) -> int:
    """Return the whole seconds to wait, rounded up, within the longest delay of a queue."""
    return max(0, min(LONGEST_DELAY_SECONDS, -((now - due_at) // 1000)))
