"""An effect that no release has, "ring the bell", and the carrier that rings it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.events import CustomerWrote
from surgeline.domain.reading import SmallTalk
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation, Turn


@dataclass(frozen=True, slots=True)
class RingBell:
    """Ring a pool's bell so many times."""

    id: str
    pool_id: str
    times: int
    type: Literal["ring_bell"] = "ring_bell"


class BellCarrier(Carrier):
    """Carries out RingBell, as a ping of the pool."""

    target: ClassVar[str] = "pool"

    def __init__(self, means: Means, post: Post) -> None:
        del means
        self._post = post

    def ring(self, thread: Thread, record: Record, effect: RingBell) -> None:
        """Hand in one delivery, which is known by the effect's id."""
        delivery = Delivery(
            id=effect.id,
            thread_id=thread.id,
            conversation_id=record.conversation_id or "",
            target=self.target,
            target_id=effect.pool_id,
            event="bell.rung",
            epoch=0,
            at=record.at,
            payload={"times": effect.times},
        )
        self._post.deliver(delivery)

    CARRIES: ClassVar[Mapping[type, Carry]] = {RingBell: ring}


def greet_and_ring(turn: Turn, event: CustomerWrote, reading: SmallTalk) -> Explanation:
    """Ring twice for every greeting."""
    del event
    turn.effects.append(RingBell(turn.new_id("b", "bell"), "vendor", 2))  # type: ignore[arg-type] # a toy
    turn.say("bot", "Ding dong.")
    return Explanation("rung", reading.why)
