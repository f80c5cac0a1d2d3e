"""A person is found here: pools are asked in the policy's order, or the conversation waits.

Every end of an offer gives its seat back. Every waiting conversation has a timer, and a place in
the waitlist. A request that nobody could take is kept (`waiting.keeping`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from surgeline.domain.effects import FreeSeat, NotifyPool
from surgeline.domain.events import (
    CustomerWrote,
    OfferAccepted,
    OfferDeclined,
    SeatFreed,
    TimerFired,
)
from surgeline.domain.look_ups.asking import ask_for_people
from surgeline.domain.names import shown_name
from surgeline.domain.on_call.emergency import Heard
from surgeline.domain.reading import Reading, Rejected, Weighed
from surgeline.domain.routing import Route
from surgeline.domain.silence import expect_answer
from surgeline.domain.thread import WAITING, Handoff, HandoffReason, OpenOffer, Owner
from surgeline.domain.turn import STALE_TIMER, Explanation, Rule, Turn
from surgeline.domain.untold import tell_untold
from surgeline.domain.waiting.asking import (
    ask_anew,
    find,
    find_anew,
    forget_place,
    free_offered_seat,
    join_waitlist,
    lay_back,
    leave_waitlist,
    make_offers,
    tell_withdrawn,
    traits_of,
    wake,
    withdraw_all,
)
from surgeline.domain.waiting.callbacks import end_callback, go_on_with_callback, make_up
from surgeline.domain.waiting.keeping import (
    ask_again,
    change_turn,
    end_in_vain,
    end_request,
    go_on,
    keep_on,
    kept_seat_freed,
    note_empty_desk,
)
from surgeline.domain.waiting.ranking_anew import rank_anew
from surgeline.domain.waiting.telling import tell_at_once, tell_due, tell_person
from surgeline.domain.waiting.urgency import call_by_rules, call_people
from surgeline.domain.waiting.waits import end_wait, handled_seconds

CANDIDATES_LIMIT = 5
HANDED_OFF = "handoff: "
"""A decision that begins so asked for a person. The reason follows."""
_Vain = Literal["declined", "timed_out"]

_NOTICES: Mapping[HandoffReason, str] = {
    "no_answer": "handing_over_no_answer",
    "customer_returned": "reopened",
    "unsupported_language": "unsupported_language",
    "attachment": "attachment",
}
"""The text for the customer, where it is not simply "handing_over"."""


def hand_off(
    turn: Turn, reason: HandoffReason, *, reading: Reading | None = None, prefer: str | None = None
) -> Explanation:
    """Ask for a person, and tell the customer how that goes. A kept request is asked anew."""
    weighed = reading if isinstance(reading, Weighed) else None
    first = turn.conversation.handoff is None
    found_near = reading.candidates if isinstance(reading, Weighed | Rejected) else None
    candidates = tuple(article for article, _ in found_near or ())
    near = candidates if found_near is not None else turn.conversation.choices  # left for a person
    turn.account(lambda account: account.asked_for(turn.facts.now))
    turn.change(choices=())
    found = _request(turn, reason, near[:CANDIDATES_LIMIT], prefer)
    why = reading.why if reading else reason.replace("_", " ")
    if turn.conversation.is_kept and not found.offers:
        why = keep_on(turn, found)
    elif found.is_dead_end:
        kept = end_in_vain(turn, found)
        why = "no pool could take it" + (", and the request is kept" if kept else "")
    else:
        turn.give_to(WAITING)
        turn.notice(_notice_of(turn, reason))
        _follow(turn, found)
    ask_for_people(turn, first=first)
    return Explanation(
        f"{HANDED_OFF}{reason}",
        why,
        confidence=weighed.confidence if weighed else None,
        candidates=candidates,
        basis=weighed.basis if weighed else None,
    )


def _notice_of(turn: Turn, reason: HandoffReason) -> str:
    """Return the key of the text for the customer. People see the files that can be fetched."""
    if reason == "attachment" and isinstance(turn.event, CustomerWrote) and turn.event.media:
        return "attachment_seen"
    return _NOTICES.get(reason, "handing_over")


def _request(
    turn: Turn, reason: HandoffReason, candidates: tuple[str, ...], prefer: str | None
) -> Route:
    """Begin a request for a person, or a kept one anew, and return what is found."""
    if turn.conversation.is_kept:
        turn.change_handoff(candidates=candidates or turn.handoff.candidates)
        return ask_again(turn, reason, prefer)
    make_up(turn)
    turn.change(
        handoff=Handoff(
            state="requested", reason=reason, requested_at=turn.facts.now, candidates=candidates
        )
    )
    turn.change_handoff(raised=turn.facts.policy.raised(traits_of(turn)))
    call_by_rules(turn)
    return find(turn, prefer)


def emergency(turn: Turn, heard: Heard) -> Explanation:
    """Ask for a person at once, before all others, and call people on call."""
    call_people(turn, heard.rule, heard.why)
    why = f"emergency {heard.rule}: {heard.why}"
    if turn.conversation.owner != WAITING:
        return replace(hand_off(turn, "emergency"), why=why)
    if not turn.handoff.offers:
        leave_waitlist(turn)
    turn.change_handoff(reason="emergency", escalated=False)
    if not turn.handoff.offers:
        _follow(turn, find(turn))
    return Explanation("emergency", why)


def customer_known(turn: Turn) -> None:
    """Let an open request have the turn of the customer's segments, now that they are known.

    A rule may call people now. A kept request that stands in line moves up there.
    """
    current, policy = turn.conversation, turn.facts.policy
    if current.handoff is None or not policy.segments:
        return
    if current.owner != WAITING and not current.is_kept:
        return
    turn.asks_pools = True  # the channel's part of the segments is read with the pools
    call_by_rules(turn)
    raised = policy.raised(traits_of(turn))
    if current.is_kept:
        change_turn(turn, raised)
        return
    leave_waitlist(turn)
    turn.change_handoff(raised=raised)
    if current.handoff.offers:
        rank_anew(turn)
    else:
        _follow(turn, find(turn))


def look_for_another(turn: Turn, notice: str, *, prefer: str | None = None) -> None:
    """Ask the next pool, and tell the customer why another person comes."""
    turn.give_to(WAITING)
    found = find(turn, prefer)
    was_kept = turn.handoff.kept_until > 0
    go_on_with_callback(turn)
    if found.offers or not (found.is_dead_end or was_kept):
        turn.notice(notice)
    elif was_kept:
        turn.change_handoff(told_to_wait=False)
    _follow(turn, found)


def ask_first(turn: Turn, pool_id: str) -> None:
    """Ask that pool for a conversation that waits, in place of the pools that are asked now."""
    if any(each.pool_id == pool_id for each in turn.handoff.offers):
        return
    withdraw_all(turn, "reassigned")
    ask_anew(turn, (pool_id,))
    _follow(turn, find(turn, pool_id))


def free_seat(turn: Turn, pool_id: str) -> None:
    """Free the seat of the owner, which gives up the conversation."""
    seat = turn.handoff.seat if turn.conversation.handoff else None
    if seat is not None:
        seat_id, seconds = turn.new_id("f", "seat"), handled_seconds(turn)
        turn.effects.append(FreeSeat(seat_id, pool_id, seat, used=True, handled_seconds=seconds))
        turn.change_handoff(seat=None)


def stop_waiting(turn: Turn, reason: str) -> None:
    """Withdraw every offer and give up the place, because the customer left."""
    withdraw_all(turn, reason)
    end_request(turn, reason)


# ---------------------------------------------------------------- asking, waiting, giving up


def _follow(turn: Turn, found: Route) -> None:
    """Make the offers, or wait, or keep the request, or give up and tell the customer.

    A silent conversation of a backlog is offered to nobody else.
    """
    if turn.conversation.is_quiet:
        lay_back(turn)
    elif turn.handoff.kept_until:
        go_on(turn, found)
    elif found.look_at is not None:
        _wait(turn, found.look_at, found)
    elif found.offers:
        make_offers(turn, found)
    else:
        end_in_vain(turn, found)


def _wait(turn: Turn, look_at: int, found: Route) -> None:
    waitlist = found.waitlist
    if waitlist != turn.handoff.waitlist:
        leave_waitlist(turn)
        if waitlist:
            join_waitlist(turn, waitlist)
    was_told = turn.handoff.told_to_wait
    turn.change_handoff(state="requested", look_at=look_at, waitlist=waitlist, told_to_wait=True)
    if was_told:
        tell_due(turn, found.full or waitlist, found.opens_at)
    else:
        tell_at_once(turn, "still_waiting", found.full)
    turn.start_timer("seat_wait", turn.conversation.id, look_at)


# ---------------------------------------------------------------- the end of an offer


def offer_accepted(turn: Turn, event: OfferAccepted) -> Explanation:
    """Give the conversation to the pool that won its offer. The thread has the last word."""
    offer = _open_offer(turn, event.conversation_id, event.offer_id)
    if offer:
        return _accept(turn, offer, event.agent)
    current = turn.current
    if current and current.owner == Owner("pool", event.pool_id) and current.epoch == event.epoch:
        return Explanation("ignore", "accepted before")
    if current:
        _tell_stale_pool(turn, event)
    return Explanation("refuse", "the offer was over when the acceptance came")


def offer_declined(turn: Turn, event: OfferDeclined) -> Explanation:
    """Ask the next pool, because this one said no, was unreachable, or had no seat after all."""
    offer = _open_offer(turn, event.conversation_id, event.offer_id)
    if offer is None:
        return Explanation("ignore", "the offer was over")
    if event.no_room:
        left = tuple(o for o in turn.handoff.offers if o.offer_id != offer.offer_id)
        turn.change_handoff(state="declined", offers=left)
        if not left:
            _follow(turn, find(turn))
        return Explanation("offer withdrawn", f"{offer.pool_id}: its last seat had just gone")
    free_offered_seat(turn, offer)
    note_empty_desk(turn, event)
    return _try_next(turn, offer, "declined", event.reason)


def offer_deadline(turn: Turn, event: TimerFired) -> Explanation:
    """End an offer whose time is over. Its own record, closed before, says if it was accepted."""
    offer = _open_offer(turn, event.conversation_id, event.subject)
    if offer is None:
        return STALE_TIMER
    if turn.facts.offer_status == "accepted":
        return _accept(turn, offer, turn.facts.offer_agent)
    free_offered_seat(turn, offer)
    tell_withdrawn(turn, offer, "timed_out")
    return _try_next(turn, offer, "timed_out", "no acceptance by the deadline")


def _open_offer(turn: Turn, conversation: str, offer_id: str) -> OpenOffer | None:
    """Return the offer of that id if it is still open in the waiting conversation."""
    current = turn.current
    if current is None or current.id != conversation or current.handoff is None:
        return None
    return next((o for o in current.handoff.offers if o.offer_id == offer_id), None)


def _accept(turn: Turn, offer: OpenOffer, agent: str | None) -> Explanation:
    others = tuple(o for o in turn.handoff.offers if o.offer_id != offer.offer_id)
    turn.change_handoff(offers=others)
    withdraw_all(turn, "taken")
    end_wait(turn, "person")
    end_callback(turn, "came")
    turn.give_to(Owner("pool", offer.pool_id))
    turn.account(lambda account: account.offer_ended(offer.pool_id, "accepted"))
    agent, now, cost = shown_name(agent), turn.facts.now, turn.facts.costs.get(offer.pool_id)
    turn.account(lambda account: account.joined(offer.pool_id, now, agent, cost))
    turn.change_handoff(
        state="active",
        pool_seq=0,
        agent_spoke=False,
        seat=offer.offer_id if offer.seated else None,
        heard_seq=0,
        missing=(),
        held=(),
        quiet_since=0,
        watch_at=0,
        agent=agent,
        steps_from=0,
        retry_at=0,
    )
    expect_answer(turn)
    tell_person(turn, agent)
    tell_untold(turn, offer.pool_id)
    return Explanation("accept", f"{offer.pool_id} accepted in time")


def _tell_stale_pool(turn: Turn, event: OfferAccepted) -> None:
    turn.effects.append(
        NotifyPool(
            id=turn.new_id("n", "taken_back"),
            conversation_id=event.conversation_id,
            pool_id=event.pool_id,
            event="conversation.taken_back",
            epoch=event.epoch,
            seq=1,
            offer_id=event.offer_id,
            data={"reason": "offer_over"},
        )
    )


def _try_next(turn: Turn, offer: OpenOffer, state: _Vain, why: str) -> Explanation:
    """Ask the next pool once no other offer is out, because this offer came to nothing."""
    turn.account(lambda account: account.offer_ended(offer.pool_id, state))
    left = tuple(o for o in turn.handoff.offers if o.offer_id != offer.offer_id)
    turn.change_handoff(state=state, offers=left, tried=(*turn.handoff.tried, offer.pool_id))
    if not left:
        _follow(turn, find(turn))
    return Explanation(f"offer {state.replace('_', ' ')}", f"{offer.pool_id}: {why}")


# ---------------------------------------------------------------- waiting for a seat


def seat_freed(turn: Turn, event: SeatFreed) -> Explanation:
    """Take the free seat for the first in the waitlist, or let the next conversation look."""
    if not _waits(turn, event.conversation_id):
        forget_place(turn, event.conversation_id, event.priority, event.since, (event.pool_id,))
        wake(turn, event.pool_id)
        return Explanation("ignore", "nobody waits here any more")
    if turn.conversation.is_kept:
        return kept_seat_freed(turn, event)
    found = find_anew(turn)
    if found.is_dead_end or found.offers:
        _follow(turn, found)
        asked = [offer.pool_id for offer in turn.handoff.offers]
        if event.pool_id not in (*asked, *turn.handoff.waitlist):
            wake(turn, event.pool_id)
    return Explanation("look again", f"{event.pool_id} has a seat free")


def seat_wait(turn: Turn, event: TimerFired) -> Explanation:
    """Look again, because a step ended, a pool opened, or a wake-up was lost."""
    current = turn.current
    if not _waits(turn, event.conversation_id) or current is None or current.handoff is None:
        return STALE_TIMER
    if current.is_kept or current.epoch != event.epoch or current.handoff.look_at != event.due_at:
        return STALE_TIMER
    for pool in turn.facts.pools:
        if pool.promised and pool.id in current.handoff.waitlist:
            wake(turn, pool.id)
    _follow(turn, find_anew(turn))
    return Explanation("look again", "nobody had a seat free")


def _waits(turn: Turn, conversation_id: str) -> bool:
    current = turn.current
    return (
        current is not None
        and current.id == conversation_id
        and (current.owner == WAITING or current.is_kept)
        and current.handoff is not None
        and not current.handoff.offers
    )


RULES: Mapping[type, Rule] = {
    OfferAccepted: offer_accepted,
    OfferDeclined: offer_declined,
    SeatFreed: seat_freed,
}
TIMERS: Mapping[str, Rule] = {
    "offer_deadline": offer_deadline,
    "seat_wait": seat_wait,
}
