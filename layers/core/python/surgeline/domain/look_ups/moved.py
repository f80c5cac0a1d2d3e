"""A customer whom the channel names anew stays in the thread of the former name.

The thread of the new name only points to it. So one writer goes on, with its owner and its order.
"""

from collections.abc import Mapping
from typing import Final

from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.effects import LinkThread
from surgeline.domain.turn import Explanation, Rule, Turn

LINKED_MS: Final = 430 * 86_400_000
"""An erasure under the new name finds the thread for so long, which is as long as one is kept."""
RENEWED_MS: Final = 200 * 86_400_000
"""A pointer of that age is made anew with the customer's next words, so that it never ends."""


def customer_moved(turn: Turn, event: CustomerMoved) -> Explanation:
    """Write to the new name from now on, or point to the thread that goes on.

    A thread in which the customer wrote before goes on by itself. So does one to which the former
    name's thread leads, because the customer has a name back.
    """
    if event.after:
        turn.change_header(sender=event.sender)
        until = turn.facts.now + LINKED_MS
        turn.effects.append(LinkThread(turn.new_id("n", "moved"), event.after, until))
        return Explanation("note", "the channel names the customer anew")
    if turn.current is not None or not event.before:
        return Explanation("ignore", "the customer wrote under the new name already")
    onward = turn.facts.goes_on_in or event.before
    if onward == turn.header.id:
        return Explanation("ignore", "the customer has a former name again")
    turn.change_header(moved_to=onward, moved_at=turn.facts.now)
    return Explanation("note", "the customer goes on in the thread of the former name")


RULES: Mapping[type, Rule] = {CustomerMoved: customer_moved}
