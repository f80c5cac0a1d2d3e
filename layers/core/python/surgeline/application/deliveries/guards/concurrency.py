"""The guard of slow endpoints lets a slow endpoint occupy only a small part of a process.

Without this guard a slow or dead endpoint would delay the threads of all others.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.targets import Refused, SendResult
from surgeline.errors import Unavailable

SLOW_MILLISECONDS = 1_000
SLOW_AT_ONCE = 8
DEAD_AT_ONCE = 1


class EndpointBusy(Unavailable):
    """Raised when a slow endpoint has its most sends under way. Nothing was sent."""


@dataclass(slots=True)
class _Endpoint:
    under_way: dict[int, int] = field(default_factory=dict)
    dead: bool = False
    slow: bool = False

    def at_once(self, now: int) -> int | None:
        """Return how many sends the endpoint may have under way, or None for no limit."""
        if self.dead:
            return DEAD_AT_ONCE
        oldest = min(self.under_way.values(), default=now)
        return SLOW_AT_ONCE if self.slow or now - oldest > SLOW_MILLISECONDS else None


class Concurrency:
    """Allows any number of sends while an endpoint answers in time, and a few while it is slow.

    After a send without an answer, one send at a time is tried. The others are refused at once, as
    attempts of their deliveries, so that their schedules go on. Any answer ends that. It is safe to
    use from several threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._endpoints: defaultdict[str, _Endpoint] = defaultdict(_Endpoint)
        self._sends = 0

    def send(self, endpoint: str, send: Callable[[], SendResult]) -> SendResult:
        """Send if there is room for one more send to this endpoint. Raises EndpointBusy."""
        number = self._begin(endpoint)
        if number is None:
            return Refused(outcome="unreachable", attempted=False)
        result: SendResult | None = None
        try:
            result = send()
        finally:
            self._end(endpoint, number, result)
        return result

    def _begin(self, endpoint: str) -> int | None:
        """Return the send's number, or None if a dead endpoint is already being tried."""
        now = self._clock.now()
        with self._lock:
            known = self._endpoints[endpoint]
            limit = known.at_once(now)
            if limit is not None and len(known.under_way) >= limit:
                if known.dead:
                    return None
                raise EndpointBusy("the endpoint is slow", retry_after_seconds=0)
            self._sends += 1
            known.under_way[self._sends] = now
            return self._sends

    def _end(self, endpoint: str, number: int, result: SendResult | None) -> None:
        now = self._clock.now()
        with self._lock:
            known = self._endpoints[endpoint]
            took = now - known.under_way.pop(number)
            if result is None or (isinstance(result, Refused) and not result.attempted):
                return  # nothing was sent, so nothing was learned
            known.slow = took > SLOW_MILLISECONDS
            unhealthy = isinstance(result, Refused) and result.unhealthy
            known.dead = unhealthy and result.status is None
