"""A pool's answer to an offer is taken in here when the delivery's reply brings it."""

from surgeline.application.pools.accept_offer import accept_offer, decline_offer
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.offers import Offers
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.application.ports.targets import Declined
from surgeline.application.thread_events import ThreadEvents

OFFERED = "handoff.offered"
ANSWERED = ("accepted", "declined")
"""The states of an offer which prove that its pool has received the offer."""


class OfferAnswers:
    """Keeps the answers to offers and tells their threads.

    An answer that is too late is ignored.
    """

    def __init__(self, offers: Offers, events: ThreadEvents, clock: Clock) -> None:
        self._offers = offers
        self._events = events
        self._clock = clock

    @staticmethod
    def is_offer(delivery: Delivery) -> bool:
        """Return whether the delivery asks a pool to take a conversation."""
        return delivery.event == OFFERED and delivery.offer_id is not None

    def answered(self, delivery: Delivery) -> str | None:
        """Return how the offer of a delivery ended, or None while it is open, or without an offer.

        The thread is told once more, because a process that died may have told nobody.
        """
        if delivery.event != OFFERED or delivery.offer_id is None:
            return None
        offer = self._offers.read(delivery.offer_id)
        if offer is None or offer.status == "open":
            return None
        if offer.status == "accepted":
            self.accept(delivery, offer.agent)
        elif offer.status == "declined":
            self.decline(delivery, Declined())
        return offer.status

    def accept(self, delivery: Delivery, agent: str | None) -> None:
        """Give the pool the conversation, if the offer is still open."""
        if delivery.offer_id is None:
            return
        try:
            accept_offer(
                self._offers,
                self._events.emit,
                offer_id=delivery.offer_id,
                pool_id=delivery.target_id,
                now=self._clock.now(),
                agent=agent,
            )
        except (OfferClosed, Absent):
            return

    def decline(self, delivery: Delivery, declined: Declined) -> None:
        """End the offer, if it is still open, so that the next pool is asked."""
        if delivery.offer_id is None:
            return
        try:
            decline_offer(
                self._offers,
                self._events.emit,
                offer_id=delivery.offer_id,
                pool_id=delivery.target_id,
                now=self._clock.now(),
                reason=declined.reason,
                nobody_there=declined.nobody_there,
            )
        except (OfferClosed, Absent):
            return
