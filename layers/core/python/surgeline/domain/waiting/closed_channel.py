"""A closed channel sends its customers on here, with a link that keeps who they are.

Whoever a person already has, or who waits for one, is left where they are. So is whoever a person
answers in the provider's own app.
"""

from typing import Final

from surgeline.domain.effects import LinkThread
from surgeline.domain.thread import BOT
from surgeline.domain.turn import Explanation, Turn

CLOSED: Final = "closed channel"
"""The decision on a message that is sent on."""
MOST_ARRIVED: Final = 5
ARRIVED_MS: Final = 430 * 86_400_000
"""An erasure finds the chat for so long, which is as long as a thread is kept."""


def send_on(turn: Turn) -> Explanation | None:
    """Say where to go, or return None where the channel is open or a person was asked for.

    The same words are not said again soon. A message meanwhile is kept in the thread.
    """
    sending, current = turn.facts.closure, turn.conversation
    if sending is None or current.owner != BOT or current.is_kept or current.answered_at:
        return None
    now = turn.facts.now
    again = turn.header.sent_on_at + turn.facts.waiting.same_again_minutes * 60_000
    if turn.header.sent_on_at and now < again:
        return Explanation(CLOSED, "the customer was sent on a moment ago")
    turn.change_header(sent_on_at=now)
    turn.say("system", sending.text, arrival=sending.arrival)
    return Explanation(CLOSED, "the channel is closed, so the customer is sent on")


def note_arrival(turn: Turn) -> None:
    """Have an erasure of the thread that the visitor was sent on from find this one too."""
    before, known = turn.facts.arrived, turn.header.arrived
    if not before or before in known:
        return
    turn.change_header(arrived=(*known, before)[-MOST_ARRIVED:])
    until = turn.facts.now + ARRIVED_MS
    turn.effects.append(LinkThread(turn.new_id("n", "arrival"), before, until))
