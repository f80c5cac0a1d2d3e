"""A closed channel sends its customers on here, with a link that keeps who they are.

Whoever a person already has, or who waits for one, is left where they are. So is whoever a person
answers in the provider's own app.
"""

from typing import Final

from surgeline.domain.thread import BOT
from surgeline.domain.turn import Explanation, Turn

CLOSED: Final = "closed channel"
"""The decision on a message that is sent on."""


def send_on(turn: Turn) -> Explanation | None:
    """Say where to go, or return None where the channel is open or a person was asked for.

    The same words are not said again soon. A message meanwhile is kept in the thread.
    """
    text = turn.facts.closure
    current = turn.conversation
    if not text or current.owner != BOT or current.is_kept or current.answered_at:
        return None
    now = turn.facts.now
    again = turn.header.sent_on_at + turn.facts.waiting.same_again_minutes * 60_000
    if turn.header.sent_on_at and now < again:
        return Explanation(CLOSED, "the customer was sent on a moment ago")
    turn.note(sent_on_at=now)
    turn.say("system", text)
    return Explanation(CLOSED, "the channel is closed, so the customer is sent on")
