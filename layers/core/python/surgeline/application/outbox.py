"""From effects to queue messages, collected over a batch and sent in few calls.

Everything is rebuilt from a stored record, so that a replay sends the same under the same ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surgeline.application.ports import (
    Absent,
    ConversationStore,
    Delivery,
    DeliveryLog,
    Offer,
    Offers,
    Outgoing,
    Queue,
    Record,
)
from surgeline.domain.effects import CloseOffer, NotifyPool, OfferToPool, SendText, StartTimer
from surgeline.domain.events import CustomerWrote, TimerFired
from surgeline.domain.thread import Thread

TRANSCRIPT_RECORDS = 40
TRANSCRIPT_CHARACTERS = 12_000
LONGEST_DELAY_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Wire:
    """How deliveries and events are written for the queues; given by the adapters."""

    delivery: Callable[[Delivery], str]
    event: Callable[[TimerFired], str]


class Outbox:
    """Carries out the effects of committed records: offers at once, sends at `flush`."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        log: DeliveryLog,
        offers: Offers,
        deliveries: Queue,
        timers: Queue,
        wire: Wire,
    ) -> None:
        self._store = store
        self._log = log
        self._offers = offers
        self._deliveries = deliveries
        self._timers = timers
        self._wire = wire
        self._again = False
        self._to_deliver: list[Outgoing] = []
        self._to_time: list[Outgoing] = []

    def add(self, thread: Thread, record: Record, *, again: bool = False) -> None:
        """Take in a committed record's effects; offers are kept before anybody can accept them.

        `again`: as far as that was not done before. What was tried once is in the queue's hands or
        over; a provider's late redelivery does not show it to the customer a second time.
        """
        self._again = again
        for effect in record.effects:
            if isinstance(effect, StartTimer):
                self._time(thread.id, effect, record.at)
            elif isinstance(effect, CloseOffer):
                self._close_offer(effect)
            elif isinstance(effect, SendText):
                self._deliver(_text_delivery(thread, record, effect))
            elif isinstance(effect, NotifyPool):
                self._notify_pool(thread, record, effect)
            else:
                self._offer(thread, record, effect)

    def forget(self) -> None:
        """Drop what an earlier batch left behind when it failed; its redelivery rebuilds it."""
        self._to_deliver, self._to_time = [], []

    def flush(self) -> None:
        """Send what was collected. On an error everything stays to be rebuilt by redelivery."""
        deliveries, timers = self._to_deliver, self._to_time
        self._to_deliver, self._to_time = [], []
        if deliveries:
            self._deliveries.send(deliveries)
        if timers:
            self._timers.send(timers)

    def _deliver(self, delivery: Delivery) -> None:
        if self._again and self._log.attempts(delivery.thread_id, delivery.id):
            return
        body = self._wire.delivery(delivery)
        self._to_deliver.append(Outgoing(body, group=delivery.group, dedup_id=delivery.id))

    def _notify_pool(self, thread: Thread, record: Record, effect: NotifyPool) -> None:
        payload: dict[str, object] = dict(effect.data)
        if effect.event == "conversation.message":
            text = self._words(thread.id, record, effect)
            message = {"id": effect.data["message_id"], "text": text, "at": effect.data["at"]}
            payload = {"message": message}
        self._deliver(_pool_delivery(thread, record, effect, payload))

    def _close_offer(self, effect: CloseOffer) -> None:
        try:
            self._offers.close(effect.offer_id, effect.status)
        except Absent:
            return  # the event that made it is still among the dead letters

    def _words(self, thread_id: str, record: Record, effect: NotifyPool) -> str:
        """The customer's message that a pool is told of: the event itself, or an earlier one.

        Effects name it by its place: a record that held many texts again would grow too large.
        """
        seq = int(effect.data["seq"] or 0)
        if seq != record.seq:
            [record] = self._store.records(thread_id, after_seq=seq - 1, limit=1)
        assert isinstance(record.event, CustomerWrote)
        return record.event.text

    def _time(self, thread_id: str, effect: StartTimer, at: int) -> None:
        fired = TimerFired(
            id=effect.id,
            thread_id=thread_id,
            at=effect.due_at,
            kind=effect.kind,
            conversation_id=effect.conversation_id,
            subject=effect.subject,
            epoch=effect.epoch,
            due_at=effect.due_at,
        )
        self._to_time.append(
            Outgoing(self._wire.event(fired), delay_seconds=delay(effect.due_at, at))
        )

    def _offer(self, thread: Thread, record: Record, effect: OfferToPool) -> None:
        self._offers.create(
            Offer(
                offer_id=effect.offer_id,
                conversation_id=effect.conversation_id,
                pool_id=effect.pool_id,
                epoch=effect.epoch,
                expires_at=effect.expires_at,
            )
        )
        records = self._store.records(thread.id, limit=TRANSCRIPT_RECORDS, newest_first=True)
        context = {
            "transcript": transcript(records, effect.conversation_id, effect.told_seq),
            "candidates": [{"article_id": each} for each in effect.candidates],
            "rejected": list(effect.rejected),
        }
        payload: dict[str, object] = {
            "reason": effect.reason,
            "language": effect.language,
            "context": context,
        }
        self._deliver(
            Delivery(
                id=effect.id,
                thread_id=thread.id,
                conversation_id=effect.conversation_id,
                target="pool",
                target_id=effect.pool_id,
                event="handoff.offered",
                epoch=effect.epoch,
                at=record.at,
                payload=payload,
                expires_at=effect.expires_at,
                offer_id=effect.offer_id,
            )
        )


def delay(due_at: int, now: int) -> int:
    """Whole seconds to wait, rounded up, within what a queue can delay; a longer wait hops."""
    return max(0, min(LONGEST_DELAY_SECONDS, -((now - due_at) // 1000)))


def transcript(
    records: Sequence[Record], conversation_id: str, upto_seq: int
) -> list[dict[str, object]]:
    """The conversation's lines up to a sequence number, oldest first, the oldest cut for size."""
    lines: list[dict[str, object]] = []
    room = TRANSCRIPT_CHARACTERS
    for record in sorted(records, key=lambda each: -each.seq):
        if record.seq > upto_seq or record.conversation_id != conversation_id:
            continue
        for line in reversed(_lines(record)):
            room -= len(str(line["text"]))
            if room < 0:
                return lines[::-1]
            lines.append(line)
    return lines[::-1]


def _lines(record: Record) -> list[dict[str, object]]:
    event = record.event
    lines: list[dict[str, object]] = []
    if isinstance(event, CustomerWrote):
        lines.append({"seq": record.seq, "speaker": "customer", "text": event.text, "at": event.at})
    lines += [
        {"seq": e.seq, "speaker": e.speaker, "text": e.text, "at": record.at}
        for e in record.effects
        if isinstance(e, SendText)
    ]
    return lines


def _text_delivery(thread: Thread, record: Record, effect: SendText) -> Delivery:
    message = {
        "id": effect.id,
        "speaker": effect.speaker,
        "text": effect.text,
        "in_reply_to": effect.in_reply_to,
        "article_id": effect.article_id,
        "choices": [{"label": c.label, "article_id": c.article_id} for c in effect.choices],
        "agent": {"name": effect.agent} if effect.agent else None,
    }
    state = {"state": "closed" if effect.closed else "open", "owner": effect.owner}
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target="channel",
        target_id=thread.channel_id,
        event="message.created",
        epoch=effect.epoch,
        at=record.at,
        payload={"sender": thread.sender, "message": message, "conversation": state},
        seq=effect.seq,
        offer_id=None,
        speaker=effect.pool_id or effect.speaker,
    )


def _pool_delivery(
    thread: Thread, record: Record, effect: NotifyPool, payload: dict[str, object]
) -> Delivery:
    return Delivery(
        id=effect.id,
        thread_id=thread.id,
        conversation_id=effect.conversation_id,
        target="pool",
        target_id=effect.pool_id,
        event=effect.event,
        epoch=effect.epoch,
        at=record.at,
        payload=payload,
        seq=effect.seq,
        offer_id=effect.offer_id,
    )
