"""Frequent things are logged once a second, with their number: a line each would cost too much."""

import threading

from surgeline.application.ports.clock import Clock

EVERY_MILLISECONDS = 1_000


class Tally:
    """Counts what was not told yet; safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._untold = 0
        self._told_at: int | None = None

    def count(self) -> int:
        """Count one more; return how many to tell of now, or 0 where it is too soon to tell."""
        now = self._clock.now()
        with self._lock:
            self._untold += 1
            if self._told_at is not None and 0 <= now - self._told_at < EVERY_MILLISECONDS:
                return 0
            count, self._untold, self._told_at = self._untold, 0, now
            return count
