"""Seats are given back here, and waiting conversations keep their places and are woken."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar

from surgeline.application.configuration import PoolSettings
from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.pools.capacity import Capacity
from surgeline.application.pools.first_waiting import first_waiting
from surgeline.application.pools.seats import (
    cap_day,
    closed_now,
    has_room,
    loads_now,
    seat_freed,
    spend_of,
)
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.waitlist import Waiting
from surgeline.domain.effects import (
    FreeSeat,
    JoinWaitlist,
    LeaveWaitlist,
    NoteWait,
    WakeWaitlist,
)
from surgeline.domain.estimates.pace import WaitEnded
from surgeline.domain.ids import derived_id
from surgeline.domain.surge.state import keeps_others_away, valid_at
from surgeline.domain.thread import Thread

PACE_TRIES = 4


class SeatCarrier(Carrier):
    """Carries out FreeSeat and the effects of the waitlist, and then compares seats with demand."""

    def __init__(self, means: Means, post: Post) -> None:
        self._board = means.board
        self._waitlist = means.waitlist
        self._configuration = means.configuration
        self._overrides = means.overrides
        self._capacity = Capacity(means.board, means.waitlist, means.configuration, self._is_led)
        self._post = post

    def _is_led(self, pool_id: str, at: int) -> bool:
        policy = self._configuration.current().surge
        if policy.led(pool_id) is None:
            return False
        words = (page.document for page in self._overrides.all())
        return keeps_others_away(policy, valid_at(words, at), pool_id)

    def free(self, thread: Thread, record: Record, effect: FreeSeat) -> None:
        """Give the seat back, and wake the conversation that waits for it.

        What an unused seat costs is given back too, so that others may be paid for now.
        """
        del thread
        self._board.release(
            effect.offer_id,
            effect.pool_id,
            used=effect.used,
            at=record.at,
            handled_seconds=effect.handled_seconds,
        )
        # A run that crashed here has released the seat and woken nobody, so wake in any case.
        self._wake(effect.id, effect.pool_id, record.at)
        configuration = self._configuration.current()
        freed = configuration.pool(effect.pool_id)
        if not effect.used and spend_of(configuration, freed, record.at):
            others = (each for each in configuration.pools if each != freed)
            charged = [each for each in others if spend_of(configuration, each, record.at)]
            self._wake_free(effect.id, charged, record.at)

    def wake(self, thread: Thread, record: Record, effect: WakeWaitlist) -> None:
        """Let the first conversation that waits for the pool look again."""
        del thread
        self._wake(effect.id, effect.pool_id, record.at)

    def join(self, thread: Thread, record: Record, effect: JoinWaitlist) -> None:
        """Keep the place, and look whether a seat is free by now."""
        self._waitlist.join(replace(_waiting(thread, effect), until=effect.until), effect.pools)
        if effect.renews:
            return  # whoever freed a seat meanwhile found the place
        # A seat that was freed after the facts were read, and before this, woke nobody.
        pools = [self._configuration.pool(pool_id) for pool_id in effect.pools]
        self._wake_free(effect.id, [pool for pool in pools if pool], record.at)

    def leave(self, thread: Thread, record: Record, effect: LeaveWaitlist) -> None:
        """Give up the conversation's place."""
        del record
        self._waitlist.leave(_waiting(thread, effect), effect.pools)

    def record_wait(self, thread: Thread, record: Record, effect: NoteWait) -> None:
        """Change the pool's pace by a wait that ended.

        Others may change it at the same time. After some tries the wait is left out, because no
        estimate hangs on one wait.
        """
        del thread
        wait = WaitEnded(
            waited_seconds=effect.waited_seconds,
            came=effect.came,
            kept=effect.kept,
            missed=effect.missed,
        )
        pool = self._configuration.pool(effect.pool_id)
        for _ in range(PACE_TRIES):
            load = self._board.loads({effect.pool_id: cap_day(pool, record.at)})[effect.pool_id]
            pace = load.pace.counted(load.handled, load.handled_seconds).after(wait, effect.id)
            is_done = pace.changes == load.pace.changes
            if is_done or self._board.keep_pace(effect.pool_id, pace):
                return

    def ask_for_seats(self, thread: Thread, record: Record, effect: JoinWaitlist) -> None:
        """Ask elastic pools for as many seats as are needed now."""
        del thread
        self._deliver(self._capacity.short(effect.pools, by=effect.id, at=record.at))

    def let_seats_go(
        self, thread: Thread, record: Record, effect: LeaveWaitlist | FreeSeat
    ) -> None:
        """Release seats that nobody needs any more."""
        del thread
        self._deliver(self._capacity.spare(by=effect.id, at=record.at))

    def _deliver(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self._post.deliver(delivery)

    def _wake_free(self, effect_id: str, pools: Iterable[PoolSettings], at: int) -> None:
        """Wake the first conversation of each of the pools that could take one now."""
        for pool in pools:
            [load] = loads_now(self._board, self._configuration.current(), [pool], at).values()
            if has_room(pool, load, at) and not closed_now(pool, load, at):
                self._wake(effect_id, pool.id, at)

    def _wake(self, effect_id: str, pool_id: str, at: int) -> None:
        policy = self._configuration.current().routing
        first = first_waiting(self._waitlist, policy, pool_id, now=at)
        if first is not None:
            event_id = derived_id("e", effect_id, f"freed/{pool_id}/{first.conversation_id}")
            self._post.tell(seat_freed(first, pool_id, event_id=event_id, at=at))

    CARRIES: ClassVar[Mapping[type, Carry]] = {
        FreeSeat: free,
        JoinWaitlist: join,
        LeaveWaitlist: leave,
        NoteWait: record_wait,
        WakeWaitlist: wake,
    }
    AFTERWARDS: ClassVar[Mapping[type, Carry]] = {
        FreeSeat: let_seats_go,
        JoinWaitlist: ask_for_seats,
        LeaveWaitlist: let_seats_go,
    }


def _waiting(thread: Thread, effect: JoinWaitlist | LeaveWaitlist) -> Waiting:
    return Waiting(thread.id, effect.conversation_id, effect.priority, effect.since)
