"""Intake of pools: verify, decide acceptance at once, queue the rest for the thread's writer."""

from surgeline.adapters.codec import encode_event
from surgeline.adapters.pool_protocol import (
    Accept,
    Agent,
    Decline,
    Message,
    Note,
    Report,
    Resolve,
    Return,
    Transfer,
    Typing,
    parse_pool_event,
    parse_transcript_request,
)
from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.standard_webhooks import verify
from surgeline.application.deliveries.context_package import read_transcript
from surgeline.application.pools.accept_offer import accept_offer, decline_offer
from surgeline.application.pools.receive_pool_event import (
    OwnerEvent,
    receive_pool_event,
    receive_typing,
)
from surgeline.application.pools.report_capacity import report_capacity
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.domain.events import (
    AgentWrote,
    Event,
    PoolNoted,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
    SuggestedArticle,
)
from surgeline.domain.ids import pool_event_id, thread_of
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest, Disagrees
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.http import Request, Response, http, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import PoolCallback
from surgeline.runtime.strict_json import load_object

Owned = Message | Resolve | Return | Transfer | Note


class _PoolCallback:
    """The two routes; one instance a process."""

    def __init__(self, backend: Backend, settings: PoolCallback) -> None:
        self.info, alarm = log_of("pool_callback", settings.log_level)
        self.clock = backend.clock
        self.events = backend.queue(settings.events_queue)
        self.store = backend.store()
        self.offers = backend.offers()
        self.board = backend.pool_board()
        self.waitlist = backend.waitlist()
        self.secrets = backend.secrets()
        self.sockets = backend.sockets()
        self.shelf = shelf_of(backend, alarm)

    def _verified(self, request: Request, now: int) -> tuple[str, str]:
        """The pool that signed the request, and the webhook id it gave."""
        json_only(request)
        pool_id = request.path["pool_id"]
        keys = endpoint_keys(self.secrets, f"pools/{pool_id}")
        return pool_id, verify(keys, request.headers, request.body, now_seconds=now // 1000)

    def transcript(self, request: Request) -> Response:
        """POST /v1/pools/{pool_id}/transcripts: what the offer's context had no room for."""
        pool_id, _ = self._verified(request, self.clock.now())
        asked = parse_transcript_request(load_object(request.body))
        pool = self.shelf.pool(pool_id)
        page = read_transcript(
            self.store,
            asked.conversation_id,
            pool_id,
            after_seq=asked.after_seq,
            level=pool.redaction if pool else "contact",
        )
        return Response(200, page)

    def receive(self, request: Request) -> Response:
        """POST /v1/pools/{pool_id}/events."""
        now = self.clock.now()
        pool_id, webhook_id = self._verified(request, now)
        said = parse_pool_event(load_object(request.body))
        self.info("received", pool_id=pool_id, event=type(said).__name__)
        if isinstance(said, Accept):
            return self._accept(pool_id, said, now)
        if isinstance(said, Decline):
            return self._decline(pool_id, said, now)
        if isinstance(said, Report):
            return self._report(pool_id, webhook_id, said, now)
        if isinstance(said, Typing):
            return self._typing(pool_id, said)
        if isinstance(said, Transfer) and said.to == pool_id:
            raise Disagrees("a pool can't transfer to itself", state="pool")
        if isinstance(said, Transfer) and said.to and self.shelf.pool(said.to) is None:
            raise BadRequest("data.to: there is no pool of that id", field="data.to")
        event_id = pool_event_id(ids_key(self.secrets), pool_id, webhook_id)
        receive_pool_event(self.store, self._emit, _event(said, event_id, pool_id, now))
        return Response(202, {"event_id": event_id})

    def _accept(self, pool_id: str, said: Accept, now: int) -> Response:
        try:
            offer = accept_offer(
                self.offers,
                self._emit,
                offer_id=said.offer_id,
                pool_id=pool_id,
                now=now,
                agent=_name(said.agent),
            )
        except OfferClosed as error:
            raise _too_late(error) from error
        body = {
            "accepted": True,
            "conversation_id": offer.conversation_id,
            "offer_id": offer.offer_id,
            "epoch": offer.epoch,
        }
        return Response(200, body)

    def _decline(self, pool_id: str, said: Decline, now: int) -> Response:
        try:
            decline_offer(
                self.offers,
                self._emit,
                offer_id=said.offer_id,
                pool_id=pool_id,
                now=now,
                reason=said.reason,
            )
        except OfferClosed as error:
            raise _too_late(error) from error
        return Response(202, {"declined": True, "offer_id": said.offer_id})

    def _report(self, pool_id: str, webhook_id: str, said: Report, now: int) -> Response:
        """The pool's own seats count at once, as far as the configuration lets them."""
        pool = self.shelf.pool(pool_id)
        if pool is None:
            raise Absent("no such pool")
        until = now + said.valid_seconds * 1000
        seats = report_capacity(
            self.board,
            self.waitlist,
            self._emit,
            pool,
            report_id=pool_event_id(ids_key(self.secrets), pool_id, webhook_id),
            seats=said.seats,
            until=until,
            now=now,
        )
        return Response(202, {"seats": seats, "until": rfc3339(until)})

    def _typing(self, pool_id: str, said: Typing) -> Response:
        """Shown to whoever looks at the page now, if the pool owns the conversation; never kept."""
        owns = receive_typing(
            self.store,
            self._emit,
            conversation_id=said.conversation_id,
            pool_id=pool_id,
            epoch=said.epoch,
            now=self.clock.now(),
        )
        if owns:
            typing = {"type": "typing", "agent": _name(said.agent)}
            self.sockets.push(thread_of(said.conversation_id), typing)
        return Response(202, {})

    def _emit(self, event: Event) -> None:
        message = Outgoing(encode_event(event), group=event.thread_id, dedup_id=event.id)
        self.events.send([message])


def _event(said: Owned, event_id: str, pool_id: str, now: int) -> OwnerEvent:
    place = (event_id, thread_of(said.conversation_id), now, said.conversation_id, pool_id)
    if isinstance(said, Message):
        return AgentWrote(*place, said.epoch, said.text, _name(said.agent), seq=said.seq)
    if isinstance(said, Resolve):
        article = SuggestedArticle(**said.article.model_dump()) if said.article else None
        return PoolResolved(
            *place, said.epoch, said.outcome, said.summary, seq=said.seq, article=article
        )
    if isinstance(said, Transfer):
        return PoolTransferred(*place, said.epoch, said.to, said.reason, seq=said.seq)
    if isinstance(said, Note):
        return PoolNoted(*place, said.epoch, said.text)
    return PoolReturned(*place, said.epoch, said.reason, seq=said.seq)


def _name(agent: Agent | None) -> str | None:
    return agent.name if agent else None


def _too_late(error: OfferClosed) -> Disagrees:
    """What a pool reads when an offer is over; one that ran out has timed out."""
    state = "timed_out" if error.status == "expired" else error.status
    return Disagrees(f"the offer can't be taken any more: {state}", state=state)


def build(backend: Backend, settings: PoolCallback) -> Handler:
    """The handler over a backend."""
    callback = _PoolCallback(backend, settings)
    routes = {
        "POST /v1/pools/{pool_id}/events": callback.receive,
        "POST /v1/pools/{pool_id}/transcripts": callback.transcript,
    }
    return http(routes, log=callback.info, clock=backend.clock)


handler = entry(PoolCallback, build)
