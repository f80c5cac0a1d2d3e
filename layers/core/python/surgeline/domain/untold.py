"""The pool that owns a conversation is told here of each message that its customer wrote.

A text that its customer was never told is noted here too, for whoever has the conversation.
"""

from collections.abc import Mapping

from surgeline.domain.events import TextUndelivered, TimerFired
from surgeline.domain.limits import UNTOLD_LIMIT
from surgeline.domain.turn import STALE_TIMER, Explanation, Rule, Turn

UNTOLD_MESSAGES = "untold_messages"
"""The kind of the timer that goes on with the messages that an owner is owed."""


def untold_messages(turn: Turn, event: TimerFired) -> Explanation:
    """Go on telling the owner what the customer wrote before it took the conversation."""
    pool_id = turn.owner_since(event)
    if pool_id is None or not turn.handoff.behind:
        return STALE_TIMER
    tell_untold(turn, pool_id)
    return Explanation("forward", f"{pool_id} owns the conversation")


def tell_untold(turn: Turn, pool_id: str) -> None:
    """Tell the owner what the customer wrote since its offer. A timer goes on if there is more."""
    for message in turn.facts.untold:
        tell_message(turn, pool_id, message.message_id, message.seq, message.at)
        turn.change_handoff(told_seq=message.seq)
    behind = len(turn.facts.untold) == UNTOLD_LIMIT
    turn.change_handoff(behind=behind)
    if behind:
        turn.start_timer(UNTOLD_MESSAGES, turn.conversation.id, turn.facts.now)


def tell_message(turn: Turn, pool_id: str, message_id: str, seq: int, at: int) -> None:
    """Forward a customer's message to the pool that owns the conversation."""
    data: dict[str, str | int | None] = {"message_id": message_id, "seq": seq, "at": at}
    turn.tell_pool(pool_id, "conversation.message", data=data)


TIMERS: Mapping[str, Rule] = {UNTOLD_MESSAGES: untold_messages}


def text_undelivered(turn: Turn, event: TextUndelivered) -> Explanation:
    """Keep on record that a text reached nobody. Transcripts and the console say it."""
    del turn
    return Explanation("note", f"a text reached nobody: {event.reason}")


RULES: Mapping[type, Rule] = {TextUndelivered: text_undelivered}
