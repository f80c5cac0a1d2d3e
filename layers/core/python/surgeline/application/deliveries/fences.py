"""Whether a delivery may still be sent, by how its thread stands now. Nothing is read here."""

from surgeline.application.ports.deliveries import Delivery
from surgeline.domain.erasure import WORDLESS, was_erased
from surgeline.domain.thread import Conversation, Owner, Thread


def why_not(thread: Thread | None, delivery: Delivery) -> str | None:
    """Why the thread's state forbids this send; None where it does not.

    To a customer: a notice always (it stands before the person's words in the same group), the
    bot's and a pool's words unless another pool owns the conversation by now; once the customer has
    left it, nothing but the word that confirms that. To a pool: a message only while it owns the
    conversation under that epoch; what ends an offer or ownership unless the pool has got the
    conversation again, which says as much and must not be taken for what ended.
    """
    if thread is None:
        return None
    if was_erased(thread, delivery.conversation_id, delivery.event):
        return "erased"
    if thread.conversation is None:
        return None
    if delivery.target == "pool":
        return _why_no_pool(thread.conversation, delivery)
    return None if _may_hear(thread.conversation, delivery) else "not the owner"


def _why_no_pool(conversation: Conversation, delivery: Delivery) -> str | None:
    owned = conversation.owner == Owner("pool", delivery.target_id)
    if delivery.event == "conversation.message":
        return None if owned and conversation.epoch == delivery.epoch else "not the owner"
    again = owned and conversation.id == delivery.conversation_id
    return "has it again" if again and delivery.event in WORDLESS else None


def _may_hear(conversation: Conversation, delivery: Delivery) -> bool:
    """Whether the customer may hear this of it."""
    if conversation.was_left and conversation.id == delivery.conversation_id:
        return _says_that_it_is_closed(delivery)
    if delivery.speaker == "system":
        return True
    owner = conversation.owner
    newer = conversation.epoch > delivery.epoch
    return not (newer and owner.kind == "pool" and owner.pool_id != delivery.speaker)


def _says_that_it_is_closed(delivery: Delivery) -> bool:
    stands = delivery.payload.get("conversation")
    return isinstance(stands, dict) and stands.get("state") == "closed"
