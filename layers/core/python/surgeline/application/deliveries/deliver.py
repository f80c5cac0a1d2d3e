"""One outbound send is judged once more, sent and noted here, and a later try is arranged.

The guards may drop the delivery or put it off. A target sends it. The schedules are in `retries`,
and a queue does the waiting.
"""

from collections.abc import Callable
from dataclasses import replace

from surgeline.application.deliveries.customer_data import LookUps
from surgeline.application.deliveries.delays import delay
from surgeline.application.deliveries.guards.breaker import RESTS, Breakers, jitter, spread
from surgeline.application.deliveries.guards.concurrency import Concurrency
from surgeline.application.deliveries.guards.ownership import reason_to_drop
from surgeline.application.deliveries.media_answers import MediaAnswers, is_unwanted
from surgeline.application.deliveries.offer_answers import ANSWERED, OfferAnswers
from surgeline.application.deliveries.profile_answers import ProfileAnswers
from surgeline.application.deliveries.retries import (
    heeded_seconds,
    is_end_notice,
    may_fail,
    retries_of,
)
from surgeline.application.deliveries.targets import Targets
from surgeline.application.deliveries.to_desks.desk_files import DESK_FILE_WANTED, DeskFiles
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import (
    Attempt,
    Delivery,
    DeliveryEnd,
    DeliveryLog,
    LoneRetry,
    Tried,
    outcome_of,
)
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.application.ports.targets import (
    Accepted,
    Declined,
    Delivered,
    Fetched,
    Profiled,
    Refused,
    SendResult,
)
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import PoolUnreachable, TextUndelivered
from surgeline.domain.ids import derived_id
from surgeline.domain.rewriting import rewritten
from surgeline.errors import Unavailable

TIMEOUT_SECONDS = 10.0
TEXT = "message.created"
"""The event of a delivery that has a text for a customer."""
OFFER_TIMEOUT_SECONDS = 3.0
SHORTEST_SECONDS = 1.0
"""A send is not begun with less time than this, because it would fail for the hurry alone."""
MOST_UNRECORDED = 1_000
"""How many deliveries a process remembers that were sent while the log was unavailable."""
PATIENCE_SECONDS = 600
"""How long a delivery waits for a resting endpoint before the wait counts as an attempt."""


class TryAgain(Unavailable):
    """Raised when a later try may mend the failure."""


class GaveUp(Unavailable):
    """Raised after the last try. The message belongs among the dead letters."""


class Deliver:
    """The use case. It is safe to call from several threads for different groups."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        log: DeliveryLog,
        targets: Targets,
        offers: OfferAnswers,
        events: ThreadEvents,
        timers: Queue,
        encode_delivery: Callable[[Delivery], str],
        board: PoolBoard,
        clock: Clock,
        alarm: Callable[..., None],
    ) -> None:
        self._store = store
        self._log = log
        self._targets = targets
        self._offers = offers
        self._media, self._profiles = MediaAnswers(events, clock), ProfileAnswers(events, clock)
        self._events = events
        self._timers = timers
        self._encode_delivery = encode_delivery
        self._board = board
        self._clock = clock
        self._alarm = alarm
        self._look_ups = LookUps(events, clock)
        self._desk_files = DeskFiles(events, timers, encode_delivery, clock)
        self._breakers = Breakers()
        self._concurrency = Concurrency(clock)
        self._unrecorded: dict[str, Delivered] = {}

    def __call__(
        self, delivery: Delivery, *, first: bool, remaining_seconds: float = TIMEOUT_SECONDS
    ) -> DeliveryEnd | None:
        """Try to send, and return the delivery's end.

        None means that another message goes on with it.

        `first` says that the queue never handed this message out before. `remaining_seconds` bounds
        the send. Raises TryAgain (with the seconds to wait) or GaveUp.
        """
        before = delivery.later.tries if delivery.later else 0
        last = None if first and not before else self._log.last(delivery.place)
        if first and before and (last is None or last.number != before):
            return None  # a worker that died in between has sent it to the timers twice
        number = before + 1 if first else (last.number if last else 0) + 1
        delivery = rewritten(delivery, tried=last.tried if last else Tried(unknown=not first))
        if sent := self._unrecorded.pop(delivery.id, None):
            return self._delivered(delivery, number, sent)
        if reason := self._reason_to_drop(delivery):
            end: DeliveryEnd = "delivered" if reason in ANSWERED else "expired"
            dropped = Refused(outcome=reason, attempted=False)
            self._look_ups.ended(delivery, dropped)
            self._desk_files.failed(delivery, reason)
            return self._end(delivery, number, end, dropped)
        self._wait_for_others(delivery, number)
        result = self._send(delivery, remaining_seconds)
        if isinstance(result, Refused):
            return self._failed(delivery, number, result)
        if isinstance(result, Fetched) and (reason := self._reason_to_drop(delivery)):
            result.forget()  # its thread or message was forgotten while it was on its way
            self._desk_files.failed(delivery, reason)
            return self._end(delivery, number, "expired", Refused(outcome=reason))
        self._heed_answer(delivery, result)
        return self._delivered(delivery, number, result)

    def _reason_to_drop(self, delivery: Delivery) -> str | None:
        """Return why the delivery must not be sent any more, or None."""
        if delivery.expires_at is not None and self._clock.now() >= delivery.expires_at:
            return "deadline"
        if status := self._offers.answered(delivery):
            return status
        if reason := reason_to_drop(self._store.thread(delivery.thread_id), delivery):
            return reason
        return "deleted" if is_unwanted(self._store, delivery) else None

    # ------------------------------------------------------------ sending

    def _wait_for_others(self, delivery: Delivery, number: int) -> None:
        """Raise TryAgain if too many other deliveries are tried again. The wait is no attempt."""
        now = self._clock.now()
        if number > 1 and self._breakers.crowded(delivery.place.target, now):
            wait = 1 + spread(delivery.id, number, now)
            if delivery.expires_at is not None:
                wait = 1
            raise TryAgain("others try again", retry_after_seconds=wait)

    def _send(self, delivery: Delivery, remaining_seconds: float) -> SendResult:
        """Send past the guards of the endpoint. Only attempted sends count for its breaker."""
        timeout = self._timeout(delivery, remaining_seconds)
        target, endpoint = self._targets.find(delivery), delivery.place.target
        if wait := self._breakers.wait_seconds(endpoint, self._clock.now()):
            return self._rest(delivery, wait)
        try:
            result = self._concurrency.send(
                endpoint, lambda: target.send(delivery, timeout_seconds=timeout)
            )
        except Exception:
            self._breakers.give_back(endpoint)
            raise
        if isinstance(result, Refused) and not result.attempted:
            self._breakers.give_back(endpoint)
        else:
            unhealthy = isinstance(result, Refused) and result.unhealthy
            self._breakers.record(endpoint, self._clock.now(), failed=unhealthy)
        return result

    def _timeout(self, delivery: Delivery, remaining_seconds: float) -> float:
        """Return how long the send may take. Raises TryAgain if too little time is left."""
        if remaining_seconds < SHORTEST_SECONDS:
            raise TryAgain("no time is left for a send", retry_after_seconds=1)
        timeout = min(TIMEOUT_SECONDS, remaining_seconds)
        if delivery.expires_at is None:
            return timeout
        left = (delivery.expires_at - self._clock.now()) / 1000
        return max(0.1, min(timeout, OFFER_TIMEOUT_SECONDS, left))

    def _rest(self, delivery: Delivery, wait_seconds: int) -> Refused:
        """Return the failure of a delivery whose endpoint rests after too many failures.

        An offer goes to another pool at once. For any other delivery this raises TryAgain, which is
        no attempt, as long as the delivery is young. An end notice has a day.
        """
        now = self._clock.now()
        wait = wait_seconds + spread(delivery.id, 0, now)
        young = now - delivery.at < PATIENCE_SECONDS * 1000
        if delivery.expires_at is None and young and not is_end_notice(delivery.event):
            raise TryAgain(RESTS, retry_after_seconds=wait)
        return Refused(
            outcome=RESTS,
            wait_seconds=wait,
            final=delivery.expires_at is not None,
            attempted=False,
        )

    def _heed_answer(self, delivery: Delivery, result: Delivered) -> None:
        self._look_ups.ended(delivery, result)
        if isinstance(result, Accepted):
            self._offers.accept(delivery, result.agent)
        elif isinstance(result, Declined):
            self._offers.decline(delivery, result)
        elif isinstance(result, Fetched):
            of_desk = delivery.event == DESK_FILE_WANTED
            (self._desk_files if of_desk else self._media).kept(delivery, result)
        elif isinstance(result, Profiled):
            self._profiles.record_profile(delivery, result)

    # ------------------------------------------------------------ failing

    def _failed(self, delivery: Delivery, number: int, refused: Refused) -> DeliveryEnd | None:
        if refused.gone:
            self._close_pool(delivery, refused)
        retries = retries_of(delivery)
        if refused.final or number > len(retries):
            return self._gave_up(delivery, number, refused)
        self._record(delivery, number, refused, None)
        asked = min(refused.wait_seconds or 0, heeded_seconds(delivery.event))
        wait = max(retries[number - 1], asked)
        if delivery.expires_at is None:
            wait += jitter(f"{delivery.id}/{number}", wait // 2)
        else:
            left = max(0, delivery.expires_at - self._clock.now()) // 1000
            if wait > left:
                return self._gave_up(delivery, number, refused)
        if is_end_notice(delivery.event):
            self._try_alone(delivery, number, wait)
            return None
        raise TryAgain(refused.outcome, retry_after_seconds=wait)

    def _close_pool(self, delivery: Delivery, refused: Refused) -> None:
        """Disable a pool whose endpoint is gone, until somebody sets it up anew."""
        if delivery.target == "pool":
            self._board.disable(delivery.target_id, f"its endpoint is gone ({refused.outcome})")
            self._alarm("endpoint_disabled", pool_id=delivery.target_id, status=refused.status)

    def _try_alone(self, delivery: Delivery, number: int, wait_seconds: int) -> None:
        """Take the delivery out of its group, so that nothing waits behind the delivery."""
        now = self._clock.now()
        due_at = now + wait_seconds * 1000
        alone = replace(delivery, later=LoneRetry(number, due_at), tried=None)
        wait = delay(due_at, now)
        self._timers.send([Outgoing(self._encode_delivery(alone), delay_seconds=wait)])

    def _gave_up(self, delivery: Delivery, number: int, refused: Refused) -> DeliveryEnd:
        """Record the last failure and tell the thread.

        Raises GaveUp for a delivery that may be redriven.
        """
        self._look_ups.ended(delivery, refused)
        if self._offers.is_offer(delivery):
            self._offers.decline(delivery, Declined(reason=refused.outcome))
        elif delivery.target == "pool" and delivery.event == "conversation.message":
            self._events.emit(self._unreachable(delivery, refused.outcome))
        elif delivery.event == "capacity.requested":
            # The pool never heard of this request, so the next waiting conversation asks again.
            self._board.want(delivery.target_id, seats=0, by=delivery.id)
        elif delivery.event == TEXT and refused.final and delivery.seq:
            self._events.emit(self._undelivered(delivery, delivery.seq, refused.outcome))
        self._media.failed(delivery, refused.outcome)
        self._desk_files.failed(delivery, refused.outcome)
        self._record(delivery, number, refused, "failed")
        kept = delivery.target != "pool" or is_end_notice(delivery.event)
        if kept and not refused.final and not may_fail(delivery):
            raise GaveUp(refused.outcome)
        return "failed"

    def _undelivered(self, delivery: Delivery, seq: int, reason: str) -> TextUndelivered:
        return TextUndelivered(
            id=derived_id("e", delivery.id, "undelivered"),
            thread_id=delivery.thread_id,
            at=self._clock.now(),
            conversation_id=delivery.conversation_id,
            text_seq=seq,
            reason=reason,
            by_person=delivery.speaker not in ("bot", "system"),
        )

    def _unreachable(self, delivery: Delivery, reason: str) -> PoolUnreachable:
        return PoolUnreachable(
            id=derived_id("e", delivery.id, "unreachable"),
            thread_id=delivery.thread_id,
            at=self._clock.now(),
            conversation_id=delivery.conversation_id,
            pool_id=delivery.target_id,
            epoch=delivery.epoch,
            reason=reason,
        )

    # ------------------------------------------------------------ the log

    def _record(
        self, delivery: Delivery, number: int, result: SendResult, end: DeliveryEnd | None
    ) -> None:
        attempt = Attempt(
            number=number,
            at=self._clock.now(),
            outcome=_outcome_of(delivery, result),
            status=result.status,
            milliseconds=result.milliseconds,
        )
        self._log.record_attempt(delivery, attempt, end)

    def _delivered(self, delivery: Delivery, number: int, result: Delivered) -> DeliveryEnd:
        """Record the end.

        If the log refuses that, the message comes again, and is then not sent again.
        """
        try:
            return self._end(delivery, number, "delivered", result)
        except Unavailable:
            if len(self._unrecorded) < MOST_UNRECORDED:
                self._unrecorded[delivery.id] = result
            raise

    def _end(
        self, delivery: Delivery, number: int, end: DeliveryEnd, result: SendResult
    ) -> DeliveryEnd:
        self._record(delivery, number, result, end)
        return end


def _outcome_of(delivery: Delivery, result: SendResult) -> str:
    """Return the outcome for the log. A try that sent nothing came as far as the one before."""
    if not isinstance(result, Refused):
        return "ok"
    tried = result.tried
    if not result.attempted and tried == Tried():
        tried = delivery.tried or tried
    return outcome_of(result.outcome, tried)
