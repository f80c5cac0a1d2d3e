"""The first guard of a send: the state of its thread may forbid the send. Nothing is read here."""

from surgeline.application.ports.deliveries import DESK_FILE, Delivery
from surgeline.domain.erasure import WORDLESS, was_erased
from surgeline.domain.thread import Conversation, Owner, Thread


def reason_to_drop(thread: Thread | None, delivery: Delivery) -> str | None:
    """Return why this delivery must not be sent, or None.

    To the customer: system notices always go out. A text of the bot or of a pool is dropped once
    another pool owns the conversation. After the customer left, the words that a pool said before
    go out, and the confirmation of the end. The writer takes no words of a pool after the end.

    To a pool: a customer's message is sent only while the pool owns the conversation under that
    epoch. An end notice is dropped if the pool owns the conversation again.

    A file of a pool's person is fetched only while that pool has the conversation, or just took it.

    Any other delivery is dropped only for an erasure.
    """
    if thread is None:
        return None
    if was_erased(thread, delivery.conversation_id, delivery.event):
        return "erased"
    if thread.conversation is None:
        return None
    if delivery.target == "pool":
        return _reason_for_pool(thread.conversation, delivery)
    may = {"channel": _may_hear, DESK_FILE: _may_come}.get(delivery.target)
    return None if may is None or may(thread.conversation, delivery) else "not the owner"


def _reason_for_pool(conversation: Conversation, delivery: Delivery) -> str | None:
    owned = conversation.owner == Owner("pool", delivery.target_id)
    if delivery.event == "conversation.message":
        return None if owned and conversation.epoch == delivery.epoch else "not the owner"
    again = owned and conversation.id == delivery.conversation_id
    return "has it again" if again and delivery.event in WORDLESS else None


def _may_come(conversation: Conversation, delivery: Delivery) -> bool:
    """Return whether the file is of the owner, or of one whom the writer does not know yet."""
    if conversation.id != delivery.conversation_id or not conversation.is_open:
        return False
    owned = conversation.owner == Owner("pool", delivery.target_id)
    return conversation.epoch < delivery.epoch or (owned and conversation.epoch == delivery.epoch)


def _may_hear(conversation: Conversation, delivery: Delivery) -> bool:
    """Return whether the customer may hear this delivery of the conversation."""
    if conversation.was_left and conversation.id == delivery.conversation_id:
        return delivery.speaker not in ("bot", "system") or _says_that_it_is_closed(delivery)
    if delivery.speaker == "system":
        return True
    owner = conversation.owner
    newer = conversation.epoch > delivery.epoch
    return not (newer and owner.kind == "pool" and owner.pool_id != delivery.speaker)


def _says_that_it_is_closed(delivery: Delivery) -> bool:
    stands = delivery.payload.get("conversation")
    return isinstance(stands, dict) and stands.get("state") == "closed"
