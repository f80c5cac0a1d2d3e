"""The outbox collects the effects of a batch of committed records, and sends them in few calls.

Everything is rebuilt from a stored record, so that a replay sends the same under the same ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from surgeline.application.conversations.effects import CARRIERS
from surgeline.application.conversations.effects.carrier import Carrier, Means
from surgeline.application.deliveries.delays import delay
from surgeline.application.drills import carried
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Delivery, DeliveryLog
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.application.subscriptions.tell_conversations import TellConversations
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import Event
from surgeline.domain.outcome import Kept
from surgeline.domain.thread import Thread
from surgeline.domain.turn import joined


@dataclass(frozen=True, slots=True)
class MessageFormats:
    """Two functions of the adapters, which write deliveries and events for the queues."""

    delivery: Callable[[Delivery], str]
    event: Callable[[Event], str]


@dataclass(frozen=True, slots=True)
class Queues:
    """The queues that effects go out by."""

    deliveries: Queue
    timers: Queue
    events: Queue


class Outbox:
    """Has the effects of committed records carried out: offers at once, the rest at `flush`."""

    def __init__(
        self,
        means: Means,
        *,
        queues: Queues,
        log: DeliveryLog,
        formats: MessageFormats,
        clock: Clock,
        carriers: Sequence[type[Carrier]] = CARRIERS,
    ) -> None:
        self._queues = queues
        self._outcomes = means.outcomes
        self._log = log
        self._formats = formats
        self._events = ThreadEvents(queues.events, formats.event)
        self._tell = TellConversations(means.configuration)
        self._clock = clock
        self._again = False
        self.forget()
        made = [carrier(means, self) for carrier in carriers]
        self._carry = joined(*({k: partial(do, c) for k, do in c.CARRIES.items()} for c in made))
        self._after = joined(*({k: partial(do, c) for k, do in c.AFTERWARDS.items()} for c in made))

    def add(self, thread: Thread, record: Record, *, again: bool = False) -> None:
        """Take in a committed record's effects. Offers are kept before anybody can accept them.

        `again`: an earlier run committed the record. Only deliveries that were never attempted are
        queued again, so that a late redelivery can't show a text twice.
        """
        self._again = again
        effects = carried(record.effects, drill=thread.drill)
        for effect in effects:
            self._carry[type(effect)](thread, record, effect)
        for effect in effects:
            if type(effect) in self._after:
                self._after[type(effect)](thread, record, effect)
        for delivery in () if thread.drill else self._tell(thread, record):
            self.deliver(delivery)

    def forget(self) -> None:
        """Drop the rest of an earlier batch that failed. Its redelivery rebuilds it."""
        self._to_keep: list[Kept] = []
        self._to_deliver: list[Outgoing] = []
        self._to_time: list[Outgoing] = []
        self._to_tell: list[Outgoing] = []

    def flush(self) -> None:
        """Keep the collected records, and send the messages.

        After an error, redelivery rebuilds them all.
        """
        kept = self._to_keep
        deliveries, timers, events = self._to_deliver, self._to_time, self._to_tell
        self.forget()
        if kept:
            self._outcomes.add(*kept)
        if deliveries:
            self._queues.deliveries.send(deliveries)
        if timers:
            self._queues.timers.send(timers)
        if events:
            self._queues.events.send(events)

    # ------------------------------------------------------------ from the carriers

    def deliver(self, delivery: Delivery) -> None:
        """See effects.carrier.Post."""
        if self._again and self._log.last(delivery.place):
            return
        body = self._formats.delivery(delivery)
        self._to_deliver.append(Outgoing(body, group=delivery.group, dedup_id=delivery.id))

    def keep(self, record: Kept) -> None:
        """See effects.carrier.Post."""
        self._to_keep.append(record)

    def tell(self, event: Event) -> None:
        """See effects.carrier.Post."""
        self._to_tell.append(self._events.message(event))

    def wake(self, event: Event, due_at: int) -> None:
        """See effects.carrier.Post."""
        # The delay counts from now and not from the record, so that a crash delays no deadline.
        wait = delay(due_at, self._clock.now())
        self._to_time.append(Outgoing(self._formats.event(event), delay_seconds=wait))
