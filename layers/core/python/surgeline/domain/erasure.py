"""An erasure forgets everything said in a thread, and recognises late events of that time.

The thread itself stays as a tombstone. Its numbers go on, so that no old event can pass for new.
The store deletes the records.
"""

from collections.abc import Mapping

from surgeline.domain.brought.events import TeamWrote
from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.events import (
    CustomerLeft,
    CustomerWrote,
    Event,
    PersonAnswered,
    ThreadErased,
)
from surgeline.domain.handing_over import stop_waiting
from surgeline.domain.ids import number_of
from surgeline.domain.look_ups.asking import unlink_thread
from surgeline.domain.ownership import close
from surgeline.domain.sent_files.events import CustomerDeleted
from surgeline.domain.thread import Conversation, EndedBy, Thread
from surgeline.domain.turn import Explanation, Rule, Turn
from surgeline.domain.untold import reach_again

WORDLESS = ("handoff.withdrawn", "conversation.abandoned", "conversation.taken_back")
"""Events to pools that carry nothing that was said. They are sent in spite of an erasure."""


def erase(turn: Turn, event: ThreadErased) -> Explanation:
    """End the open conversation, tell its pool, and keep nothing of the thread but its numbers."""
    unlink_thread(turn)
    conversation = turn.current
    if conversation and conversation.is_open:
        end_for_customer(turn, "erased")
    elif conversation:
        reach_again(turn, say=False)
    left = turn.current
    turn.thread = Thread(
        id=turn.header.id,
        channel_id=turn.header.channel_id,
        sender="",
        seq=turn.header.seq,
        conversation=left
        and Conversation(
            left.id,
            left.number,
            left.opened_at,
            left.epoch,
            closed_at=left.closed_at,
            ended_by="erased",
            first_seq=left.first_seq,
        ),
        erased_at=event.at,
        erased_number=left.number if left else 0,
        erased_seq=turn.event_seq,
        left_seq=turn.header.left_seq,
        has_former_ids=turn.header.has_former_ids,
        drill=turn.header.drill,
    )
    return Explanation("erase", "an operator had the thread erased")


def end_for_customer(turn: Turn, ended_by: EndedBy) -> None:
    """Close the conversation of a customer who is gone, and tell its pool and the asked pools."""
    conversation = turn.conversation
    if conversation.owner.kind == "waiting" or conversation.is_kept:
        stop_waiting(turn, "customer_left")
    elif conversation.owner.pool_id:
        turn.tell_pool(conversation.owner.pool_id, "conversation.abandoned")
        had = (*turn.handoff.tried, conversation.owner.pool_id)
        turn.change_handoff(state="abandoned", tried=had)
    close(turn, ended_by)
    turn.change(last_pool=None)


_UNNUMBERED = (
    CustomerWrote,
    CustomerDeleted,
    CustomerLeft,
    CustomerMoved,
    PersonAnswered,
    TeamWrote,
    ThreadErased,
)
"""The events that name no conversation."""


def came_too_late(thread: Thread, event: Event) -> bool:
    """Return whether an event belongs to the erased time, so that nothing of it may be kept."""
    if not thread.erased_at:
        return False
    if isinstance(event, _UNNUMBERED):
        return _written_at(event) <= thread.erased_at
    return number_of(event.conversation_id) <= thread.erased_number


def _written_at(event: Event) -> int:
    """Return when the words were written. A message of an older queue is older than its event."""
    is_brought = isinstance(event, CustomerWrote | TeamWrote) and event.brought
    return is_brought.written_at if is_brought else event.at


def was_erased(thread: Thread, conversation_id: str, event_type: str) -> bool:
    """Return whether an outbound event tells something of the erased time."""
    erased = 0 < number_of(conversation_id) <= thread.erased_number
    return erased and event_type not in WORDLESS


RULES: Mapping[type, Rule] = {ThreadErased: erase}
