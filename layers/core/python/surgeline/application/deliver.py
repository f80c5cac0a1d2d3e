"""One outbound send: judge it once more, send it, and say what follows from how it went.

Retries are data here and time in the queue; the owner is checked again at send time.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from surgeline.application.accept_offer import accept_offer, decline_offer
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.endpoints import Endpoints, spread
from surgeline.application.envelope import envelope
from surgeline.application.ports import (
    Absent,
    Attempt,
    Clock,
    ConversationStore,
    Delivery,
    DeliveryEnd,
    DeliveryLog,
    OfferClosed,
    Offers,
    Outgoing,
    PoolBoard,
    Queue,
    Reply,
    SendFailed,
    Sockets,
    Webhooks,
)
from surgeline.domain.endpoint_health import jitter
from surgeline.domain.erasure import was_erased
from surgeline.domain.events import Event, PoolUnreachable
from surgeline.domain.ids import derived_id
from surgeline.domain.thread import Owner, Thread
from surgeline.errors import Unavailable

OFFER_RETRIES = (1, 3, 7)
"""Seconds before the next try of an offer; also bounded by its deadline."""
POOL_RETRIES = (2, 10, 60, 300)
"""Of an event of a conversation; then the pool loses the conversation."""
CHANNEL_RETRIES = (1, 2, 5, 15, 60, 60, 300, 300, 900)
"""Of a reply to a channel; then it is a dead letter, for a person to redrive.

To these, and to a pool's, up to half as much is added: what failed together is not tried together.
"""
LONGEST_WAIT_SECONDS = 900

TIMEOUT_SECONDS = 10.0
OFFER_TIMEOUT_SECONDS = 3.0
GONE, THROTTLED, SERVER_ERRORS = 410, 429, 500
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
        encode_event: Callable[[Event], str],
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
        self._encode_event = encode_event
        self._configuration = configuration
        self._clock = clock

    def __call__(self, delivery: Delivery, *, first: bool) -> DeliveryEnd:
        """Try to send; `first` says that the queue never handed it out before.

        Raises TryAgain (with the seconds to wait) or GaveUp.
        """
        number = 1 if first else self._log.attempts(delivery.place) + 1
        if delivery.expires_at is not None and self._clock.now() >= delivery.expires_at:
            return self._end(delivery, number, "expired", _Failure("deadline", None, 0))
        thread = self._store.thread(delivery.thread_id)
        if thread and was_erased(thread, delivery.conversation_id, delivery.event):
            return self._end(delivery, number, "expired", _Failure("erased", None, 0))
        if thread and not may_send(thread, delivery):
            return self._end(delivery, number, "expired", _Failure("not the owner", None, 0))
        self._mind_the_endpoint(delivery, number)
        outcome = self._send(delivery)
        if isinstance(outcome, _Failure):
            return self._failed(delivery, number, outcome)
        return self._end(delivery, number, "delivered", outcome)

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

        Raises TryAgain, which is no attempt, as long as the delivery is young.
        """
        now = self._clock.now()
        if delivery.expires_at is None and now - delivery.at < PATIENCE_SECONDS * 1000:
            wait = wait_seconds + spread(delivery.id, 0, now)
            raise TryAgain("the endpoint rests", retry_after_seconds=wait)
        return _Failure("the endpoint rests", None, 0, final=delivery.expires_at is not None)

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
            if delivery.event == "handoff.offered":
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
        try:
            if said.get("accepted") is True:
                accept_offer(
                    self._offers,
                    self._emit,
                    offer_id=delivery.offer_id,
                    pool_id=delivery.target_id,
                    now=self._clock.now(),
                    agent=agent,
                )
            elif said.get("accepted") is False:
                self._decline(delivery, str(said.get("reason", "declined"))[:100])
        except (OfferClosed, Absent):
            return

    # ------------------------------------------------------------ failing

    def _failed(self, delivery: Delivery, number: int, failure: _Failure) -> DeliveryEnd:
        retries = _retries(delivery)
        if failure.final or number > len(retries):
            return self._gave_up(delivery, number, failure)
        self._note(delivery, number, failure, None)
        wait = max(retries[number - 1], min(failure.wait_seconds or 0, LONGEST_WAIT_SECONDS))
        if delivery.expires_at is None:
            wait += jitter(f"{delivery.id}/{number}", wait // 2)
        else:
            left = max(0, delivery.expires_at - self._clock.now()) // 1000
            if wait > left:
                return self._gave_up(delivery, number, failure)
        raise TryAgain(failure.outcome, retry_after_seconds=wait)

    def _gave_up(self, delivery: Delivery, number: int, failure: _Failure) -> DeliveryEnd:
        """The last failure: tell the thread; a reply that nobody took becomes a dead letter."""
        if delivery.event == "handoff.offered":
            self._decline(delivery, failure.outcome)
        elif delivery.target == "pool" and delivery.event == "conversation.message":
            self._emit(self._unreachable(delivery, failure.outcome))
        elif delivery.event == "capacity.requested":
            # Nobody heard it: whoever waits next asks again.
            self._board.want(delivery.target_id, seats=0, by=delivery.id)
        self._note(delivery, number, failure, "failed")
        if delivery.target == "channel" and not failure.final:
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


def _retries(delivery: Delivery) -> tuple[int, ...]:
    if delivery.event == "handoff.offered":
        return OFFER_RETRIES
    return POOL_RETRIES if delivery.target == "pool" else CHANNEL_RETRIES


def _endpoint(delivery: Delivery) -> str:
    return f"{delivery.target}:{delivery.target_id}"


def may_send(thread: Thread, delivery: Delivery) -> bool:
    """Whether the thread's state still allows this send.

    To a customer: a notice always (it stands before the person's words in the same group), the
    bot's and a pool's words unless another pool owns the conversation by now; once the customer has
    left it, nothing but the word that confirms that. To a pool: a message only while it owns the
    conversation under that epoch; what ends an offer or ownership always.
    """
    conversation = thread.conversation
    if conversation is None:
        return True
    if delivery.target == "channel":
        if conversation.was_left and conversation.id == delivery.conversation_id:
            return _says_that_it_is_closed(delivery)
        if delivery.speaker == "system":
            return True
        owner = conversation.owner
        newer = conversation.epoch > delivery.epoch
        return not (newer and owner.kind == "pool" and owner.pool_id != delivery.speaker)
    if delivery.event != "conversation.message":
        return True
    owned = conversation.owner == Owner("pool", delivery.target_id)
    return owned and conversation.epoch == delivery.epoch


def _says_that_it_is_closed(delivery: Delivery) -> bool:
    stands = delivery.payload.get("conversation")
    return isinstance(stands, dict) and stands.get("state") == "closed"
