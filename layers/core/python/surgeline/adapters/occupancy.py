"""How much of a process one endpoint may occupy: a slow or dead one delays its own threads only.

It stands before ports.Webhooks and sends nothing itself.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Reply, SendFailed, Webhooks
from surgeline.errors import Unavailable

SLOW_MILLISECONDS = 1_000
SLOW_AT_ONCE = 8
DEAD_AT_ONCE = 1


class EndpointBusy(Unavailable):
    """Slow, and as many sends are under way as it may have; this one was not tried."""


@dataclass(slots=True)
class _Endpoint:
    under_way: dict[int, int] = field(default_factory=dict)
    dead: bool = False
    slow: bool = False

    def at_once(self, now: int) -> int | None:
        """How many sends it may have under way; None without a limit."""
        if self.dead:
            return DEAD_AT_ONCE
        oldest = min(self.under_way.values(), default=now)
        return SLOW_AT_ONCE if self.slow or now - oldest > SLOW_MILLISECONDS else None


class BoundedWebhooks:
    """ports.Webhooks: unlimited while an endpoint answers in time, a few sends while it is slow.

    After a send without an answer one at a time is tried; the others fail at once, as attempts of
    their deliveries, so that their schedules go on. An answer of any status ends that.
    """

    def __init__(self, webhooks: Webhooks, clock: Clock) -> None:
        self._webhooks = webhooks
        self._clock = clock
        self._lock = threading.Lock()
        self._endpoints: defaultdict[str, _Endpoint] = defaultdict(_Endpoint)
        self._sends = 0

    def post(
        self, url: str, *, secret: str, webhook_id: str, body: bytes, timeout_seconds: float
    ) -> Reply:
        """See ports.Webhooks. Raises EndpointBusy as well; an endpoint is known by its secret."""
        number = self._begin(secret)
        dead = True
        try:
            reply = self._webhooks.post(
                url,
                secret=secret,
                webhook_id=webhook_id,
                body=body,
                timeout_seconds=timeout_seconds,
            )
            dead = False
            return reply
        finally:
            self._end(secret, number, dead=dead)

    def _begin(self, secret: str) -> int:
        now = self._clock.now()
        with self._lock:
            endpoint = self._endpoints[secret]
            limit = endpoint.at_once(now)
            if limit is not None and len(endpoint.under_way) >= limit:
                if endpoint.dead:
                    raise SendFailed("unreachable")
                raise EndpointBusy("the endpoint is slow", retry_after_seconds=0)
            self._sends += 1
            endpoint.under_way[self._sends] = now
            return self._sends

    def _end(self, secret: str, number: int, *, dead: bool) -> None:
        now = self._clock.now()
        with self._lock:
            endpoint = self._endpoints[secret]
            endpoint.slow = now - endpoint.under_way.pop(number) > SLOW_MILLISECONDS
            endpoint.dead = dead
