"""People who work in tools of their own are told here what became of what they did.

A telling is a delivery to the pool, so it is retried and stands in order with what else the tool
gets. It holds no words of the customer, but may hold the customer's file.
"""

from collections.abc import Callable, Mapping

from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.domain.ids import derived_id, thread_of

TOLD = "desk.told"
"""The event of a telling. Only tools get it: a pool that is reached by webhook has its answers."""
FILE = "customers_file"
"""The telling of the customer's file, which came after the offer. Its payload has the `context`."""


class TellDesk:
    """The use case. A telling that is made twice is sent once, within the queue's window."""

    def __init__(self, queue: Queue, encode: Callable[[Delivery], str], clock: Clock) -> None:
        self._queue = queue
        self._encode = encode
        self._clock = clock

    def __call__(self, link: DeskLink, own_id: str, what: str, **about: object) -> None:
        """Tell the place of a link. `what` is a key of the desks' wording."""
        payload: Mapping[str, object] = {"what": what, "ref": link.ref, **about}
        delivery = Delivery(
            id=derived_id("n", f"{link.pool_id}/{link.ref}/{own_id}", what),
            thread_id=thread_of(link.conversation_id),
            conversation_id=link.conversation_id,
            target="pool",
            target_id=link.pool_id,
            event=TOLD,
            epoch=link.epoch,
            at=self._clock.now(),
            payload=payload,
            offer_id=link.offer_id,
        )
        self._queue.send(
            [Outgoing(self._encode(delivery), group=delivery.group, dedup_id=delivery.dedup_id)]
        )
