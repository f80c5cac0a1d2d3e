"""A message that the customer took back loses its words and its files' names in the log here."""

from collections.abc import Iterator
from dataclasses import replace

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.thread_log import records_after
from surgeline.domain.events import CustomerWrote
from surgeline.domain.media.deleted import without_file, without_words
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
    """Take the words and the files' names out of a message and of its edits. Repeats are safe."""
    original = message_of(store, event)
    if original is None:
        return
    for record in _with_edits(store, event, original):
        forgotten = _forgotten(record)
        if forgotten != record:
            store.rewrite(forgotten)


def _forgotten(record: Record) -> Record:
    assert isinstance(record.event, CustomerWrote)
    effects = tuple(map(without_file, record.effects))
    return replace(record, event=without_words(record.event), effects=effects)


def _with_edits(
    store: ConversationStore, event: CustomerDeleted, original: Record
) -> Iterator[Record]:
    yield original
    for record in records_after(store, event.thread_id, original.seq):
        if isinstance(record.event, CustomerWrote) and record.event.edits == event.deletes:
            yield record
