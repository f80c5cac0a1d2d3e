"""How much one sender may say at a time: a bucket a sender, in this process's memory, bounded.

It is judged before anything is acknowledged. Several instances of a function have a bucket each, so
the cap is a bound per instance: it keeps a flood out of the queue, it is not an exact count.
"""

from collections import OrderedDict

from surgeline.errors import TooMany

BURST = 30
PER_SECOND = 5.0
SENDERS = 20_000


class SenderCap:
    """Buckets by thread id; the ones unused for longest are forgotten first."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, thread_id: str, now: int) -> None:
        """Count one message at `now` (UTC epoch ms). Raises TooMany with the seconds to wait."""
        level, since = self._buckets.pop(thread_id, (float(BURST), now))
        level = min(BURST, level + max(0, now - since) / 1000 * PER_SECOND)
        allowed = level >= 1
        self._buckets[thread_id] = (level - 1 if allowed else level, now)
        if len(self._buckets) > SENDERS:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - level) / PER_SECOND + 0.5))
            raise TooMany(
                f"at most {BURST} messages at once and {PER_SECOND:.0f} a second from one sender",
                retry_after_seconds=wait,
            )
