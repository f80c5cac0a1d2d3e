"""A text that a provider took and could not deliver is found here by the name that we gave it."""

from dataclasses import replace

from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.effects import SendText
from surgeline.domain.events import Event, TextUndelivered

RECENT = 40
"""How many of the newest records are looked through."""


def with_place(store: ConversationStore, event: Event) -> Event:
    """Return a late failure with the place of its text. Any other event is returned as it is.

    A failure of a text that nobody finds keeps no conversation.
    """
    if not isinstance(event, TextUndelivered) or event.conversation_id:
        return event
    text = lost_text(store, event)
    if text is None:
        return event
    return replace(
        event,
        conversation_id=text.conversation_id,
        text_seq=text.seq,
        by_person=text.speaker == "person",
    )


def lost_text(store: ConversationStore, event: TextUndelivered) -> SendText | None:
    """Return the text of a late failure, or None where the log does not have it any more."""
    if not event.text_id:
        return None
    records = store.records(event.thread_id, limit=RECENT, newest_first=True)
    said = (each for record in records for each in record.effects if isinstance(each, SendText))
    return next((each for each in said if each.id == event.text_id), None)
