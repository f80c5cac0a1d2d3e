"""A way to reach a pool that no release has: somebody at a desk hears a bell and says yes."""

from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Accepted, Delivered, Refused, SendResult


@dataclass(frozen=True, slots=True)
class Desk:
    """`room` is where the bell rings."""

    room: str


class Intercom:
    """Rings in the pool's room; offers are accepted at once."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        del timeout_seconds
        pool = self._parts.configuration.pool(delivery.target_id)
        if pool is None:
            return Refused(outcome="unknown pool", final=True, attempted=False)
        self._parts.sockets.push(delivery.thread_id, {pool.own(Desk).room: delivery.event})
        return Accepted(agent="Kim") if delivery.event == OFFERED else Delivered()


def _problems(settings: Desk, allow_loopback: bool) -> Iterable[str]:
    del allow_loopback
    if not settings.room:
        yield "room: give the room's name"


KIND = Kind(Desk, _problems, secret=False, target=Intercom)
