"""Pools are asked here, and the places of waiting conversations are kept and given up.

Every end of an offer gives its seat back.
"""

from collections.abc import Collection, Iterable

from surgeline.domain.customers.segment import Traits
from surgeline.domain.effects import (
    CloseOffer,
    FreeSeat,
    JoinWaitlist,
    LeaveWaitlist,
    OfferToPool,
    WakeWaitlist,
)
from surgeline.domain.events import CustomerWrote
from surgeline.domain.pools import Pool
from surgeline.domain.routing import Ask, Route, route
from surgeline.domain.thread import BOT, OpenOffer
from surgeline.domain.turn import Turn


def find(turn: Turn, prefer: str | None = None) -> Route:
    """Return the route of the request as the pools are now, and note why."""
    facts = turn.facts
    turn.asks_pools = True
    ask = ask_of(turn, prefer)
    found = route(facts.policy, facts.pools, ask, now=facts.now, backlog=facts.backlog)
    turn.routing += found.why
    return found


def ask_of(turn: Turn, prefer: str | None = None) -> Ask:
    """Return the part of the request that its route depends on."""
    handoff = turn.handoff
    return Ask(
        turn.conversation.id,
        handoff.reason,
        turn.header.language,
        handoff.stepping_since,
        handoff.tried,
        prefer,
        traits_of(turn),
        escalated=handoff.escalated,
    )


def traits_of(turn: Turn) -> Traits:
    """Return what is known of the customer, from the channel and from the company's system."""
    said = turn.event.customer if isinstance(turn.event, CustomerWrote) else None
    facts = turn.facts
    return Traits(
        turn.header.language, said or facts.customer, turn.conversation.known, facts.vouched
    )


def make_offers(turn: Turn, found: Route) -> None:
    """Propose the conversation to the pools of the route. It waits for them and for no other."""
    leave_waitlist(turn)
    turn.change_handoff(look_at=0)
    for pool, expires_at in found.offers:
        _offer(turn, pool, expires_at, preferred=found.preferred)


def _offer(turn: Turn, pool: Pool, expires_at: int, *, preferred: bool) -> None:
    """Propose the conversation. The customer's messages so far go along with the offer."""
    offer_id = turn.new_id("o", "offer")
    handoff = turn.handoff
    turn.effects.append(
        OfferToPool(
            id=turn.new_id("n", "offered"),
            offer_id=offer_id,
            conversation_id=turn.conversation.id,
            pool_id=pool.id,
            epoch=turn.conversation.epoch + 1,
            expires_at=expires_at,
            reason=handoff.asked_for,
            language=turn.header.language,
            told_seq=turn.event_seq,
            candidates=handoff.candidates,
            rejected=turn.conversation.rejected,
            limit=pool.limit,
            daily_limit=pool.daily_limit,
            callback=handoff.callback if handoff.callback and handoff.callback.is_asked else None,
            charged=pool.charged,
        )
    )
    offer = OpenOffer(offer_id, pool.id, expires_at, pool.seated, preferred)
    offers = (*handoff.offers, offer)
    turn.change_handoff(state="offered", offers=offers, told_seq=turn.event_seq)
    turn.start_timer("offer_deadline", offer_id, expires_at)


def ask_all_anew(turn: Turn) -> None:
    """Forget which pools were asked in vain, so that all of them may be asked again."""
    turn.change_handoff(tried=(), unmanned=(), retry_at=0)


def ask_anew(turn: Turn, pools: Collection[str]) -> None:
    """Forget that these pools were asked in vain."""
    handoff = turn.handoff
    turn.change_handoff(
        tried=tuple(each for each in handoff.tried if each not in pools),
        unmanned=tuple(each for each in handoff.unmanned if each not in pools),
    )


def find_anew(turn: Turn) -> Route:
    """Return the route once desks may be asked again at which somebody has sat down since."""
    handoff = turn.handoff
    if handoff.unmanned:
        sat = {pool.id for pool in turn.facts.pools if pool.sat_at > handoff.unmanned_at}
        ask_anew(turn, sat.intersection(handoff.unmanned))
    return find(turn)


def withdraw_all(turn: Turn, reason: str) -> None:
    """Close all offers that are out, and tell their pools."""
    withdraw(turn, turn.handoff.offers, reason)
    turn.change_handoff(offers=())


def withdraw(turn: Turn, offers: Iterable[OpenOffer], reason: str) -> None:
    """Close offers that nobody should accept any more, and tell their pools."""
    for offer in offers:
        turn.effects.append(CloseOffer(turn.new_id("w", "close"), offer.offer_id, "withdrawn"))
        free_offered_seat(turn, offer)
        tell_withdrawn(turn, offer, reason)


def tell_withdrawn(turn: Turn, offer: OpenOffer, reason: str) -> None:
    """Tell the pool that its offer is over."""
    turn.tell_pool(
        offer.pool_id,
        "handoff.withdrawn",
        offer_id=offer.offer_id,
        epoch=turn.conversation.epoch + 1,
        data={"reason": reason},
    )


def free_offered_seat(turn: Turn, offer: OpenOffer) -> None:
    """Give the seat of an offer back that no pool accepted."""
    if offer.seated:
        seat = FreeSeat(turn.new_id("f", "seat"), offer.pool_id, offer.offer_id, used=False)
        turn.effects.append(seat)


def join_waitlist(
    turn: Turn, pools: tuple[str, ...], *, until: int = 0, renews: bool = False
) -> None:
    """Take a place in the lists of these pools, or prolong it."""
    turn.effects.append(
        JoinWaitlist(
            turn.new_id("l", "join"),
            turn.conversation.id,
            turn.handoff.priority,
            turn.handoff.since,
            pools,
            until=until,
            renews=renews,
        )
    )


def leave_waitlist(turn: Turn) -> None:
    """Give up the conversation's places, where it has any."""
    if turn.handoff.waitlist:
        waits = turn.handoff
        forget_place(turn, turn.conversation.id, waits.priority, waits.since, waits.waitlist)
        turn.change_handoff(waitlist=())


def lay_back(turn: Turn) -> None:
    """Let a silent conversation of a backlog lie again, because the pool did not take it."""
    leave_waitlist(turn)
    turn.change_handoff(state="withdrawn", offers=(), look_at=0)
    turn.give_to(BOT)


def forget_place(
    turn: Turn, conversation_id: str, priority: int, since: int, pools: tuple[str, ...]
) -> None:
    """Give up places by name, also those of a conversation that is over."""
    effect_id = turn.new_id("l", "leave")
    turn.effects.append(LeaveWaitlist(effect_id, conversation_id, priority, since, pools=pools))


def wake(turn: Turn, pool_id: str) -> None:
    """Let the first conversation that waits for the pool look."""
    turn.effects.append(WakeWaitlist(turn.new_id("l", "wake"), pool_id))
