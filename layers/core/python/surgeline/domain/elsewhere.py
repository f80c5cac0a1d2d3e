"""A person of the company may answer past this system, in the provider's own app.

The bot is silent then, because two who answer at once confuse the customer.
"""

from collections.abc import Mapping

from surgeline.domain.events import PersonAnswered
from surgeline.domain.handing_over import stop_waiting
from surgeline.domain.opening import open_conversation
from surgeline.domain.thread import BOT, Conversation
from surgeline.domain.turn import Explanation, Rule, Turn
from surgeline.domain.waiting.promises import keep_promise


def is_answered_elsewhere(conversation: Conversation | None) -> bool:
    """Return whether a person answers the open conversation past this system."""
    return conversation is not None and conversation.is_open and conversation.answered_at > 0


def person_answered(turn: Turn, event: PersonAnswered) -> Explanation:
    """Leave the conversation to the person who answered. No pool is asked for it any more.

    A pool that has the conversation keeps it. After a rest, the bot answers the next conversation.
    A silent conversation of a backlog is an ordinary one from then on.
    """
    turn.change_header(sender=event.sender)
    open_conversation(turn, turn.current)
    turn.revive("person")
    turn.change(last_customer_at=turn.facts.now)
    keep_promise(turn)
    owner = turn.conversation.owner
    if owner.kind == "pool":
        return Explanation("keep", f"{owner.pool_id} owns the conversation")
    if owner.kind == "waiting" or turn.conversation.is_kept:
        stop_waiting(turn, "taken")
        turn.give_to(BOT)
    turn.change(answered_at=turn.facts.now, choices=())
    return Explanation("keep", "a person answers in the provider's app")


RULES: Mapping[type, Rule] = {PersonAnswered: person_answered}
