"""Deliveries are sent here, with their groups side by side. The queue waits between retries."""

from dataclasses import replace
from typing import Any

from surgeline.adapters.codec import decode_delivery, encode_delivery, encode_event
from surgeline.application.deliveries.deliver import TIMEOUT_SECONDS, Deliver, GaveUp
from surgeline.application.deliveries.offer_answers import OfferAnswers
from surgeline.application.deliveries.targets import TargetParts, Targets
from surgeline.application.thread_events import ThreadEvents
from surgeline.runtime.batches import Batches, Bury, QueueMessage
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import DeliveryWorker
from surgeline.runtime.tally import Tally


def build(backend: Backend, settings: DeliveryWorker) -> Handler:
    """Return the handler over a backend.

    The number of deliveries that succeeded is logged once a second. Every other end is logged at
    once. The delivery log has all of them.
    """
    info, alarm = log_of("delivery_worker", settings.log_level)
    clock, tally = backend.clock, Tally(backend.clock)
    parts = TargetParts(
        configuration=shelf_of(backend, alarm, fresh_seconds=0),
        webhooks=backend.webhooks(),
        posts=backend.posts(),
        mails=backend.mails(),
        blobs=backend.blobs(),
        sockets=backend.sockets(),
        secrets=backend.secrets(),
        clock=clock,
        desk=backend.desk(),
        desk_links=backend.desk_links(),
        open_target=backend.kinds.open_target,
    )
    events = ThreadEvents(backend.queue(settings.events_queue), encode_event)
    deliver = Deliver(
        store=backend.store(),
        log=backend.delivery_log(),
        targets=Targets(parts),
        offers=OfferAnswers(backend.offers(), events, clock),
        events=events,
        timers=backend.queue(settings.timers_queue),
        encode_delivery=encode_delivery,
        board=backend.pool_board(),
        clock=clock,
        alarm=alarm,
    )

    def one(message: QueueMessage) -> None:
        delivery = decode_delivery(message.body)
        first, remaining = message.received == 1, message.remaining_seconds()
        try:
            end = deliver(delivery, first=first, remaining_seconds=remaining)
        except GaveUp as error:
            # A redriven delivery has its whole schedule again.
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
