"""Frequent events are counted here, and their number is logged once a second to save lines."""

import threading

from surgeline.application.ports.clock import Clock

EVERY_MILLISECONDS = 1_000


class Tally:
    """Counts events that were not logged yet. It is safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._untold = 0
        self._told_at: int | None = None

    def count(self) -> int:
        """Count one more event. Return how many to log now, or 0 if it is too soon."""
        now = self._clock.now()
        with self._lock:
            self._untold += 1
            if self._told_at is not None and 0 <= now - self._told_at < EVERY_MILLISECONDS:
                return 0
            count, self._untold, self._told_at = self._untold, 0, now
            return count
