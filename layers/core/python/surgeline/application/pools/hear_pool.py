"""Pools are heard here. Each kind of thing that a pool can say has a row in one table.

An acceptance, a decline, a report, a read notice and typing take effect at once. Everything else
is queued for the writer of the thread.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from surgeline.application.configuration import PoolSettings
from surgeline.application.pools.accept_offer import accept_offer, decline_offer
from surgeline.application.pools.pool_says import (
    Accepts,
    Declines,
    Notes,
    PoolSays,
    Promises,
    ReadsNotice,
    Reports,
    Resolves,
    Returns,
    Sees,
    Transfers,
    Types,
    Writes,
)
from surgeline.application.pools.receive_pool_event import (
    OwnerEvent,
    check_ownership,
    receive_pool_event,
    receive_typing,
)
from surgeline.application.pools.report_capacity import report_capacity
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.offers import Offers
from surgeline.application.ports.refusals import OfferClosed
from surgeline.application.ports.waitlist import Waitlist
from surgeline.domain.events import (
    AgentWrote,
    Event,
    PoolNoted,
    PoolPromised,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
)
from surgeline.domain.ids import thread_of
from surgeline.domain.ownership import REFUSED
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest, Disagrees

DAY_MS = 86_400_000
FURTHEST_PROMISE_MS = 30 * DAY_MS
REPEAT_MS = 60_000
"""A promised time may be over by so much, because its event may have been tried again."""


class Pages(Protocol):
    """The pages that are open now (see ports.sockets.Sockets)."""

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Send a small JSON object to every page of the thread."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to a pool. `decided` says that nothing is left for the writer to judge."""

    answer: Mapping[str, object] = field(default_factory=dict)
    decided: bool = False


class HearPool:
    """The use case.

    `event_id(pool_id, own_id)` names the event of one thing that a pool said. `knows(pool_id)` says
    whether there is such a pool. `read_notice(reader, notice_id)` notes who has read a notice.
    """

    def __init__(
        self,
        *,
        store: ConversationStore,
        offers: Offers,
        board: PoolBoard,
        waitlist: Waitlist,
        sockets: Pages,
        emit: Callable[[Event], None],
        event_id: Callable[[str, str], str],
        knows: Callable[[str], bool],
        read_notice: Callable[[str, str], int],
        clock: Clock,
    ) -> None:
        self._store = store
        self._offers = offers
        self._board = board
        self._waitlist = waitlist
        self._sockets = sockets
        self._emit = emit
        self._event_id = event_id
        self._knows = knows
        self._read_notice = read_notice
        self._clock = clock
        self._rows: Mapping[type, Callable[[PoolSettings, str, Any], Heard]] = {
            Accepts: self._accepts,
            Declines: self._declines,
            Reports: self._reports,
            ReadsNotice: self._reads,
            Types: self._types,
            Sees: self._sees,
            Transfers: self._transfers,
            Promises: self._promises,
            **dict.fromkeys((Writes, Resolves, Returns, Notes), self._queued),
        }

    def __call__(self, pool: PoolSettings, own_id: str, said: PoolSays) -> Heard:
        """Hear one thing of a pool. `own_id` is the pool's id of it, the same for every repeat.

        Raises Absent for a conversation that is not the pool's, and Disagrees for one that comes
        too late.
        """
        return self._rows[type(said)](pool, own_id, said)

    def took(self, pool: PoolSettings, own_id: str, conversation_id: str) -> bool | None:
        """Return whether an earlier thing that a pool said took effect, or None before its end."""
        event_id = self._event_id(pool.id, own_id)
        done = self._store.load(thread_of(conversation_id), event_id).done
        return done.explanation.decision != REFUSED if done else None

    def check(self, pool: PoolSettings, conversation_id: str, epoch: int) -> None:
        """Refuse what a pool may not say now: raise Absent, TooEarly or Disagrees."""
        thread = self._store.thread(thread_of(conversation_id))
        check_ownership(thread, self._offers, conversation_id, pool.id, epoch)

    def _accepts(self, pool: PoolSettings, own_id: str, said: Accepts) -> Heard:
        del own_id
        with _in_time():
            offer = accept_offer(
                self._offers,
                self._emit,
                offer_id=said.offer_id,
                conversation_id=said.conversation_id,
                pool_id=pool.id,
                now=self._clock.now(),
                agent=said.agent,
            )
        answer = {
            "accepted": True,
            "conversation_id": offer.conversation_id,
            "offer_id": offer.offer_id,
            "epoch": offer.epoch,
        }
        return Heard(answer, decided=True)

    def _declines(self, pool: PoolSettings, own_id: str, said: Declines) -> Heard:
        del own_id
        with _in_time():
            decline_offer(
                self._offers,
                self._emit,
                offer_id=said.offer_id,
                conversation_id=said.conversation_id,
                pool_id=pool.id,
                now=self._clock.now(),
                reason=said.reason,
            )
        return Heard({"declined": True, "offer_id": said.offer_id})

    def _reports(self, pool: PoolSettings, own_id: str, said: Reports) -> Heard:
        """Count the pool's own seats at once, as far as the configuration lets them."""
        now = self._clock.now()
        until = now + said.valid_seconds * 1000
        seats = report_capacity(
            self._board,
            self._waitlist,
            self._emit,
            pool,
            report_id=self._event_id(pool.id, own_id),
            seats=said.seats,
            until=until,
            now=now,
        )
        return Heard({"seats": seats, "until": rfc3339(until)})

    def _reads(self, pool: PoolSettings, own_id: str, said: ReadsNotice) -> Heard:
        del own_id
        at = self._read_notice(f"pool/{pool.id}", said.notice_id)
        return Heard({"notice_id": said.notice_id, "read_at": rfc3339(at)}, decided=True)

    def _types(self, pool: PoolSettings, own_id: str, said: Types) -> Heard:
        """Show the typing on the pages that are open now. It is never kept."""
        del own_id
        owns = receive_typing(
            self._store,
            self._offers,
            self._emit,
            conversation_id=said.conversation_id,
            pool_id=pool.id,
            epoch=said.epoch,
            now=self._clock.now(),
        )
        if owns:
            typing = {"type": "typing", "agent": said.agent}
            self._sockets.push(thread_of(said.conversation_id), typing)
        return Heard()

    def _sees(self, pool: PoolSettings, own_id: str, said: Sees) -> Heard:
        """Show on the open pages that what the customer wrote was seen. It is never kept."""
        del own_id
        thread_id = thread_of(said.conversation_id)
        check_ownership(
            self._store.thread(thread_id), self._offers, said.conversation_id, pool.id, said.epoch
        )
        at = self._clock.now() if said.at is None else said.at
        self._sockets.push(thread_id, {"type": "seen", "agent": said.agent, "at": rfc3339(at)})
        return Heard()

    def _transfers(self, pool: PoolSettings, own_id: str, said: Transfers) -> Heard:
        if said.to == pool.id:
            raise Disagrees("a pool can't transfer to itself", state="pool")
        if said.to and not self._knows(said.to):
            raise BadRequest("data.to: there is no pool of that id", field="data.to")
        return self._queued(pool, own_id, said)

    def _promises(self, pool: PoolSettings, own_id: str, said: Promises) -> Heard:
        """Take a promise for a time to come. A repeat of one that was taken is taken again."""
        ahead = said.until - self._clock.now()
        if not -REPEAT_MS <= ahead <= FURTHEST_PROMISE_MS:
            raise BadRequest(
                f"data.until: promise a time within the next {FURTHEST_PROMISE_MS // DAY_MS} days",
                field="data.until",
            )
        return self._queued(pool, own_id, said)

    def _queued(self, pool: PoolSettings, own_id: str, said: "_Queued") -> Heard:
        event_id = self._event_id(pool.id, own_id)
        place = (event_id, thread_of(said.conversation_id), self._clock.now())
        event = _EVENTS[type(said)]((*place, said.conversation_id, pool.id), said)
        receive_pool_event(self._store, self._offers, self._emit, event)
        return Heard({"event_id": event_id})


_Queued = Writes | Resolves | Returns | Transfers | Notes | Promises
_Place = tuple[str, str, int, str, str]
"""The event's id, its thread, when it was said, its conversation and its pool."""


def _wrote(place: _Place, said: Writes) -> AgentWrote:
    return AgentWrote(
        *place,
        said.epoch,
        said.text,
        said.agent,
        seq=said.seq,
        media=said.media,
        corrects=said.corrects,
    )


def _resolved(place: _Place, said: Resolves) -> PoolResolved:
    return PoolResolved(
        *place,
        said.epoch,
        said.outcome,
        said.summary,
        seq=said.seq,
        article=said.article,
        resolution_code=said.resolution_code,
        value=said.value,
        value_kind=said.value_kind,
        suggestions=said.suggestions,
    )


def _returned(place: _Place, said: Returns) -> PoolReturned:
    return PoolReturned(*place, said.epoch, said.reason, seq=said.seq)


def _transferred(place: _Place, said: Transfers) -> PoolTransferred:
    return PoolTransferred(*place, said.epoch, said.to, said.reason, seq=said.seq)


def _noted(place: _Place, said: Notes) -> PoolNoted:
    return PoolNoted(*place, said.epoch, said.text)


def _promised(place: _Place, said: Promises) -> PoolPromised:
    return PoolPromised(*place, said.epoch, said.until, said.text, said.agent)


_EVENTS: Mapping[type, Callable[[_Place, Any], OwnerEvent]] = {
    Writes: _wrote,
    Resolves: _resolved,
    Returns: _returned,
    Transfers: _transferred,
    Notes: _noted,
    Promises: _promised,
}


@contextmanager
def _in_time() -> Iterator[None]:
    """Refuse a word about an offer that is over. An expired offer has timed out."""
    try:
        yield
    except OfferClosed as error:
        state = "timed_out" if error.status == "expired" else error.status
        raise Disagrees(f"the offer can't be taken any more: {state}", state=state) from error
