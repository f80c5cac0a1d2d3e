"""Events of a pool about its conversations are judged here, at once or by the writer.

Another pool's conversation looks like an unknown one.
"""

from collections.abc import Callable
from dataclasses import replace

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.offers import Offer, Offers
from surgeline.application.ports.refusals import Absent
from surgeline.domain.events import (
    AgentTyped,
    AgentWrote,
    Event,
    PoolNoted,
    PoolPromised,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
)
from surgeline.domain.ids import derived_id, number_of, thread_of
from surgeline.domain.ownership import REFUSED
from surgeline.domain.thread import Conversation, Owner, Thread
from surgeline.errors import Disagrees

OwnerEvent = AgentWrote | PoolResolved | PoolReturned | PoolTransferred | PoolNoted | PoolPromised

SIGN_SECONDS = 60
"""How long an answer must be owed before the writer hears of typing, and at most how often."""


class TooEarly(Disagrees):
    """Raised for an event of a pool that has not accepted its offer yet."""


def receive_pool_event(
    store: ConversationStore,
    offers: Offers,
    emit: Callable[[Event], None],
    event: OwnerEvent,
) -> None:
    """Queue the event for the thread's writer. A repeat of a done event does nothing.

    Raises Absent and Disagrees (too early, stale, or another event under an id that was taken). A
    stale event goes to the writer all the same, which refuses it on record, because it is kept for
    audit. An event that is too early leaves no record, so that it may come again under its id.
    """
    loaded = store.load(event.thread_id, event.id)
    if loaded.done is not None:
        if replace(loaded.done.event, at=0) != replace(event, at=0):
            raise Disagrees("another event was taken under this webhook-id", state="taken")
        if loaded.done.explanation.decision != REFUSED:
            return  # a caller that lost our answer gets the same answer again
    try:
        check_ownership(loaded.thread, offers, event.conversation_id, event.pool_id, event.epoch)
    except Disagrees as refusal:
        if loaded.done is None and not isinstance(refusal, TooEarly):
            emit(event)
        raise
    if loaded.done is None:
        emit(event)


def receive_typing(
    store: ConversationStore,
    offers: Offers,
    emit: Callable[[Event], None],
    *,
    conversation_id: str,
    pool_id: str,
    epoch: int,
    now: int,
) -> bool:
    """Return whether the pool owns the conversation, so that its typing may be shown.

    Raises as `receive_pool_event` does. Typing is kept nowhere. The writer hears of it only while
    the pool owes the customer an answer.
    """
    thread = store.thread(thread_of(conversation_id))
    conversation = check_ownership(thread, offers, conversation_id, pool_id, epoch)
    if not _owns(conversation, pool_id, epoch):
        return False
    quiet_since = conversation.handoff.quiet_since if conversation.handoff else 0
    if quiet_since and now - quiet_since >= SIGN_SECONDS * 1000:
        emit(
            AgentTyped(
                id=derived_id("e", conversation_id, f"typing/{epoch}/{quiet_since}"),
                thread_id=thread_of(conversation_id),
                at=now,
                conversation_id=conversation_id,
                pool_id=pool_id,
                epoch=epoch,
            )
        )
    return True


def check_ownership(
    thread: Thread | None, offers: Offers, conversation_id: str, pool_id: str, epoch: int
) -> Conversation:
    """Refuse an event of a pool that neither owns the conversation nor has just accepted it.

    The writer may not have heard of an acceptance yet, so the offer's own record is asked. Raises
    Absent for a foreign conversation, TooEarly before an acceptance, and Disagrees for a stale
    event.
    """
    conversation = thread.conversation if thread else None
    if conversation is None or not _concerns(conversation, conversation_id, pool_id):
        raise Absent("no such conversation")
    if conversation.id == conversation_id and _owns(conversation, pool_id, epoch):
        return conversation
    known = [] if conversation.id != conversation_id else _offers_of(conversation, offers, pool_id)
    if any((offer.status, offer.epoch) == ("accepted", epoch) for offer in known):
        return conversation
    if any(offer.status == "open" for offer in known):
        raise TooEarly("your pool has not accepted the offer yet", state="offered")
    state = "closed" if not conversation.is_open else str(conversation.owner.kind)
    raise Disagrees("your pool does not own the conversation under that epoch", state=state)


def _owns(conversation: Conversation, pool_id: str, epoch: int) -> bool:
    return (conversation.owner, conversation.epoch) == (Owner("pool", pool_id), epoch)


def _offers_of(conversation: Conversation, offers: Offers, pool_id: str) -> list[Offer]:
    """Return the records of the pool's offers that the writer still takes for open."""
    out = conversation.handoff.offers if conversation.handoff else ()
    found = [offers.read(each.offer_id) for each in out if each.pool_id == pool_id]
    return [each for each in found if each is not None]


def _concerns(conversation: Conversation, conversation_id: str, pool_id: str) -> bool:
    """Return whether the pool has, had, or is offered the conversation (or its successor)."""
    if number_of(conversation_id) > conversation.number:
        return False
    handoff = conversation.handoff
    known = {conversation.owner.pool_id, conversation.last_pool}
    if handoff:
        known |= {*handoff.tried, *(offer.pool_id for offer in handoff.offers)}
    return pool_id in known
