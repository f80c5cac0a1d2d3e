"""A removed pool is dismissed here. Its offers and conversations go to the next pool at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from surgeline.application.pools.accept_offer import decline_offer
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import DeliveryLog, DeliveryQuery, LoggedDelivery
from surgeline.application.ports.offers import Offers
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.domain.events import Event, PoolUnreachable
from surgeline.domain.ids import derived_id
from surgeline.domain.thread import Conversation, Thread

LOOK_BACK_SECONDS = 86_400
PAGE = 1_000
"""How many deliveries are looked at together."""
MOST_SECONDS = 15
"""How long is looked at all. The request that removes a pool has 29 seconds."""
REASON = "the pool was removed"


class DismissPool:
    """Withdraws a pool's open offers and takes its conversations back.

    Its conversations are found by the deliveries to it within a day, the newest first. The few that
    are not found so are taken back when their customer writes again (decision 0072).
    """

    def __init__(
        self,
        *,
        store: ConversationStore,
        offers: Offers,
        log: DeliveryLog,
        emit: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._offers = offers
        self._log = log
        self._emit = emit
        self._clock = clock

    def __call__(self, pool_id: str) -> int:
        """End the pool's offers and conversations. Return how many conversations that concerned."""
        count = 0
        ends = self._clock.now() + MOST_SECONDS * 1000
        for thread, conversation in self._conversations(pool_id, ends):
            count += self._withdraw(conversation, pool_id) or self._take(thread, pool_id)
        return count

    def _conversations(self, pool_id: str, ends: int) -> Iterator[tuple[Thread, Conversation]]:
        """Yield the threads that the pool was told of, each once, with their conversations."""
        seen: set[str] = set()
        for told in self._told(pool_id, ends):
            new = {each.thread_id for each in told if each.conversation_id} - seen
            seen |= new
            for thread in self._store.threads(sorted(new)).values():
                if self._clock.now() > ends:
                    return
                if thread.conversation is not None:
                    yield thread, thread.conversation

    def _told(self, pool_id: str, ends: int) -> Iterator[Sequence[LoggedDelivery]]:
        """Yield the pool's deliveries page by page, the newest first, while there is time."""
        now = self._clock.now()
        since, until = now - LOOK_BACK_SECONDS * 1000, now + 1
        while self._clock.now() <= ends:
            page = self._log.list(
                DeliveryQuery(target=f"pool:{pool_id}", since=since, until=until, limit=PAGE)
            )
            yield page
            if len(page) < PAGE:
                return
            # The page may end among the deliveries of one moment, which then come twice.
            until = min(page[-1].place.at + 1, until - 1)

    def _withdraw(self, conversation: Conversation, pool_id: str) -> bool:
        offers = conversation.handoff.offers if conversation.handoff else ()
        mine = [each.offer_id for each in offers if each.pool_id == pool_id]
        for offer_id in mine:
            with suppress(OfferClosed, Absent):
                decline_offer(
                    self._offers,
                    self._emit,
                    offer_id=offer_id,
                    pool_id=pool_id,
                    now=self._clock.now(),
                    reason=REASON,
                )
        return bool(mine)

    def _take(self, thread: Thread, pool_id: str) -> bool:
        conversation = thread.conversation
        if conversation is None or conversation.owner.pool_id != pool_id:
            return False
        self._emit(
            PoolUnreachable(
                id=derived_id("e", conversation.id, f"removed/{pool_id}/{conversation.epoch}"),
                thread_id=thread.id,
                at=self._clock.now(),
                conversation_id=conversation.id,
                pool_id=pool_id,
                epoch=conversation.epoch,
                reason=REASON,
            )
        )
        return True
