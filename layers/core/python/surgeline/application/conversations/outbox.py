"""From effects to queue messages, collected over a batch and sent in few calls.

Everything is rebuilt from a stored record, so that a replay sends the same under the same ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.deliveries.compose_delivery import DeliveryComposer, Send
from surgeline.application.deliveries.delays import delay
from surgeline.application.pools.accept_offer import decline_offer
from surgeline.application.pools.capacity import Capacity
from surgeline.application.pools.seats import cap_day, has_room
from surgeline.application.ports.answering import Suggestion
from surgeline.application.ports.board import PoolBoard, SeatClaim
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import Delivery, DeliveryLog
from surgeline.application.ports.offers import Offer, Offers
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.application.ports.waitlist import Waiting, Waitlist
from surgeline.domain.effects import (
    CloseOffer,
    FreeSeat,
    JoinWaitlist,
    LeaveWaitlist,
    NotifyPool,
    OfferToPool,
    SendText,
    StartTimer,
    WakeWaitlist,
)
from surgeline.domain.events import Event, OfferDeclined, SeatFreed, TimerFired
from surgeline.domain.ids import derived_id
from surgeline.domain.thread import Thread

NO_ROOM = "no seat was free"


@dataclass(frozen=True, slots=True)
class Wire:
    """How deliveries and events are written for the queues; given by the adapters."""

    delivery: Callable[[Delivery], str]
    event: Callable[[Event], str]


class Outbox:
    """Carries out the effects of committed records: offers at once, sends at `flush`."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        log: DeliveryLog,
        offers: Offers,
        board: PoolBoard,
        waitlist: Waitlist,
        deliveries: Queue,
        timers: Queue,
        events: Queue,
        configuration: ConfigurationShelf,
        wire: Wire,
        clock: Clock,
        suggestions: Callable[[str, Sequence[str]], list[Suggestion]],
    ) -> None:
        self._composer = DeliveryComposer(store, configuration, suggestions)
        self._log = log
        self._offers = offers
        self._board = board
        self._waitlist = waitlist
        self._configuration = configuration
        self._capacity = Capacity(board, waitlist, configuration)
        self._events = events
        self._deliveries = deliveries
        self._timers = timers
        self._wire = wire
        self._clock = clock
        self._again = False
        self._to_deliver: list[Outgoing] = []
        self._to_time: list[Outgoing] = []
        self._to_tell: list[Outgoing] = []
        self._carry_out: dict[type, Callable[[Thread, Record, Any], None]] = {
            StartTimer: self._time,
            CloseOffer: self._close_offer,
            SendText: self._send,
            NotifyPool: self._send,
            OfferToPool: self._offer,
            FreeSeat: self._free_seat,
            JoinWaitlist: self._join_waitlist,
            LeaveWaitlist: self._leave_waitlist,
            WakeWaitlist: self._wake_waitlist,
        }

    def add(self, thread: Thread, record: Record, *, again: bool = False) -> None:
        """Take in a committed record's effects; offers are kept before anybody can accept them.

        `again`: as far as that was not done before. What was tried once is in the queue's hands or
        over; a provider's late redelivery does not show it to the customer a second time.
        """
        self._again = again
        for effect in record.effects:
            self._carry_out[type(effect)](thread, record, effect)
        self._compare_capacity(record)

    def forget(self) -> None:
        """Drop what an earlier batch left behind when it failed; its redelivery rebuilds it."""
        self._to_deliver, self._to_time, self._to_tell = [], [], []

    def flush(self) -> None:
        """Send what was collected. On an error everything stays to be rebuilt by redelivery."""
        deliveries, timers, events = self._to_deliver, self._to_time, self._to_tell
        self.forget()
        if deliveries:
            self._deliveries.send(deliveries)
        if timers:
            self._timers.send(timers)
        if events:
            self._events.send(events)

    def _deliver(self, delivery: Delivery) -> None:
        if self._again and self._log.attempts(delivery.place):
            return
        body = self._wire.delivery(delivery)
        self._to_deliver.append(Outgoing(body, group=delivery.group, dedup_id=delivery.id))

    def _tell(self, event: Event) -> None:
        body = self._wire.event(event)
        self._to_tell.append(Outgoing(body, group=event.thread_id, dedup_id=event.id))

    def _send(self, thread: Thread, record: Record, effect: Send) -> None:
        self._deliver(self._composer.compose(thread, record, effect))

    def _close_offer(self, thread: Thread, record: Record, effect: CloseOffer) -> None:
        del thread, record
        try:
            self._offers.close(effect.offer_id, effect.status)
        except Absent:
            return  # the event that made it is still among the dead letters

    def _time(self, thread: Thread, record: Record, effect: StartTimer) -> None:
        del record
        fired = TimerFired(
            id=effect.id,
            thread_id=thread.id,
            at=effect.due_at,
            kind=effect.kind,
            conversation_id=effect.conversation_id,
            subject=effect.subject,
            epoch=effect.epoch,
            due_at=effect.due_at,
        )
        # From now, not from the record: a crash between the two must not put the deadline off.
        wait = delay(effect.due_at, self._clock.now())
        self._to_time.append(Outgoing(self._wire.event(fired), delay_seconds=wait))

    def _offer(self, thread: Thread, record: Record, effect: OfferToPool) -> None:
        """Keep the offer, take its seat, send it; without a seat it ends before the pool hears."""
        self._offers.create(
            Offer(
                offer_id=effect.offer_id,
                conversation_id=effect.conversation_id,
                pool_id=effect.pool_id,
                epoch=effect.epoch,
                expires_at=effect.expires_at,
            )
        )
        if effect.seated and not self._has_seat(record, effect):
            return
        self._send(thread, record, effect)

    # ------------------------------------------------------------ seats

    def _has_seat(self, record: Record, effect: OfferToPool) -> bool:
        """Claim the offer's seat; if there is none, the offer is over and the thread looks on."""
        pool = self._configuration.pool(effect.pool_id)
        claimed = self._board.claim(
            SeatClaim(
                effect.offer_id,
                effect.pool_id,
                day=cap_day(pool, record.at),
                at=record.at,
                limit=effect.limit,
                daily_limit=effect.daily_limit,
            )
        )
        if not claimed:
            try:
                decline_offer(
                    self._offers,
                    self._tell_no_room,
                    offer_id=effect.offer_id,
                    pool_id=effect.pool_id,
                    now=record.at,
                    reason=NO_ROOM,
                )
            except OfferClosed:
                return False  # a repeat of an offer that has ended since; its seat is given back
        return claimed

    def _tell_no_room(self, event: Event) -> None:
        self._tell(replace(event, no_room=True) if isinstance(event, OfferDeclined) else event)

    def _free_seat(self, thread: Thread, record: Record, effect: FreeSeat) -> None:
        del thread
        self._board.release(effect.offer_id, effect.pool_id, used=effect.used, at=record.at)
        # Whoever crashed here before has released it and woken nobody: so wake in any case.
        self._wake(effect.id, effect.pool_id, record.at)

    def _wake_waitlist(self, thread: Thread, record: Record, effect: WakeWaitlist) -> None:
        del thread
        self._wake(effect.id, effect.pool_id, record.at)

    def _wake(self, effect_id: str, pool_id: str, at: int) -> None:
        """Let the first who waits for this pool look again."""
        for first in self._waitlist.first(pool_id):
            self._tell(
                SeatFreed(
                    id=derived_id("e", effect_id, f"freed/{pool_id}/{first.conversation_id}"),
                    thread_id=first.thread_id,
                    at=at,
                    conversation_id=first.conversation_id,
                    pool_id=pool_id,
                    priority=first.priority,
                    since=first.since,
                )
            )

    def _join_waitlist(self, thread: Thread, record: Record, effect: JoinWaitlist) -> None:
        self._waitlist.join(_waiting(thread, effect), effect.pools)
        # A seat that was freed after the facts were read, and before this, woke nobody.
        for pool_id in effect.pools:
            pool = self._configuration.pool(pool_id)
            load = self._board.loads({pool_id: cap_day(pool, record.at)})[pool_id]
            if pool and has_room(pool, load, record.at):
                self._wake(effect.id, pool_id, record.at)

    def _leave_waitlist(self, thread: Thread, record: Record, effect: LeaveWaitlist) -> None:
        del record
        self._waitlist.leave(_waiting(thread, effect), effect.pools)

    def _compare_capacity(self, record: Record) -> None:
        """Compare what is wanted with what is there, once all other effects are carried out."""
        for effect in record.effects:
            if isinstance(effect, JoinWaitlist):
                told = self._capacity.short(effect.pools, by=effect.id, at=record.at)
            elif isinstance(effect, LeaveWaitlist | FreeSeat):
                told = self._capacity.spare(by=effect.id, at=record.at)
            else:
                continue
            for delivery in told:
                self._deliver(delivery)


def _waiting(thread: Thread, effect: JoinWaitlist | LeaveWaitlist) -> Waiting:
    return Waiting(thread.id, effect.conversation_id, effect.priority, effect.since)
