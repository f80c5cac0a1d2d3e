"""Due messages are moved on here: timers to their threads, and retries to the deliveries.

A message that is due later than a queue can delay is delayed once more. A timer that is far off
goes into a book, from which the clock's minute brings it back.
"""

from dataclasses import replace
from typing import Any

from surgeline.adapters.codec import decode_waiting, encode_event
from surgeline.application.deliveries.delays import delay
from surgeline.application.long_timers import LongTimers
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import Event, TimerFired
from surgeline.runtime.batches import Batches, QueueMessage
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import TimerForwarder

LONGEST_CALL_SECONDS = 3.0
"""The longest that one send to a slow queue may take."""


def build(backend: Backend, settings: TimerForwarder) -> Handler:
    """Return the handler over a backend."""
    info, alarm = log_of("timer_forwarder", settings.log_level)
    timers = backend.queue(settings.timers_queue)
    events = backend.queue(settings.events_queue)
    deliveries = backend.queue(settings.deliveries_queue)
    clock = backend.clock
    far_off = LongTimers(backend.ledger(), clock)

    def one(message: QueueMessage) -> None:
        waiting = decode_waiting(message.body)
        now = clock.now()
        if (due_at := _due_at(waiting)) > now:
            # A delivery may have words of a customer, which no book keeps.
            if isinstance(waiting, TimerFired) and far_off.keep(waiting.id, message.body, due_at):
                return
            timers.send([Outgoing(message.body, delay_seconds=delay(due_at, now))])
            return
        if isinstance(waiting, Delivery):
            sent = Outgoing(message.body, group=waiting.group, dedup_id=waiting.dedup_id)
            deliveries.send([sent])
        else:
            body = encode_event(replace(waiting, at=now))
            events.send([Outgoing(body, group=waiting.thread_id, dedup_id=waiting.id)])
        info("forwarded", timer_id=waiting.id)

    batches = Batches(timers, one, alarm=alarm, longest_call_seconds=LONGEST_CALL_SECONDS)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        return batches(event, context)

    return handle


def _due_at(waiting: Event | Delivery) -> int:
    """Return the time at which the message is due, or 0 for a message without a time."""
    if isinstance(waiting, Delivery):
        return waiting.later.due_at if waiting.later else 0
    return waiting.due_at if waiting.type == "timer_fired" else 0


handler = entry(TimerForwarder, build)
