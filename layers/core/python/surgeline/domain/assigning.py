"""A lead's word moves a conversation to a pool here, by the same offers and epochs as routing.

The pool is asked first. If it does not accept, the steps of the routing go on as ever.
"""

from collections.abc import Mapping

from surgeline.domain.account import Account
from surgeline.domain.events import ConversationAssigned
from surgeline.domain.handing_over import ask_first, hand_off, look_for_another
from surgeline.domain.ownership import REFUSED, let_go, lose, note_left, speaks
from surgeline.domain.thread import WAITING
from surgeline.domain.turn import Explanation, Rule, Turn
from surgeline.domain.waiting.asking import ask_anew


def assigned(turn: Turn, event: ConversationAssigned) -> Explanation:
    """Ask the named pool for the conversation. Refuse what was said of another epoch."""
    current = turn.current
    if current is None or current.id != event.conversation_id or not current.is_open:
        return Explanation(REFUSED, "the conversation is over")
    if current.epoch != event.epoch:
        return Explanation(REFUSED, "the conversation has changed hands meanwhile")
    if current.owner.pool_id == event.to:
        return Explanation("ignore", f"{event.to} has it already")
    if current.owner.kind == "pool":
        return _take_from_pool(turn, event, str(current.owner.pool_id))
    if current.owner == WAITING:
        ask_first(turn, event.to)
        return Explanation("assign", f"a lead asked {event.to} to take it")
    return hand_off(turn, "lead_asked", prefer=event.to)


def _take_from_pool(turn: Turn, event: ConversationAssigned, pool_id: str) -> Explanation:
    """Tell the owner that it has lost the conversation, and ask the other pool."""
    let_go(turn)
    if not speaks(turn):
        return Explanation("ignore", "it ended before")
    turn.account(Account.transferred)
    turn.tell_pool(pool_id, "conversation.taken_back", data={"reason": "reassigned"})
    note_left(turn, pool_id, "transferred", to=event.to)
    lose(turn, pool_id)
    ask_anew(turn, (event.to,))
    look_for_another(turn, "transferred", prefer=event.to)
    return Explanation("assign", f"a lead passed it on from {pool_id} to {event.to}")


RULES: Mapping[type, Rule] = {ConversationAssigned: assigned}
