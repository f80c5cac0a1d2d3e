"""How long a message is delayed that is due at a time: what is longer than a queue can, hops."""

LONGEST_DELAY_SECONDS = 900


def delay(due_at: int, now: int) -> int:
    """Whole seconds to wait, rounded up, within what a queue can delay."""
    return max(0, min(LONGEST_DELAY_SECONDS, -((now - due_at) // 1000)))
