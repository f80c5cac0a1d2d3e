"""The way out to the company's customer system is here. It bounds look-ups in time and number."""

import threading

from surgeline.adapters.configuration.kinds import system_kind
from surgeline.adapters.customers.system import LOOK_UP_SECONDS, CustomerSystem, Means
from surgeline.application.deliveries.customer_data import LOOK_UP
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused, SendResult
from surgeline.errors import Unreadable

MOST_AT_ONCE = 4
"""A process has so many look-ups under way at most, so that a slow system delays no other send."""

BACK_MILLISECONDS = 100
"""A customer who waits for an answer is asked about for so much less, since the answer goes out."""


class Company:
    """Asks and tells the system that the company has connected, whichever kind it is."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts
        self._memory: dict[str, tuple[int, str]] = {}
        self._room = threading.Semaphore(MOST_AT_ONCE)

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        system = self._system()
        if system is None:
            return Refused(outcome="no system is connected", final=True, attempted=False)
        if delivery.event != LOOK_UP:
            return system.keep(delivery, timeout_seconds=timeout_seconds)
        seconds = self._seconds(delivery, timeout_seconds)
        if seconds <= 0:
            return Refused(outcome="too late for the answer", final=True, attempted=False)
        if not self._room.acquire(blocking=False):
            return Refused(outcome="too many look-ups at once", final=True, attempted=False)
        try:
            return system.look_up(
                delivery, timeout_seconds=self._seconds(delivery, timeout_seconds)
            )
        finally:
            self._room.release()

    def _seconds(self, delivery: Delivery, timeout_seconds: float) -> float:
        """Return how long a look-up may take, which for an answer ends before its time is over."""
        seconds = min(timeout_seconds, LOOK_UP_SECONDS)
        if delivery.payload.get("purpose") != "answer" or delivery.expires_at is None:
            return seconds
        left = delivery.expires_at - BACK_MILLISECONDS - self._parts.clock.now()
        return min(seconds, left / 1000)

    def _system(self) -> CustomerSystem | None:
        """Return the connected system, or None. Raises Unreadable for one of a newer release."""
        parts = self._parts
        settings = parts.configuration.current().customers
        if settings is None:
            return None
        kind = system_kind(settings.kind)
        if kind is None:
            raise Unreadable(f"this release reaches no customer system {settings.kind!r}")
        now = parts.clock.now()
        means = Means(settings, parts.webhooks, parts.posts, parts.secrets, now, self._memory)
        found: CustomerSystem = kind.make(means)
        return found


TARGET = Company
