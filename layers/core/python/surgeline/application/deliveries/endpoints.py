"""The endpoints that this process has called: which of them may be called now."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from surgeline.domain.endpoint_health import Breaker, RetryBucket, jitter

SPREAD_SECONDS = 30
"""How far apart the retries of many deliveries are spread that wait for the same endpoint."""


@dataclass(slots=True)
class _Endpoint:
    breaker: Breaker = field(default_factory=Breaker)
    bucket: RetryBucket = field(default_factory=RetryBucket)


class Endpoints:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._endpoints: defaultdict[str, _Endpoint] = defaultdict(_Endpoint)

    def broken(self, name: str, now: int) -> int:
        """0 if the endpoint may be called now (then `note` its end), else seconds to wait."""
        with self._lock:
            wait = self._endpoints[name].breaker.wait_ms(now)
        return -(-wait // 1000)

    def crowded(self, name: str, now: int) -> bool:
        """Whether so many others are trying again that this one should wait."""
        with self._lock:
            return not self._endpoints[name].bucket.take(now)

    def note(self, name: str, now: int, *, failed: bool) -> None:
        """How a call ended."""
        with self._lock:
            self._endpoints[name].breaker.note(now, failed=failed)


def spread(delivery_id: str, number: int, now: int) -> int:
    """Seconds to wait besides, different for each delivery and time."""
    return jitter(f"{delivery_id}/{number}/{now // 1000}", SPREAD_SECONDS)
