"""Whether an endpoint may be called now: a circuit breaker, and a bucket for what is tried again.

Pure: the time (epoch ms) is an argument. One of each per endpoint and process; nothing is shared,
so that each process needs at most ten failures to learn what the others know.
"""

import hashlib
from collections import deque

WINDOW_SECONDS = 60
LEAST_CALLS = 10
MOST_CALLS = 1_000
"""Of a busy endpoint the last ones count, so that an account of it stays small."""
OPEN_SHARE = 0.7
OPEN_SECONDS = 30
PROBES = 3
RETRIES_A_SECOND = 20.0
RETRIES_AT_ONCE = 20


class Breaker:
    """Closed; open for a while after too many failures; then half open for a few probes.

    It opens when at least `LEAST_CALLS` calls of the window ended and `OPEN_SHARE` of them failed.
    A probe that fails opens it again; when all succeed it is closed, with an empty window.
    """

    def __init__(self) -> None:
        self._ends: deque[tuple[int, bool]] = deque()
        self._failures = 0
        self._open_until = 0
        self._probing = False
        self._probes: list[int] = []
        self._successes = 0

    @property
    def is_closed(self) -> bool:
        """Whether calls go through without counting."""
        return not self._open_until

    def wait_ms(self, now: int) -> int:
        """0 if a call may be made now, which `note` is then told the end of; else how long not."""
        if not self._open_until:
            return 0
        if now < self._open_until:
            return self._open_until - now
        # A probe whose end was never told (its process was too slow) makes room after the window.
        self._probes = [each for each in self._probes if now - each < WINDOW_SECONDS * 1000]
        if len(self._probes) + self._successes >= PROBES:
            return 1000
        self._probes.append(now)
        return 0

    def note(self, now: int, *, failed: bool) -> None:
        """How a call ended."""
        if self._open_until:
            self._note_probe(now, failed=failed)
            return
        self._ends.append((now, failed))
        self._failures += failed
        while now - self._ends[0][0] >= WINDOW_SECONDS * 1000 or len(self._ends) > MOST_CALLS:
            self._failures -= self._ends.popleft()[1]
        if len(self._ends) >= LEAST_CALLS and self._failures >= OPEN_SHARE * len(self._ends):
            self._open(now)

    def _note_probe(self, now: int, *, failed: bool) -> None:
        if now < self._open_until:
            return  # it began before the breaker opened
        if failed:
            self._open(now)
            return
        self._probes = self._probes[1:]
        self._successes += 1
        if self._successes >= PROBES:
            self._open_until, self._successes = 0, 0
            self._ends.clear()
            self._failures = 0

    def _open(self, now: int) -> None:
        self._open_until = now + OPEN_SECONDS * 1000
        self._probes, self._successes = [], 0


class RetryBucket:
    """Lets so many retries a second through, so that an endpoint that is back is not run down."""

    def __init__(self) -> None:
        self._tokens = float(RETRIES_AT_ONCE)
        self._at: int | None = None

    def take(self, now: int) -> bool:
        """Whether one more may go now."""
        if self._at is not None:
            gained = max(0, now - self._at) / 1000 * RETRIES_A_SECOND
            self._tokens = min(float(RETRIES_AT_ONCE), self._tokens + gained)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def jitter(name: str, at_most: int) -> int:
    """Full jitter: a number from 0 to `at_most` that depends on nothing but the name."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8]) % (at_most + 1)
