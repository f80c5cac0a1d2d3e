"""The thread of an event is chosen here: a new one, one that goes on elsewhere, or none at all."""

from dataclasses import replace
from typing import Final

from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.brought.events import BacklogActed, TeamWrote
from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.events import (
    CustomerLeft,
    CustomerWrote,
    Event,
    PersonAnswered,
    TextUndelivered,
    ThreadErased,
)
from surgeline.domain.ids import derived_id
from surgeline.domain.look_ups.moved import RENEWED_MS
from surgeline.domain.sent_files.events import CustomerDeleted
from surgeline.domain.thread import Thread

_FOLLOWING = (
    CustomerWrote,
    CustomerLeft,
    CustomerDeleted,
    PersonAnswered,
    TextUndelivered,
    TeamWrote,
    BacklogActed,
)
"""The events that belong to the customer, whatever the channel's name of the customer is."""

HOPS: Final = 5
"""So many pointers are followed. One is the rule, as each leads to the thread that goes on."""


def followed(store: ConversationStore, thread: Thread | None, event: Event) -> Event | None:
    """Return the event for the thread in which the customer goes on, or None if it stays here."""
    if thread is None or not thread.moved_to:
        return None
    if isinstance(event, _FOLLOWING) or (isinstance(event, CustomerMoved) and event.after):
        onward = goes_on_in(store, thread.id)
        return replace(event, thread_id=onward) if onward != thread.id else None
    return None


def renewals(pointer: Thread | None, event: Event, now: int) -> tuple[CustomerMoved, ...]:
    """Return what makes an old pointer anew, and the link by which an erasure finds the thread.

    Both are kept for a while only, and the customer may write for years.
    """
    is_old = pointer is not None and now - pointer.moved_at >= RENEWED_MS
    if pointer is None or not is_old or not isinstance(event, CustomerWrote):
        return ()
    return _link(pointer.id, event.thread_id, event, now)


def two_names(store: ConversationStore, event: Event, now: int) -> tuple[CustomerMoved, ...]:
    """Return what makes one thread of the two names that a message has for its customer.

    The thread with words goes on, and the other one points to it. That is looked at where the
    message begins a conversation.
    """
    if not isinstance(event, CustomerWrote) or event.also in ("", event.thread_id):
        return ()
    thread = store.thread(event.thread_id)
    if thread and (thread.moved_to or (thread.conversation and thread.conversation.is_open)):
        return ()
    other = store.thread(event.also)
    if thread is None and other and other.conversation and not other.moved_to:
        return _link(event.thread_id, event.also, event, now)
    return _link(event.also, event.thread_id, event, now)


def _link(pointer: str, onward: str, event: CustomerWrote, now: int) -> tuple[CustomerMoved, ...]:
    """Return what lets one thread point to the other, and the link back."""
    name = f"{pointer}/{now // RENEWED_MS}"
    ids = [derived_id("e", name, each) for each in (pointer, onward)]
    channel_id = event.channel_id
    return (
        CustomerMoved(ids[0], pointer, channel_id, now, before=onward),
        CustomerMoved(ids[1], onward, channel_id, now, after=pointer, sender=event.sender),
    )


def goes_on_in(store: ConversationStore, thread_id: str) -> str:
    """Return the thread in which the customer of a thread goes on, which mostly is that one.

    Threads may point at each other, if two changes were heard at once or by an older release. Then
    each of them leads to the same one: where words are, or which knows whom to write to.
    """
    seen: dict[str, Thread] = {}
    while len(seen) < HOPS and (known := store.thread(thread_id)) and known.moved_to:
        seen[thread_id] = known
        thread_id = known.moved_to
        if thread_id in seen:
            ring = list(seen.values())[list(seen).index(thread_id) :]
            return max(ring, key=_claim).id
    return thread_id


def _claim(thread: Thread) -> tuple[bool, bool, str]:
    return thread.conversation is not None, bool(thread.sender), thread.id


def first(event: Event) -> Thread | None:
    """Return a new thread for a message of the customer or of a person who answered.

    For an unknown thread other events are lost. An erasure makes a thread as well. Its tombstone
    drops the messages that nobody could read yet.
    """
    if isinstance(event, CustomerWrote):
        former = event.former_id is None  # release 0.1.0 queued it, and maybe others
        return Thread(event.thread_id, event.channel_id, event.sender, has_former_ids=former)
    if isinstance(event, PersonAnswered | TeamWrote):
        return Thread(event.thread_id, event.channel_id, event.sender, has_former_ids=False)
    if isinstance(event, CustomerMoved):
        return Thread(event.thread_id, event.channel_id, event.sender, has_former_ids=False)
    if isinstance(event, ThreadErased) and event.channel_id:
        return Thread(event.thread_id, event.channel_id, sender="", has_former_ids=True)
    return None


def ends_nothing(event: Event, thread: Thread) -> bool:
    """Return whether a customer leaves a chat that is not going on, which leaves no record."""
    conversation = thread.conversation
    return isinstance(event, CustomerLeft) and not (conversation and conversation.is_open)
