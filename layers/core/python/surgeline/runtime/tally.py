"""Telling of what is frequent once a second, with how often it was: a line each costs too much."""

import threading

EVERY_SECONDS = 1.0


class Tally:
    """How many there were that nobody was told of yet; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._untold = 0
        self._told_at: float | None = None

    def told(self, now: float) -> int:
        """Count one; how many to tell of now (in seconds), it included, or 0: too soon to tell."""
        with self._lock:
            self._untold += 1
            if self._told_at is not None and 0 <= now - self._told_at < EVERY_SECONDS:
                return 0
            count, self._untold, self._told_at = self._untold, 0, now
            return count
