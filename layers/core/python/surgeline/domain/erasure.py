"""Forgetting what was said in a thread, and telling late comers that belong to it.

The thread itself stays, as a tombstone: its numbers go on, so that nothing old can pass for new.
Deleting the records is the store's.
"""

from surgeline.domain.events import CustomerLeft, CustomerWrote, Event, ThreadErased
from surgeline.domain.handing_over import stop_waiting
from surgeline.domain.ids import number_of
from surgeline.domain.ownership import close
from surgeline.domain.thread import Conversation, Thread
from surgeline.domain.turn import Explanation, Turn

WORDLESS = ("handoff.withdrawn", "conversation.abandoned", "conversation.taken_back")
"""Events to pools that carry nothing of what was said; they go out all the same."""


def erase(turn: Turn, event: ThreadErased) -> Explanation:
    """End what is open, telling the pool, and keep of the thread nothing but its numbers."""
    conversation = turn.thread.conversation
    if conversation and conversation.is_open:
        end_for_customer(turn)
    left = turn.thread.conversation
    turn.thread = Thread(
        id=turn.thread.id,
        channel_id=turn.thread.channel_id,
        sender="",
        seq=turn.thread.seq,
        conversation=left
        and Conversation(
            left.id, left.number, left.opened_at, left.epoch, closed_at=left.closed_at
        ),
        erased_at=event.at,
        erased_number=left.number if left else 0,
    )
    return Explanation("erase", "an operator had the thread erased")


def end_for_customer(turn: Turn) -> None:
    """Close the conversation for a customer who is gone: whoever was asked or had it is told."""
    conversation = turn.conversation
    if conversation.owner.kind == "waiting":
        stop_waiting(turn, "customer_left")
    elif conversation.owner.pool_id:
        turn.tell_pool(conversation.owner.pool_id, "conversation.abandoned")
        had = (*turn.handoff.tried, conversation.owner.pool_id)
        turn.change_handoff(state="abandoned", tried=had)
    close(turn)
    turn.change(last_pool=None)


def came_too_late(thread: Thread, event: Event) -> bool:
    """Whether an event belongs to what was erased, so that nothing of it may be kept."""
    if not thread.erased_at:
        return False
    if isinstance(event, CustomerWrote | CustomerLeft | ThreadErased):
        return event.at <= thread.erased_at
    return number_of(event.conversation_id) <= thread.erased_number


def was_erased(thread: Thread, conversation_id: str, event_type: str) -> bool:
    """Whether an outbound event tells something of what was erased."""
    erased = 0 < number_of(conversation_id) <= thread.erased_number
    return erased and event_type not in WORDLESS
