"""Moves timers that came due to their threads; one that is due later goes round once more."""

from dataclasses import replace
from typing import Any

from surgeline.adapters.codec import decode_event, encode_event
from surgeline.application.outbox import delay
from surgeline.application.ports import Outgoing
from surgeline.runtime.batches import Batches, Message
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import TimerForwarder


def build(backend: Backend, settings: TimerForwarder) -> Handler:
    """The handler over a backend."""
    info, alarm = log_of("timer_forwarder", settings.log_level)
    timers, events = (
        backend.queue(settings.timers_queue),
        backend.queue(settings.events_queue),
    )
    clock = backend.clock

    def one(message: Message) -> None:
        timer = decode_event(message.body)
        now = clock.now()
        if timer.type == "timer_fired" and timer.due_at > now:
            timers.send([Outgoing(message.body, delay_seconds=delay(timer.due_at, now))])
            return
        body = encode_event(replace(timer, at=now))
        events.send([Outgoing(body, group=timer.thread_id, dedup_id=timer.id)])
        info("forwarded", timer_id=timer.id)

    batches = Batches(timers, one, alarm=alarm)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        return batches(event, context)

    return handle


handler = entry(TimerForwarder, build)
