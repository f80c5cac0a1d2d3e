"""A person who looks into a case promises the customer word by a time, and the time is kept here.

The next word of a person keeps the promise. At its time the customer is told whatever happened. A
broken promise is listed for the lead until a person has spoken or the conversation is over.
"""

from collections.abc import Mapping
from dataclasses import replace

from surgeline.domain.effects import EndLapse, ListLapse
from surgeline.domain.events import PoolPromised, TimerFired
from surgeline.domain.names import shown_name
from surgeline.domain.silence import answer_given, expect_answer
from surgeline.domain.thread import Promise
from surgeline.domain.turn import STALE_TIMER, Explanation, Rule, Turn
from surgeline.domain.waiting.callbacks import make_up
from surgeline.domain.waiting.moments import moment

PROMISE_DUE = "promise_due"
"""The kind of the timer that fires when a promised time is over."""


def make_promise(turn: Turn, event: PoolPromised) -> Explanation:
    """Tell the customer by when the owner writes, and have the thread woken then.

    The word of now keeps an earlier promise.
    """
    now = turn.facts.now
    agent = shown_name(event.agent) or turn.handoff.agent
    answer_given(turn)
    keep_promise(turn)
    if event.text:
        turn.say("person", event.text, pool_id=event.pool_id, agent=agent)
    promise = Promise(max(event.until, now), now, event.pool_id, agent)
    turn.change(promise=promise)
    turn.start_timer(PROMISE_DUE, turn.conversation.id, promise.until)
    until = moment(
        turn.facts.texts, promise.until, now=now, zone=turn.header.zone or turn.facts.zone
    )
    turn.notice("promised", agent=agent, until=until)
    return Explanation("promise", f"{event.pool_id} looks into it")


def keep_promise(turn: Turn) -> None:
    """End a promise, because a person has spoken or the conversation is over."""
    make_up(turn)
    promise = turn.conversation.promise
    if promise is None:
        return
    if promise.broken_at:
        effect_id = turn.new_id("q", "end_lapse")
        turn.effects.append(EndLapse(effect_id, turn.conversation.id, "promise_broken"))
    turn.change(promise=None)


def promise_due(turn: Turn, event: TimerFired) -> Explanation:
    """Tell the customer that there is no word yet, and the lead too. The owner owes one now."""
    current = turn.current
    if current is None or current.id != event.conversation_id or current.promise is None:
        return STALE_TIMER
    promise = current.promise
    if promise.broken_at or promise.until != event.due_at:
        return STALE_TIMER
    turn.change(promise=replace(promise, broken_at=turn.facts.now))
    turn.effects.append(
        ListLapse(
            turn.new_id("q", "list_lapse"),
            current.id,
            "promise_broken",
            due_at=promise.until,
            pool_id=current.owner.pool_id or promise.pool_id,
        )
    )
    if current.owner.kind == "pool":
        turn.change_handoff(quiet_since=0)  # the owner has all its time from now on
        expect_answer(turn)
    turn.notice("promise_broken")
    return Explanation("promise broken", f"no word of {promise.pool_id} came in time")


TIMERS: Mapping[str, Rule] = {PROMISE_DUE: promise_due}
