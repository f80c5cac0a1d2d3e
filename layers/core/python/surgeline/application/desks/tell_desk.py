"""People who work in tools of their own are told here what became of what they did.

A telling is a delivery to the pool, so it is retried and stands in order with what else the tool
gets. It holds no words of the customer, but may hold the customer's file.
"""

from collections.abc import Callable

from surgeline.application.deliveries.to_desks.telling import telling
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.queues import Outgoing, Queue

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
        self.send(telling(link, own_id, what, self._clock.now(), **about))

    def send(self, delivery: Delivery) -> None:
        """Send a delivery that is made already, in the order of its place."""
        self._queue.send(
            [Outgoing(self._encode(delivery), group=delivery.group, dedup_id=delivery.dedup_id)]
        )
