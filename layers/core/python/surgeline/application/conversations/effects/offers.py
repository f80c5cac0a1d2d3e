"""Offers are kept here with their seats before a pool hears of them, and are closed on record."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.deliveries.compose_delivery import DeliveryComposer
from surgeline.application.pools.accept_offer import decline_offer
from surgeline.application.pools.seats import cap_day, spend_of
from surgeline.application.ports.board import SeatClaim
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.offers import Offer
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.domain.effects import CloseOffer, OfferToPool
from surgeline.domain.events import Event, OfferDeclined
from surgeline.domain.thread import Thread

NO_ROOM = "no seat was free"


class OfferCarrier(Carrier):
    """Carries out OfferToPool and CloseOffer."""

    def __init__(self, means: Means, post: Post) -> None:
        self._composer = DeliveryComposer(
            means.store, means.configuration, means.suggestions, means.media_link
        )
        self._configuration = means.configuration
        self._offers = means.offers
        self._board = means.board
        self._post = post

    def offer(self, thread: Thread, record: Record, effect: OfferToPool) -> None:
        """Keep the offer, take its seat and send it.

        Without a seat the offer ends before the pool hears of it.
        """
        self._offers.create(
            Offer(
                offer_id=effect.offer_id,
                conversation_id=effect.conversation_id,
                pool_id=effect.pool_id,
                epoch=effect.epoch,
                expires_at=effect.expires_at,
            )
        )
        if not effect.seated or self._has_seat(record, effect):
            self._post.deliver(self._composer.compose(thread, record, effect))

    def close(self, thread: Thread, record: Record, effect: CloseOffer) -> None:
        """End the offer on its record."""
        del thread, record
        try:
            self._offers.close(effect.offer_id, effect.status)
        except Absent:
            return  # the event that made the offer is still among the dead letters

    def _has_seat(self, record: Record, effect: OfferToPool) -> bool:
        """Claim the offer's seat.

        Without a seat the offer is over, and the thread tries another pool.
        """
        pool = self._configuration.pool(effect.pool_id)
        claim = SeatClaim(
            effect.offer_id,
            effect.pool_id,
            day=cap_day(pool, record.at),
            at=record.at,
            limit=effect.limit,
            daily_limit=effect.daily_limit,
            spend=spend_of(self._configuration.current(), pool, record.at)
            if effect.charged
            else None,
        )
        if self._board.claim(claim):
            return True
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
            return False  # a repeat of an offer that has ended since, so its seat is given back
        return False

    def _tell_no_room(self, event: Event) -> None:
        without = replace(event, no_room=True) if isinstance(event, OfferDeclined) else event
        self._post.tell(without)

    CARRIES: ClassVar[Mapping[type, Carry]] = {OfferToPool: offer, CloseOffer: close}
