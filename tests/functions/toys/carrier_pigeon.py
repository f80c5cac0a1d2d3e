"""A kind of channel that no release has: replies fly to a loft, and in a storm they never arrive.

The whole of a new way out is a file like this one and a line in a registry.
"""

import json
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, no_problems
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Delivered, Refused, SendResult


@dataclass(frozen=True, slots=True)
class Loft:
    """`loft` is the address that the pigeons return to."""

    loft: str


class Pigeons:
    """Carries the bare text of each reply."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        channel = self._parts.configuration.channel(delivery.target_id)
        assert channel is not None
        message = delivery.payload["message"]
        assert isinstance(message, dict)
        reply = self._parts.webhooks.post(
            channel.own(Loft).loft,
            secret=f"channels/{channel.id}",
            webhook_id=delivery.id,
            body=json.dumps({"note": message["text"]}).encode(),
            timeout_seconds=timeout_seconds,
        )
        if json.loads(reply.body).get("weather") == "storm":
            return Refused(outcome="storm", status=reply.status, final=True)
        return Delivered(reply.status, reply.milliseconds)


class Bells:
    """Rings for a delivery that is neither a channel's nor a pool's."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        del timeout_seconds
        self._parts.sockets.push(delivery.thread_id, {"rings": delivery.target_id})
        return Delivered()


KIND = Kind(Loft, no_problems, target=Pigeons)
TARGET = Bells
