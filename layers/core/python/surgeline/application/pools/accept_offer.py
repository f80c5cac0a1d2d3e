"""A pool's yes or no to an offer takes effect here: one conditional write, then an event."""

from collections.abc import Callable

from surgeline.application.ports.offers import Offer, Offers
from surgeline.application.ports.refusals import Absent, OfferClosed
from surgeline.domain.events import Event, OfferAccepted, OfferDeclined
from surgeline.domain.ids import derived_id, thread_of


def accept_offer(
    offers: Offers,
    emit: Callable[[Event], None],
    *,
    offer_id: str,
    pool_id: str,
    now: int,
    agent: str | None,
    conversation_id: str | None = None,
) -> Offer:
    """Decide the acceptance at once, then tell the thread.

    A repeated acceptance gets the same answer, and tells the thread again under the same id. Raises
    Absent for an unknown offer, for another pool's, or for one of another conversation than the
    caller names. Raises OfferClosed if it is too late.
    """
    if conversation_id is not None:
        _own(offers, offer_id, pool_id, conversation_id)
    offer = offers.accept(offer_id, pool_id=pool_id, now=now, agent=agent)
    emit(
        OfferAccepted(
            id=derived_id("e", offer_id, "accepted"),
            thread_id=thread_of(offer.conversation_id),
            at=now,
            conversation_id=offer.conversation_id,
            offer_id=offer_id,
            pool_id=pool_id,
            epoch=offer.epoch,
            agent=offer.agent,
        )
    )
    return offer


def decline_offer(
    offers: Offers,
    emit: Callable[[Event], None],
    *,
    offer_id: str,
    pool_id: str,
    now: int,
    reason: str,
    conversation_id: str | None = None,
    nobody_there: bool = False,
) -> Offer:
    """End the offer, then tell the thread. Raises Absent, and OfferClosed if it ended otherwise."""
    _own(offers, offer_id, pool_id, conversation_id)
    offer = offers.close(offer_id, "declined")
    if offer.status != "declined":
        raise OfferClosed(offer.status)
    emit(
        OfferDeclined(
            id=derived_id("e", offer_id, "declined"),
            thread_id=thread_of(offer.conversation_id),
            at=now,
            conversation_id=offer.conversation_id,
            offer_id=offer_id,
            pool_id=pool_id,
            reason=reason,
            nobody_there=nobody_there,
        )
    )
    return offer


def _own(offers: Offers, offer_id: str, pool_id: str, conversation_id: str | None) -> None:
    """Refuse an offer of another pool, or of another conversation than the named one."""
    known = offers.read(offer_id)
    if known is None or known.pool_id != pool_id:
        raise Absent("no such offer")
    if conversation_id not in (None, known.conversation_id):
        raise Absent("no such offer of that conversation")
