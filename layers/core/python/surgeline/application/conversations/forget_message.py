"""The words of a message that the customer took back are taken out of the thread's log here."""

from collections.abc import Iterator
from dataclasses import replace

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.thread_log import records_after
from surgeline.domain.events import CustomerWrote
from surgeline.domain.media.deleted import DELETED, without_words
from surgeline.domain.sent_files.events import CustomerDeleted


def message_of(store: ConversationStore, event: CustomerDeleted) -> Record | None:
    """Return the record of the message that is taken back, or None where there is none."""
    found = store.load(event.thread_id, event.deletes).done
    return found if found and isinstance(found.event, CustomerWrote) else None


def had_files(store: ConversationStore, event: CustomerDeleted) -> bool:
    """Return whether the message that is taken back came with files."""
    record = message_of(store, event)
    return (
        record is not None and isinstance(record.event, CustomerWrote) and bool(record.event.media)
    )


def forget_message(store: ConversationStore, event: CustomerDeleted) -> None:
    """Take the words out of a message and of its edits. A repeat does no harm."""
    original = message_of(store, event)
    if original is None:
        return
    for record in _with_edits(store, event, original):
        said = record.event
        if isinstance(said, CustomerWrote) and said.text != DELETED:
            store.rewrite(replace(record, event=without_words(said)))


def _with_edits(
    store: ConversationStore, event: CustomerDeleted, original: Record
) -> Iterator[Record]:
    yield original
    for record in records_after(store, event.thread_id, original.seq):
        if isinstance(record.event, CustomerWrote) and record.event.edits == event.deletes:
            yield record
