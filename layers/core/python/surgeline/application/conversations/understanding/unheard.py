"""Words that did not reach the customer are found here, to be said again."""

from surgeline.application.conversations.understanding.late_failures import lost_text
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote, Event, TextUndelivered
from surgeline.domain.thread import Thread

RECENT = 40


def unheard_words(store: ConversationStore, thread: Thread, event: Event) -> tuple[SendText, ...]:
    """Return the lost words of people, if the customer writes and there are any. Oldest first.

    For a text that the provider could not deliver after all, that text is returned.
    """
    if isinstance(event, TextUndelivered):
        lost = lost_text(store, event)
        return (lost,) if lost else ()
    current = thread.conversation
    if current is None or not current.unheard or not isinstance(event, CustomerWrote):
        return ()
    records = store.records(thread.id, limit=RECENT, newest_first=True)
    said = [
        each
        for record in records
        for each in record.effects
        if isinstance(each, SendText) and each.speaker == "person" and each.seq in current.unheard
    ]
    return tuple(sorted(said, key=lambda each: each.seq))
