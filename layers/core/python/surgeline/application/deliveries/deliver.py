"""One outbound send: judge it once more, send it, and say what follows from how it went.

Retries are data (`retries`) and time in a queue; the owner is checked once more (`fences`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.deliveries.delays import delay
from surgeline.application.deliveries.endpoints import Endpoints, spread
from surgeline.application.deliveries.envelope import envelope
from surgeline.application.deliveries.fences import why_not
from surgeline.application.deliveries.retries import heeded_seconds, is_fact, retries_of
from surgeline.application.pools.accept_offer import accept_offer, decline_offer
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import (
    Attempt,
    Delivery,
    DeliveryEnd,
    DeliveryLog,
    LaterTry,
    Reply,
    SendFailed,
    Webhooks,
)
from surgeline.application.ports.offers import Offer, Offers
from surgeline.application.ports.queues import Outgoing, Queue
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.application.ports.sockets import Sockets
from surgeline.domain.endpoint_health import jitter
from surgeline.domain.events import Event, PoolUnreachable
from surgeline.domain.ids import derived_id
from surgeline.errors import Unavailable

TIMEOUT_SECONDS = 10.0
OFFER_TIMEOUT_SECONDS = 3.0
GONE, THROTTLED, SERVER_ERRORS = 410, 429, 500
OFFERED = "handoff.offered"
ANSWERED = ("accepted", "declined")
"""How an offer stands that its pool must have had."""
PATIENCE_SECONDS = 600
"""How long a delivery waits for an endpoint that rests, before that counts as an attempt."""


class TryAgain(Unavailable):
    """The send failed in a way that a later try may mend."""


class GaveUp(Unavailable):
    """The last try failed: the message belongs among the dead letters."""


@dataclass(frozen=True, slots=True)
class _Success:
    status: int | None
    milliseconds: int
    outcome: str = "ok"


@dataclass(frozen=True, slots=True)
class _Failure:
    outcome: str
    status: int | None
    milliseconds: int
    wait_seconds: int | None = None
    final: bool = False


class Deliver:
    """The use case; safe to call from several threads for different groups."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        offers: Offers,
        log: DeliveryLog,
        webhooks: Webhooks,
        sockets: Sockets,
        events: Queue,
        timers: Queue,
        encode_event: Callable[[Event], str],
        encode_delivery: Callable[[Delivery], str],
        configuration: ConfigurationShelf,
        board: PoolBoard,
        clock: Clock,
        alarm: Callable[..., None],
    ) -> None:
        self._board = board
        self._alarm = alarm
        self._endpoints = Endpoints()
        self._store = store
        self._offers = offers
        self._log = log
        self._webhooks = webhooks
        self._sockets = sockets
        self._events = events
        self._timers = timers
        self._encode_event = encode_event
        self._encode_delivery = encode_delivery
        self._configuration = configuration
        self._clock = clock

    def __call__(self, delivery: Delivery, *, first: bool) -> DeliveryEnd | None:
        """Try to send; `first` says that the queue never handed this message out before.

        None: another message goes on with it. Raises TryAgain (with the seconds to wait) or GaveUp.
        """
        before = delivery.later.tries if delivery.later else 0
        number = before + 1 if first else self._log.attempts(delivery.place) + 1
        if first and before and self._log.attempts(delivery.place) != before:
            return None  # sent to the timers twice, by a worker that died in between
        if reason := self._why_not(delivery):
            end: DeliveryEnd = "delivered" if reason in ANSWERED else "expired"
            return self._end(delivery, number, end, _Failure(reason, None, 0))
        self._mind_the_endpoint(delivery, number)
        outcome = self._send(delivery)
        if isinstance(outcome, _Failure):
            return self._failed(delivery, number, outcome)
        return self._end(delivery, number, "delivered", outcome)

    def _why_not(self, delivery: Delivery) -> str | None:
        """Why it is not sent any more."""
        if delivery.expires_at is not None and self._clock.now() >= delivery.expires_at:
            return "deadline"
        if delivery.offer_id is not None and delivery.event == OFFERED:
            offer = self._offers.read(delivery.offer_id)
            if offer and offer.status != "open":
                self._tell_again(delivery, offer)
                return offer.status
        return why_not(self._store.thread(delivery.thread_id), delivery)

    def _tell_again(self, delivery: Delivery, offer: Offer) -> None:
        """The pool has answered, here or by callback; who took that in may have told nobody."""
        if offer.status == "accepted":
            self._accept(delivery, offer.agent)
        elif offer.status == "declined":
            self._decline(delivery, "declined")

    # ------------------------------------------------------------ the endpoint

    def _mind_the_endpoint(self, delivery: Delivery, number: int) -> None:
        """Wait where too many others try again. Raises TryAgain; that is no attempt."""
        now = self._clock.now()
        if number > 1 and self._endpoints.crowded(_endpoint(delivery), now):
            wait = 1 + spread(delivery.id, number, now)
            if delivery.expires_at is not None:
                wait = 1
            raise TryAgain("others try again", retry_after_seconds=wait)

    def _hold(self, delivery: Delivery, wait_seconds: int) -> _Failure:
        """The endpoint fails too often: an offer goes elsewhere at once, all else waits its time.

        Raises TryAgain, which is no attempt, as long as the delivery is young; a fact has a day.
        """
        now = self._clock.now()
        wait = wait_seconds + spread(delivery.id, 0, now)
        young = now - delivery.at < PATIENCE_SECONDS * 1000
        if delivery.expires_at is None and young and not is_fact(delivery.event):
            raise TryAgain("the endpoint rests", retry_after_seconds=wait)
        final = delivery.expires_at is not None
        return _Failure("the endpoint rests", None, 0, wait_seconds=wait, final=final)

    def _gone(self, delivery: Delivery) -> None:
        """410: the pool is asked nothing any more until somebody sets it up anew."""
        if delivery.target == "pool":
            self._board.disable(delivery.target_id, "its endpoint answered 410 Gone")
            self._alarm("endpoint_disabled", pool_id=delivery.target_id, status=GONE)

    # ------------------------------------------------------------ sending

    def _send(self, delivery: Delivery) -> _Success | _Failure:
        if delivery.target == "pool":
            pool = self._configuration.pool(delivery.target_id)
            if pool is None:
                return _Failure("unknown pool", None, 0, final=True)
            return self._post(delivery, pool.url, f"pools/{pool.id}")
        channel = self._configuration.channel(delivery.target_id)
        if channel is None:
            return _Failure("unknown channel", None, 0, final=True)
        if channel.kind == "web":
            self._sockets.push(delivery.thread_id, {"type": "seq", "seq": delivery.seq})
            return _Success(None, 0)
        if channel.reply_url is None:
            return _Failure("no reply_url", None, 0, final=True)
        return self._post(delivery, channel.reply_url, f"channels/{channel.id}")

    def _post(self, delivery: Delivery, url: str, secret: str) -> _Success | _Failure:
        endpoint = _endpoint(delivery)
        wait = self._endpoints.broken(endpoint, self._clock.now())
        if wait:
            return self._hold(delivery, wait)
        timeout = TIMEOUT_SECONDS
        if delivery.expires_at is not None:
            left = (delivery.expires_at - self._clock.now()) / 1000
            timeout = max(0.1, min(OFFER_TIMEOUT_SECONDS, left))
        try:
            reply = self._webhooks.post(
                url,
                secret=secret,
                webhook_id=delivery.id,
                body=envelope(delivery),
                timeout_seconds=timeout,
            )
        except SendFailed as error:
            self._endpoints.note(endpoint, self._clock.now(), failed=True)
            return _Failure(error.reason, None, error.milliseconds)
        failed = reply.status >= SERVER_ERRORS or reply.status == THROTTLED
        self._endpoints.note(endpoint, self._clock.now(), failed=failed)
        return self._judge(delivery, reply)

    def _judge(self, delivery: Delivery, reply: Reply) -> _Success | _Failure:
        if 200 <= reply.status < 300:  # noqa: PLR2004 # what Standard Webhooks calls success
            if delivery.event == OFFERED:
                self._read_offer_answer(delivery, reply.body)
            return _Success(reply.status, reply.milliseconds)
        if reply.status == GONE:
            self._gone(delivery)
        return _Failure(
            f"status {reply.status}",
            reply.status,
            reply.milliseconds,
            wait_seconds=reply.retry_after_seconds,
            final=reply.status == GONE,
        )

    def _read_offer_answer(self, delivery: Delivery, body: bytes) -> None:
        """A pool may accept or decline in its answer; whatever else it says is just a receipt."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):  # no JSON, or nested without end
            return
        if not isinstance(said, dict) or delivery.offer_id is None:
            return
        name = said["agent"].get("name") if isinstance(said.get("agent"), dict) else None
        agent = name[:100] if isinstance(name, str) else None
        if said.get("accepted") is True:
            self._accept(delivery, agent)
        elif said.get("accepted") is False:
            self._decline(delivery, str(said.get("reason", "declined"))[:100])

    # ------------------------------------------------------------ failing

    def _failed(self, delivery: Delivery, number: int, failure: _Failure) -> DeliveryEnd | None:
        retries = retries_of(delivery)
        if failure.final or number > len(retries):
            return self._gave_up(delivery, number, failure)
        self._note(delivery, number, failure, None)
        asked = min(failure.wait_seconds or 0, heeded_seconds(delivery.event))
        wait = max(retries[number - 1], asked)
        if delivery.expires_at is None:
            wait += jitter(f"{delivery.id}/{number}", wait // 2)
        else:
            left = max(0, delivery.expires_at - self._clock.now()) // 1000
            if wait > left:
                return self._gave_up(delivery, number, failure)
        if is_fact(delivery.event):
            self._try_later(delivery, number, wait)
            return None
        raise TryAgain(failure.outcome, retry_after_seconds=wait)

    def _try_later(self, delivery: Delivery, number: int, wait_seconds: int) -> None:
        """Leave the group, so that nothing waits behind it; it comes back in one of its own."""
        now = self._clock.now()
        due_at = now + wait_seconds * 1000
        later = replace(delivery, later=LaterTry(number, due_at))
        wait = delay(due_at, now)
        self._timers.send([Outgoing(self._encode_delivery(later), delay_seconds=wait)])

    def _gave_up(self, delivery: Delivery, number: int, failure: _Failure) -> DeliveryEnd:
        """The last failure: tell the thread; a reply or a fact becomes a dead letter."""
        if delivery.event == OFFERED:
            self._decline(delivery, failure.outcome)
        elif delivery.target == "pool" and delivery.event == "conversation.message":
            self._emit(self._unreachable(delivery, failure.outcome))
        elif delivery.event == "capacity.requested":
            # Nobody heard it: whoever waits next asks again.
            self._board.want(delivery.target_id, seats=0, by=delivery.id)
        self._note(delivery, number, failure, "failed")
        kept = delivery.target == "channel" or is_fact(delivery.event)
        if kept and not failure.final:
            raise GaveUp(failure.outcome)
        return "failed"

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

    def _accept(self, delivery: Delivery, agent: str | None) -> None:
        assert delivery.offer_id is not None
        try:
            accept_offer(
                self._offers,
                self._emit,
                offer_id=delivery.offer_id,
                pool_id=delivery.target_id,
                now=self._clock.now(),
                agent=agent,
            )
        except (OfferClosed, Absent):
            return

    def _decline(self, delivery: Delivery, reason: str) -> None:
        assert delivery.offer_id is not None
        try:
            decline_offer(
                self._offers,
                self._emit,
                offer_id=delivery.offer_id,
                pool_id=delivery.target_id,
                now=self._clock.now(),
                reason=reason,
            )
        except (OfferClosed, Absent):
            return

    def _emit(self, event: Event) -> None:
        body = self._encode_event(event)
        self._events.send([Outgoing(body, group=event.thread_id, dedup_id=event.id)])

    # ------------------------------------------------------------ keeping account

    def _note(
        self, delivery: Delivery, number: int, how: _Success | _Failure, end: DeliveryEnd | None
    ) -> None:
        attempt = Attempt(
            number=number,
            at=self._clock.now(),
            outcome=how.outcome,
            status=how.status,
            milliseconds=how.milliseconds,
        )
        self._log.note(delivery, attempt, end)

    def _end(
        self, delivery: Delivery, number: int, end: DeliveryEnd, how: _Success | _Failure
    ) -> DeliveryEnd:
        self._note(delivery, number, how, end)
        return end


def _endpoint(delivery: Delivery) -> str:
    return f"{delivery.target}:{delivery.target_id}"
