"""Sends to channels and pools, group by group, side by side; retries are the queue's waits."""

from dataclasses import replace
from typing import Any

from surgeline.adapters.codec import decode_delivery, encode_delivery, encode_event
from surgeline.adapters.occupancy import BoundedWebhooks
from surgeline.application.deliveries.deliver import TIMEOUT_SECONDS, Deliver, GaveUp
from surgeline.runtime.batches import Batches, Bury, QueueMessage
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import DeliveryWorker
from surgeline.runtime.tally import Tally


def build(backend: Backend, settings: DeliveryWorker) -> Handler:
    """The handler over a backend.

    What was delivered is told of once a second, every other end at once; all are in their log.
    """
    info, alarm = log_of("delivery_worker", settings.log_level)
    clock, tally = backend.clock, Tally(backend.clock)
    shelf = shelf_of(backend, alarm, fresh_seconds=0)
    deliver = Deliver(
        store=backend.store(),
        offers=backend.offers(),
        log=backend.delivery_log(),
        webhooks=BoundedWebhooks(backend.webhooks(), clock),
        sockets=backend.sockets(),
        events=backend.queue(settings.events_queue),
        timers=backend.queue(settings.timers_queue),
        encode_event=encode_event,
        encode_delivery=encode_delivery,
        configuration=shelf,
        board=backend.pool_board(),
        clock=clock,
        alarm=alarm,
    )

    def one(message: QueueMessage) -> None:
        delivery = decode_delivery(message.body)
        first = message.received == 1
        try:
            end = deliver(delivery, first=first)
        except GaveUp as error:
            # Redriven, it has its whole schedule again.
            afresh = encode_delivery(replace(delivery, later=None)) if delivery.later else None
            raise Bury(str(error), body=afresh) from error
        count = tally.count() if end == "delivered" else 1
        if count:
            about = {"delivery_id": delivery.id, "target": delivery.target_id}
            info("ended", **about, end=end or "later", count=count)

    batches = Batches(
        backend.queue(settings.deliveries_queue),
        one,
        alarm=alarm,
        longest_call_seconds=TIMEOUT_SECONDS,
        parallel_groups=backend.parallel_groups,
    )

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        return batches(event, context)

    return handle


handler = entry(DeliveryWorker, build)
