"""`decide` applies an event to a thread. It joins the rules of the modules beside it.

It is pure: time, readings, pools and texts are facts. A refused event (a stale epoch, an offer that
is over) is recorded with its reason and changes nothing. A new event, timer or reading is a module
of its own with its rule, and one line here.
"""

from dataclasses import replace

from surgeline.domain import (
    assigning,
    bot,
    customer,
    elsewhere,
    erasure,
    handing_over,
    ownership,
    untold,
)
from surgeline.domain.backlog import rules as backlog
from surgeline.domain.customer import bot_would_speak
from surgeline.domain.events import Event, TimerFired
from surgeline.domain.facts import Facts
from surgeline.domain.look_ups import moved, profile
from surgeline.domain.media import deleted, files
from surgeline.domain.survey import after_quiet
from surgeline.domain.thread import Conversation, Thread
from surgeline.domain.turn import Decision, Explanation, Tables, Turn, joined
from surgeline.domain.waiting import keeping, notices, promises
from surgeline.domain.waiting.callbacks import offer_ways

__all__ = ["TABLES", "Decision", "Explanation", "bot_would_speak", "decide"]


def _timer_fired(turn: Turn, event: TimerFired) -> Explanation:
    rule = turn.tables.timers.get(event.kind)
    if rule is None:
        return Explanation("ignore", f"this release knows no timer {event.kind!r}")
    return rule(turn, event)


def _rejected(before: Conversation | None, turn: Turn) -> tuple[str, ...]:
    """Return the articles that the event's message rejected."""
    after = turn.current
    if before is None or after is None or before.id != after.id:
        return ()
    return tuple(each for each in after.rejected if each not in before.rejected)


TABLES = Tables(
    rules=joined(
        assigning.RULES,
        backlog.RULES,
        customer.RULES,
        elsewhere.RULES,
        erasure.RULES,
        notices.RULES,
        handing_over.RULES,
        deleted.RULES,
        files.RULES,
        ownership.RULES,
        moved.RULES,
        profile.RULES,
        untold.RULES,
        bot.RULES,
        {TimerFired: _timer_fired},
    ),
    timers=joined(
        bot.TIMERS,
        handing_over.TIMERS,
        keeping.TIMERS,
        ownership.TIMERS,
        promises.TIMERS,
        after_quiet.TIMERS,
        untold.TIMERS,
    ),
    readings=joined(bot.READINGS, keeping.READINGS),
)
"""The rules of this release."""


def decide(thread: Thread, event: Event, facts: Facts, tables: Tables = TABLES) -> Decision:
    """Apply one event. The same arguments always give the same decision."""
    turn = Turn(thread, event, facts, tables)
    explanation = tables.rules[type(event)](turn, event)
    offer_ways(turn)
    if turn.remarks:
        explanation = replace(explanation, why="; ".join([explanation.why, *turn.remarks]))
    if turn.routing:
        explanation = replace(explanation, routing=tuple(turn.routing))
    if rejected := _rejected(thread.conversation, turn):
        explanation = replace(explanation, rejected=rejected)
    return Decision(
        turn.after(),
        turn.event_seq,
        (*turn.effects, *turn.records),
        explanation,
        asks_pools=turn.asks_pools,
    )
