"""The pool that owns a conversation is heard here in its own order, or loses the conversation.

A pool may number its messages within an epoch. A message that overtook another is held until the
other comes. After `gap_seconds` the held message goes out marked.
"""

from collections.abc import Mapping
from dataclasses import replace

from surgeline.domain.account import Account
from surgeline.domain.events import (
    AgentTyped,
    AgentWrote,
    PoolNoted,
    PoolPromised,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
    PoolUnreachable,
    TimerFired,
)
from surgeline.domain.handing_over import free_seat, look_for_another
from surgeline.domain.ids import is_name
from surgeline.domain.let_down import note_let_down
from surgeline.domain.look_ups.asking import note_end
from surgeline.domain.names import shown_name
from surgeline.domain.outcome import PoolReport
from surgeline.domain.silence import answer_given, note_activity, overdue_at, start_silence_timer
from surgeline.domain.survey.ask import ask_whether_it_helped
from surgeline.domain.texts import fill
from surgeline.domain.thread import BOT, ESCALATION, EndedBy, Held, Owner
from surgeline.domain.turn import STALE_TIMER, Explanation, Rule, Turn
from surgeline.domain.untold import settle_unheard
from surgeline.domain.waiting.callbacks import make_up
from surgeline.domain.waiting.promises import keep_promise, make_promise

PoolEvent = AgentWrote | PoolResolved | PoolReturned | PoolTransferred

HELD_LIMIT = 10
"""How many events are held for earlier ones. One more ends the wait."""
MISSING_LIMIT = 20
"""How many of the newest numbers that never came are remembered, so that they may still come."""

REFUSED = "refuse"
"""The decision on an event that a pool may not send, or may send no longer. It stays on record."""

_STALE = Explanation(REFUSED, "the pool does not own the conversation under that epoch")


def pool_event(turn: Turn, event: PoolEvent) -> Explanation:
    """Let the owner speak, resolve or give back. Refuse any other pool on record."""
    if not _owned(turn, event):
        return _STALE
    if event.seq is None:
        let_go(turn)
        return _apply(turn, event) if speaks(turn) else _STALE
    handoff = turn.handoff
    if event.seq in handoff.missing:
        turn.change_handoff(missing=tuple(each for each in handoff.missing if each != event.seq))
        return _apply(turn, event, out_of_order=True)
    if event.seq <= handoff.heard_seq or event.seq in [held.seq for held in handoff.held]:
        return Explanation(REFUSED, f"number {event.seq} of this epoch was had before")
    if event.seq > handoff.heard_seq + 1:
        return _hold(turn, event)
    explanation = _apply(turn, event)
    _heard(turn, event.seq)
    return explanation


def pool_noted(turn: Turn, event: PoolNoted) -> Explanation:
    """Keep a note in the log, for the pool that has the conversation next."""
    if not _owned(turn, event):
        return _STALE
    note_activity(turn)
    return Explanation("keep", f"a note of {event.pool_id}")


def pool_promised(turn: Turn, event: PoolPromised) -> Explanation:
    """Let the owner promise word by a time. Its seat is free meanwhile."""
    if not _owned(turn, event):
        return _STALE
    let_go(turn)
    if not speaks(turn):
        return _STALE
    free_seat(turn, event.pool_id)
    return make_promise(turn, event)


def agent_typed(turn: Turn, event: AgentTyped) -> Explanation:
    """Note that somebody of the owner is writing."""
    if not _owned(turn, event):
        return _STALE
    note_activity(turn)
    return Explanation("keep", f"{event.pool_id} is writing")


def pool_unreachable(turn: Turn, event: PoolUnreachable) -> Explanation:
    """Take the conversation back, because a message could not be delivered to the owner."""
    if not _owned(turn, event):
        return _STALE
    return _take_back(turn, event.pool_id, "unreachable")


def agent_silence(turn: Turn, event: TimerFired) -> Explanation:
    """Check whether time is up for a pool that owes the customer an answer."""
    pool_id = turn.owner_since(event)
    if pool_id is None or turn.handoff.watch_at not in (0, event.due_at):
        return STALE_TIMER
    turn.change_handoff(watch_at=0)
    overdue = overdue_at(turn)
    if overdue is None:
        return Explanation("ignore", "a person has spoken")
    if turn.facts.now < overdue:
        start_silence_timer(turn)
        return Explanation("wait", f"{pool_id} has time left to answer")
    return _take_back(turn, pool_id, "silent")


def message_gap(turn: Turn, event: TimerFired) -> Explanation:
    """Send a held message, marked, because the one before it has not come."""
    stale = (
        turn.owner_since(event) is None
        or not turn.handoff.held
        or str(turn.handoff.heard_seq) != event.subject
    )
    if stale:
        return Explanation("ignore", "the gap was filled")
    first = _skip_gap(turn)
    return Explanation("send", f"number {first} of the pool went out without those before it")


def close(
    turn: Turn, ended_by: EndedBy, *, code: str | None = None, told: PoolReport | None = None
) -> None:
    """End the conversation. The pool that had it may get it back soon.

    `code` is the pool's own word for the end, and `told` what else it reported.
    """
    owner = turn.conversation.owner
    if owner.pool_id is not None:
        free_seat(turn, owner.pool_id)
        note_left(turn, owner.pool_id, ended_by)
    keep_promise(turn)
    settle_unheard(turn, ended_by)
    note_let_down(turn, ended_by, code)
    turn.give_to(BOT)
    turn.change(
        closed_at=turn.facts.now,
        ended_by=ended_by,
        resolution="assumed" if code == "solved" else None,
        last_pool=owner.pool_id,
        choices=(),
    )
    turn.record_outcome(code, told)


def let_go(turn: Turn, before: int | None = None) -> None:
    """Let held events take effect now, in order and marked, up to the number `before`."""
    while speaks(turn) and turn.handoff.held:
        if before is not None and turn.handoff.held[0].seq > before:
            return
        _release(turn, out_of_order=True)


def say_held(turn: Turn) -> None:
    """Let held messages and a held resolution take effect before the customer is gone.

    A held transfer or return has no effect, because the conversation ends and nobody owns it next.
    """
    if not speaks(turn):
        return
    for held in turn.handoff.held:
        event = _held_event(turn, held)
        if not isinstance(event, AgentWrote | PoolResolved):
            left = tuple(each for each in turn.handoff.held if each != held)
            turn.change_handoff(held=left)
            told = event.type.replace("_", " ") if event else "an event that is not on record"
            turn.remarks.append(f"{told} of the pool had waited for its turn, and is moot")
    while speaks(turn) and turn.handoff.held:
        _release(turn, out_of_order=True)


# ---------------------------------------------------------------- order


def _hold(turn: Turn, event: PoolEvent) -> Explanation:
    assert event.seq is not None
    note_activity(turn)
    before = turn.handoff.held
    held = (*before, Held(event.seq, event.id, turn.event_seq))
    turn.change_handoff(held=tuple(sorted(held, key=lambda each: each.seq)))
    if len(held) > HELD_LIMIT:
        _skip_gap(turn)
    elif not before:
        _time_gap(turn)
    return Explanation(
        "hold", f"number {event.seq} came before number {turn.handoff.heard_seq + 1}"
    )


def _heard(turn: Turn, seq: int) -> None:
    """Note that a number took effect, and let the events follow that waited only for it."""
    turn.change_handoff(heard_seq=seq)
    while speaks(turn) and turn.handoff.held and turn.handoff.held[0].seq == seq + 1:
        seq += 1
        _release(turn, out_of_order=False)
    if speaks(turn) and turn.handoff.held:
        _time_gap(turn)


def _skip_gap(turn: Turn) -> int:
    """Give up on the numbers before the first held event. Return the number of that event."""
    first = turn.handoff.held[0].seq
    gone = range(max(turn.handoff.heard_seq + 1, first - MISSING_LIMIT), first)
    turn.change_handoff(missing=(*turn.handoff.missing, *gone)[-MISSING_LIMIT:])
    _release(turn, out_of_order=True)
    _heard(turn, first)
    return first


def _release(turn: Turn, *, out_of_order: bool) -> None:
    """Let the first held event take effect."""
    found = _held_event(turn, turn.handoff.held[0])
    first, *rest = turn.handoff.held
    turn.change_handoff(held=tuple(rest), heard_seq=first.seq)
    if found:
        _apply(turn, found, out_of_order=out_of_order)
    else:
        turn.remarks.append(f"number {first.seq} of the pool is not on record any more")


def _held_event(turn: Turn, held: Held) -> PoolEvent | None:
    """Return a held event as its record has it, or None if the record is gone."""
    known = (*turn.facts.held, turn.event)
    found = next((each for each in known if each.id == held.event_id), None)
    return found if isinstance(found, PoolEvent) else None


def _time_gap(turn: Turn) -> None:
    due_at = turn.facts.now + turn.facts.rules.gap_seconds * 1000
    turn.start_timer("message_gap", str(turn.handoff.heard_seq), due_at)


def speaks(turn: Turn) -> bool:
    """Return whether a pool has the open conversation."""
    return turn.conversation.is_open and turn.conversation.owner.kind == "pool"


# ---------------------------------------------------------------- effect


def _owned(
    turn: Turn, event: PoolEvent | PoolNoted | PoolPromised | AgentTyped | PoolUnreachable
) -> bool:
    """Return whether the event comes from the owner of the open conversation, under its epoch."""
    current = turn.current
    return (
        current is not None
        and current.is_open
        and current.id == event.conversation_id
        and current.owner == Owner("pool", event.pool_id)
        and current.epoch == event.epoch
        and current.handoff is not None
    )


def _apply(turn: Turn, event: PoolEvent, *, out_of_order: bool = False) -> Explanation:
    if isinstance(event, AgentWrote):
        answer_given(turn)
        keep_promise(turn)
        turn.say(
            "person",
            _correction(turn, event.text) if event.corrects else event.text,
            pool_id=event.pool_id,
            agent=shown_name(event.agent) or turn.handoff.agent,
            out_of_order=out_of_order,
            media=event.media,
        )
        return Explanation("send", f"{event.pool_id} owns the conversation")
    let_go(turn, before=event.seq)
    if not speaks(turn):
        return Explanation("ignore", "it ended before")
    if isinstance(event, PoolResolved):
        turn.change_handoff(state="resolved")
        note_end(turn, event)
        close(turn, "pool", code=event.outcome, told=_reported(event))
        turn.notice("resolved")
        ask_whether_it_helped(turn)
        return Explanation("close", f"{event.pool_id} resolved it: {event.outcome}")
    if isinstance(event, PoolTransferred):
        return _pass_on(turn, event)
    free_seat(turn, event.pool_id)
    note_left(turn, event.pool_id, "returned", why=_word(event.reason))
    make_up(turn)
    had = (*turn.handoff.tried, event.pool_id)
    turn.change_handoff(state="returned", tried=had, kept_until=0)
    turn.give_to(BOT)
    turn.notice("returned")
    return Explanation("return", f"{event.pool_id} gave it back{_because(event)}")


def _correction(turn: Turn, text: str) -> str:
    """Return changed words as the customer is told them, because no channel changes its own."""
    return fill(turn.facts.texts.get("correction", "{text}"), {"text": text})


def _pass_on(turn: Turn, event: PoolTransferred) -> Explanation:
    """Ask the pool that the owner named first, if that pool can take the conversation."""
    if event.to == event.pool_id:
        return Explanation(REFUSED, "a pool can't transfer to itself")
    turn.account(Account.transferred)
    escalated = is_escalation(event.reason)
    why = ESCALATION if escalated else _word(event.reason)
    note_left(turn, event.pool_id, "transferred", to=event.to, why=why)
    lose(turn, event.pool_id)
    turn.change_handoff(escalated=escalated)
    look_for_another(turn, "transferred", prefer=event.to)
    known = event.to is None or event.to in [pool.id for pool in turn.facts.pools]
    to = (event.to or "the next pool") if known else f"the next pool: there is no {event.to}"
    return Explanation("transfer", f"{event.pool_id} passed it on to {to}{_because(event)}")


def _because(event: PoolReturned | PoolTransferred) -> str:
    """Return that the pool gave a reason. The event itself keeps the pool's words."""
    return ", with a reason" if event.reason else ""


def note_left(
    turn: Turn, pool_id: str, end: str, *, to: str | None = None, why: str | None = None
) -> None:
    """Keep for reports that the pool lost the conversation."""
    turn.account(lambda account: account.left(pool_id, turn.facts.now, end, to=to, why=why))


def is_escalation(reason: str) -> bool:
    """Return whether a pool passes a conversation on to a supervisor, by its reason."""
    return reason.strip().lower() == ESCALATION


def _word(reason: str) -> str | None:
    """Return a pool's reason if it is one word, as "escalation". Sentences may name a person."""
    return reason if is_name(reason) else None


def _reported(event: PoolResolved) -> PoolReport:
    return PoolReport(
        code=event.resolution_code,
        has_summary=bool(event.summary.strip()),
        suggests_article=event.article is not None,
        value=event.value,
        value_kind=event.value_kind,
        suggestions=event.suggestions,
    )


def lose(turn: Turn, pool_id: str) -> None:
    """Free the pool's seat, and begin routing anew without the pool."""
    free_seat(turn, pool_id)
    turn.change(
        handoff=replace(
            turn.handoff,
            tried=(*turn.handoff.tried, pool_id),
            agent_spoke=False,
            queued_at=turn.facts.now,
            held=(),
            quiet_since=0,
            watch_at=0,
        )
    )


def _take_back(turn: Turn, pool_id: str, reason: str) -> Explanation:
    """Take the conversation from a pool that is unreachable or silent, and ask the next pool."""
    let_go(turn)
    if not speaks(turn):
        return Explanation("ignore", "it ended before")
    turn.tell_pool(pool_id, "conversation.taken_back", data={"reason": reason})
    note_left(turn, pool_id, "taken_back", why=reason)
    lose(turn, pool_id)
    look_for_another(turn, "taken_back")
    return Explanation("take back", f"{pool_id}: {reason}")


RULES: Mapping[type, Rule] = {
    AgentTyped: agent_typed,
    AgentWrote: pool_event,
    PoolNoted: pool_noted,
    PoolPromised: pool_promised,
    PoolResolved: pool_event,
    PoolReturned: pool_event,
    PoolTransferred: pool_event,
    PoolUnreachable: pool_unreachable,
}
TIMERS: Mapping[str, Rule] = {"agent_silence": agent_silence, "message_gap": message_gap}
