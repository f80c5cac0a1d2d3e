"""A request for a person that no pool could take is kept here until somebody takes it.

The bot answers meanwhile. The request stands in the lists of the pools that could take it, and a
timer of its own looks when a pool opens. It ends with a person, with the customer's own word, or at
a stated time: then the customer hears a last word, and the lead an alarm.
"""

from binascii import crc32
from collections.abc import Mapping
from dataclasses import replace

from surgeline.domain.effects import RaiseAlarm
from surgeline.domain.events import CustomerWrote, OfferDeclined, SeatFreed, TimerFired
from surgeline.domain.reading import TakesBack
from surgeline.domain.routing import Route
from surgeline.domain.thread import BOT, PRIORITIES, WAITING, Conversation, HandoffReason
from surgeline.domain.turn import STALE_TIMER, Explanation, ReadingRule, Rule, Turn
from surgeline.domain.waiting.asking import (
    ask_all_anew,
    find,
    find_anew,
    join_waitlist,
    leave_waitlist,
    make_offers,
    wake,
)
from surgeline.domain.waiting.callbacks import (
    end_callback,
    give_up_time,
    make_up,
    missed,
    tell_time,
)
from surgeline.domain.waiting.moments import moment
from surgeline.domain.waiting.telling import next_due, tell_at_once, tell_closed, tell_due
from surgeline.domain.waiting.waits import end_wait
from surgeline.domain.wishes import is_scheduled

KEPT_LOOK = "kept_look"
"""The kind of the timer by which a kept request is looked at."""
LOOK_SECONDS = 900
"""How often a kept request is looked at while a pool is open, besides its wake-ups."""
LOOK_SELDOM_SECONDS = 3_600
"""How often it is looked at while all pools are closed until a known time, or far back in line."""
FAR_BACK = 100
"""Whoever stands behind so many others in every line is far back."""
LEASE_SECONDS = 1_800
"""So long after a look that does not come, the places of a request are given up."""
RETRY_SECONDS = 900
"""How soon pools that did not take a request are asked again. Each time it is twice as long."""
LONGEST_RETRY_SECONDS = 14_400
REQUEST_EXPIRED = "request_expired"
"""The alarm's name."""
WANTS_SOMEBODY_NOW: frozenset[HandoffReason] = frozenset(
    ("customer_asked", "emergency", "lead_asked")
)
"""The reasons for which a person comes as soon as possible, whatever time was chosen before."""


def end_in_vain(turn: Turn, found: Route) -> bool:
    """Keep a request that no pool could take. Return whether it is kept.

    It is not kept if no pool could ever take it as things are. Then the customer hears that nobody
    writes back.
    """
    seconds = turn.facts.policy.keep_seconds
    known = {pool.id for pool in turn.facts.pools}
    hopes = found.full or found.closed or known.intersection(turn.handoff.tried)
    if not hopes or seconds <= 0:
        leave_waitlist(turn)
        turn.give_to(BOT)
        turn.change_handoff(state="failed", look_at=0)
        turn.notice("nobody_free")
        return False
    begins = max(turn.facts.now, found.opens_at or 0)
    turn.change_handoff(kept_until=begins + seconds * 1000, told_to_wait=False)
    go_on(turn, found)
    return True


def go_on(turn: Turn, found: Route, *, tells: bool = True) -> None:
    """Offer a kept request to the pools that can take it now, or keep it on.

    Where the time of all steps is over, a look at them as if anew says which pools to wait for.
    Without `tells` no stage is said now, because the customer was told something else.
    """
    now = turn.facts.now
    rests = found.is_over and not (found.offers or found.full or found.changes_at)
    if rests:
        turn.change_handoff(steps_from=now)
        found = replace(find(turn), changes_at=None)
    if found.offers:
        turn.give_to(WAITING)
        make_offers(turn, found)
    elif now >= turn.handoff.kept_until:
        _end_in_time(turn)
    else:
        goes_on = not rests and bool(found.full or found.changes_at)
        _keep(turn, found, goes_on=goes_on, tells=tells)


def ask_again(turn: Turn, reason: HandoffReason, prefer: str | None = None) -> Route:
    """Begin the steps of a kept request anew, with every pool, and return what is found.

    The request keeps its age, and gets more time. A reason that goes before the old one, or before
    an escalation, takes its place. A time that the customer chose ends only where somebody is
    wanted at once. Before that time no pool is asked.
    """
    handoff, now = turn.handoff, turn.facts.now
    if PRIORITIES.get(reason, 0) > PRIORITIES.get(handoff.reason, 0):
        leave_waitlist(turn)
        escalated = handoff.escalated and not handoff.outranked(reason)
        turn.change_handoff(reason=reason, escalated=escalated)
    if handoff.callback is not None and reason in WANTS_SOMEBODY_NOW:
        give_up_time(turn)
    callback = turn.handoff.callback
    if is_scheduled(callback, now):
        return Route()
    until = max(handoff.kept_until, now + turn.facts.policy.keep_seconds * 1000)
    if callback is not None and callback.until:
        until = handoff.kept_until
    ask_all_anew(turn)
    turn.change_handoff(steps_from=now, told_to_wait=False, kept_until=until)
    found = find(turn, prefer)
    if callback is None or not callback.until:
        begins = max(now, found.opens_at or 0)
        until = max(until, begins + turn.facts.policy.keep_seconds * 1000)
        turn.change_handoff(kept_until=until)
    return found


def keep_on(turn: Turn, found: Route) -> str:
    """Keep on a request that was asked anew in vain, and return why.

    A chosen time that has not come stands, and the customer is told so.
    """
    if is_scheduled(turn.handoff.callback, turn.facts.now):
        tell_time(turn)
        return "the customer chose a later time, which stands"
    go_on(turn, found)
    return "no pool could take it, and the request is kept"


def change_turn(turn: Turn, raised: int) -> None:
    """Give a kept request the turn of a priority that is known only now, in the lists it is in."""
    pools = turn.handoff.waitlist
    if raised == turn.handoff.raised:
        return
    leave_waitlist(turn)
    turn.change_handoff(raised=raised)
    if pools:
        join_waitlist(turn, pools, until=turn.handoff.look_at + LEASE_SECONDS * 1000)
        turn.change_handoff(waitlist=pools)


def end_request(turn: Turn, end: str = "withdrawn") -> None:
    """End a kept request, because it is not wanted any more or somebody else answered."""
    make_up(turn)
    end_callback(turn, "withdrawn" if end != "taken" else "came")
    leave_waitlist(turn)
    end_wait(turn, end)
    turn.change_handoff(state="withdrawn", look_at=0, kept_until=0)


def taken_back(turn: Turn, event: CustomerWrote, reading: TakesBack) -> Explanation:
    """End the kept request at the customer's own word."""
    del event
    if not turn.conversation.is_kept:
        turn.say("bot", turn.facts.texts.get("unreadable", "unreadable"))
        return Explanation("small_talk", "there is no request to take back")
    end_request(turn)
    turn.notice("request_withdrawn")
    return Explanation("request withdrawn", reading.why)


def is_kept(conversation: Conversation | None, conversation_id: str) -> bool:
    """Return whether that conversation is the current one and its request is kept."""
    return conversation is not None and conversation.id == conversation_id and conversation.is_kept


def note_empty_desk(turn: Turn, event: OfferDeclined) -> None:
    """Note when nobody sat at a pool's desk. Its last count of people may be older than that."""
    if event.nobody_there:
        unmanned = (*turn.handoff.unmanned, event.pool_id)
        turn.change_handoff(unmanned=unmanned, unmanned_at=event.at)


# ---------------------------------------------------------------- the events of a kept request


def kept_look(turn: Turn, event: TimerFired) -> Explanation:
    """Look again, because a pool opened, a step ended, or a wake-up may have been lost."""
    current = turn.current
    if current is None or not is_kept(current, event.conversation_id):
        return STALE_TIMER
    if current.epoch != event.epoch or turn.handoff.look_at != event.due_at:
        return STALE_TIMER
    if turn.facts.now >= turn.handoff.kept_until:
        return _end_in_time(turn)
    _begin_round(turn)
    go_on(turn, find_anew(turn))
    return Explanation("look again", "a request is kept")


def kept_seat_freed(turn: Turn, event: SeatFreed) -> Explanation:
    """Take the free seat for a kept request, or let the next one look."""
    if is_scheduled(turn.handoff.callback, turn.facts.now):
        wake(turn, event.pool_id)
        return Explanation("ignore", "the customer chose a later time")
    _begin_round(turn)
    go_on(turn, find_anew(turn))
    asked = [offer.pool_id for offer in turn.handoff.offers]
    if event.pool_id not in (*asked, *turn.handoff.waitlist):
        wake(turn, event.pool_id)
    return Explanation("look again", f"{event.pool_id} has a seat free for a kept request")


def _begin_round(turn: Turn) -> None:
    """Begin the steps where none goes on, and ask pools again that were asked long enough ago."""
    handoff, now = turn.handoff, turn.facts.now
    if handoff.retry_at and now >= handoff.retry_at:
        ask_all_anew(turn)
    if not handoff.steps_from:
        turn.change_handoff(steps_from=now)


# ---------------------------------------------------------------- keeping on, and the end


def _keep(turn: Turn, found: Route, *, goes_on: bool, tells: bool) -> None:
    """Stay in the lists of the pools that could take the request, and set the time to look.

    A desk where nobody sat is one of them: whoever sits down there wakes the list.

    Where no step `goes_on`, the steps begin anew with the next look.
    """
    turn.give_to(BOT)
    _put_off_tried(turn)
    pools = tuple(dict.fromkeys((*found.full, *found.closed, *turn.handoff.unmanned)))
    look_at = _look_at(turn, found)
    renews = pools == turn.handoff.waitlist
    if not renews:
        leave_waitlist(turn)
    if pools:
        until = look_at + LEASE_SECONDS * 1000
        join_waitlist(turn, pools, until=until, renews=renews)
    turn.change_handoff(
        state="kept",
        look_at=look_at,
        waitlist=pools,
        steps_from=turn.handoff.stepping_since if goes_on else 0,
    )
    turn.start_timer(KEPT_LOOK, turn.conversation.id, look_at)
    callback = turn.handoff.callback
    if not turn.handoff.told_to_wait:
        turn.change_handoff(told_to_wait=True)
        _tell_kept(turn, found)
    elif tells and not (callback and callback.until):  # whoever chose a time waits for its end
        tell_due(turn, found.full, found.opens_at)


def _put_off_tried(turn: Turn) -> None:
    """Set the time at which the pools that did not take the request are asked again."""
    handoff = turn.handoff
    if handoff.tried and not handoff.retry_at:
        wait = min(RETRY_SECONDS << min(handoff.retries, 8), LONGEST_RETRY_SECONDS)
        turn.change_handoff(
            retry_at=turn.facts.now + wait * 1000,
            retries=handoff.retries + 1,
        )


def _look_at(turn: Turn, found: Route) -> int:
    """Return when the request is looked at next, at the latest at its end."""
    handoff = turn.handoff
    sleeps = not found.full and not handoff.tried and found.opens_at is not None
    seldom = sleeps or (bool(found.full) and _is_far_back(turn, found))
    pause = LOOK_SELDOM_SECONDS if seldom else LOOK_SECONDS
    stage = next_due(turn) if found.full else None
    moments = (_turn_at(turn, found), found.changes_at, handoff.retry_at, stage)
    return min(
        handoff.kept_until,
        turn.facts.now + pause * 1000,
        *(each for each in moments if each and each > turn.facts.now),
    )


def _turn_at(turn: Turn, found: Route) -> int | None:
    """Return when the request looks because a pool opens, or None where no opening is known.

    Those who find a seat look at that time. Those behind them are woken when a seat comes free, and
    look within the minutes after it, each at another time, so that they hold nobody up.
    """
    if found.opens_at is None:
        return None
    opening = [each for each in turn.facts.pools if each.id in found.closed]
    seats = sum(each.free for each in opening)
    if any(not each.full or each.ahead < seats for each in opening):
        return found.opens_at
    return found.opens_at + crc32(turn.conversation.id.encode()) % (LOOK_SECONDS * 1000)


def _is_far_back(turn: Turn, found: Route) -> bool:
    """Return whether so many stand before the request that a look changes nothing soon."""
    ahead = [each.waits_ahead for each in turn.facts.pools if each.id in found.full]
    counted = [each for each in ahead if each is not None]
    return bool(counted) and min(counted) >= FAR_BACK


def _tell_kept(turn: Turn, found: Route) -> None:
    """Tell the customer that the request is kept, until when, and when people are back."""
    if found.opens_at and not found.full:
        tell_closed(turn, found.opens_at)
        return
    facts, zone = turn.facts, turn.header.zone or turn.facts.zone
    until = moment(facts.texts, turn.handoff.kept_until, now=facts.now, zone=zone)
    tell_at_once(turn, "kept", found.full, until=until)


def _end_in_time(turn: Turn) -> Explanation:
    """End a request whose time is over. One that had a chosen time is kept on, and told."""
    callback = turn.handoff.callback
    if callback is None or not callback.until:
        _expire(turn)
        return Explanation("request expired", "no pool took the request in time")
    missed(turn)
    go_on(turn, find(turn), tells=False)
    return Explanation("callback missed", "no pool came in the chosen time")


def _expire(turn: Turn) -> None:
    """End the request. Its alarm takes the place of a missed callback on the lead's list."""
    make_up(turn)
    end_callback(turn, "expired")
    leave_waitlist(turn)
    end_wait(turn, "expired")
    turn.give_to(BOT)
    turn.change_handoff(state="expired", look_at=0, kept_until=0)
    turn.notice("kept_expired")
    effect_id = turn.new_id("a", REQUEST_EXPIRED)
    turn.effects.append(RaiseAlarm(effect_id, turn.conversation.id, REQUEST_EXPIRED))


TIMERS: Mapping[str, Rule] = {KEPT_LOOK: kept_look}
READINGS: Mapping[type, ReadingRule] = {TakesBack: taken_back}
