"""The guard of failing endpoints has a circuit breaker, and a bucket for retries.

The time (epoch ms) is an argument. Each process has its own breaker and bucket for each endpoint,
and shares nothing. A process needs at most ten failures to learn the state that other processes
know.
"""

import hashlib
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 60
LEAST_CALLS = 10
MOST_CALLS = 1_000
"""The most calls that a breaker remembers, so that a busy endpoint's account stays small."""
OPEN_SHARE = 0.7
OPEN_SECONDS = 30
RESTS = "the endpoint rests"
"""The outcome of a delivery that an open breaker held back."""
PROBES = 3
RETRIES_A_SECOND = 20.0
RETRIES_AT_ONCE = 20
SPREAD_SECONDS = 30
"""The retries of many deliveries that wait for one endpoint are spread over this time."""


class Breaker:
    """A breaker is closed at first, open after too many failures, then half open for a few probes.

    It opens when at least `LEAST_CALLS` calls of the window ended and `OPEN_SHARE` of them failed.
    A probe that fails opens the breaker again. When all probes succeed the breaker is closed, with
    an empty window.
    """

    def __init__(self) -> None:
        self._ends: deque[tuple[int, bool]] = deque()
        self._failures = 0
        self._open_until = 0
        self._probes: list[int] = []
        self._successes = 0

    @property
    def is_closed(self) -> bool:
        """Return whether calls go through without counting."""
        return not self._open_until

    def wait_ms(self, now: int) -> int:
        """Return 0 if a call may be made now, or the milliseconds to wait.

        While the breaker is half open, a call that may be made is a probe. The caller must then
        tell `record` its end, or call `give_back` if it was not made.
        """
        if not self._open_until:
            return 0
        # A clock that went back must not keep the breaker open for longer.
        self._open_until = min(self._open_until, now + OPEN_SECONDS * 1000)
        if now < self._open_until:
            return self._open_until - now
        # A probe whose end was never told (its process was too slow) makes room after the window.
        self._probes = [each for each in self._probes if now - each < WINDOW_SECONDS * 1000]
        if len(self._probes) + self._successes >= PROBES:
            return 1000
        self._probes.append(now)
        return 0

    def give_back(self) -> None:
        """Take back the newest probe, because its call was not made."""
        if self._probes:
            self._probes.pop()

    def record(self, now: int, *, failed: bool) -> None:
        """Take in how a call ended."""
        if self._open_until:
            self._record_probe(now, failed=failed)
            return
        self._ends.append((now, failed))
        self._failures += failed
        while now - self._ends[0][0] >= WINDOW_SECONDS * 1000 or len(self._ends) > MOST_CALLS:
            self._failures -= self._ends.popleft()[1]
        if len(self._ends) >= LEAST_CALLS and self._failures >= OPEN_SHARE * len(self._ends):
            self._open(now)

    def _record_probe(self, now: int, *, failed: bool) -> None:
        if now < self._open_until:
            return  # the call began before the breaker opened
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
    """Lets so many retries a second through, so that a recovered endpoint is not flooded."""

    def __init__(self) -> None:
        self._tokens = float(RETRIES_AT_ONCE)
        self._at: int | None = None

    def take(self, now: int) -> bool:
        """Return whether one more retry may go now."""
        if self._at is not None:
            gained = max(0, now - self._at) / 1000 * RETRIES_A_SECOND
            self._tokens = min(float(RETRIES_AT_ONCE), self._tokens + gained)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(slots=True)
class _Endpoint:
    breaker: Breaker = field(default_factory=Breaker)
    bucket: RetryBucket = field(default_factory=RetryBucket)


class Breakers:
    """Keeps a breaker for every endpoint that was called.

    It is safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._endpoints: defaultdict[str, _Endpoint] = defaultdict(_Endpoint)

    def wait_seconds(self, endpoint: str, now: int) -> int:
        """Return 0 if the endpoint may be called now, or the seconds to wait.

        After a 0 the caller must call either `record` or `give_back`.
        """
        with self._lock:
            wait = self._endpoints[endpoint].breaker.wait_ms(now)
        return -(-wait // 1000)

    def crowded(self, endpoint: str, now: int) -> bool:
        """Return whether so many other deliveries are tried again that this one should wait."""
        with self._lock:
            return not self._endpoints[endpoint].bucket.take(now)

    def record(self, endpoint: str, now: int, *, failed: bool) -> None:
        """Take in how a call ended."""
        with self._lock:
            self._endpoints[endpoint].breaker.record(now, failed=failed)

    def give_back(self, endpoint: str) -> None:
        """Take in that a call was not made after all."""
        with self._lock:
            self._endpoints[endpoint].breaker.give_back()


def spread(delivery_id: str, number: int, now: int) -> int:
    """Return extra seconds to wait, different for each delivery and time."""
    return jitter(f"{delivery_id}/{number}/{now // 1000}", SPREAD_SECONDS)


def jitter(name: str, at_most: int) -> int:
    """Return a number from 0 to `at_most` that depends on nothing but the name (full jitter)."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8]) % (at_most + 1)
