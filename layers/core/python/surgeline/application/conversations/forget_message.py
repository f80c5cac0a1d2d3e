"""A message that is taken back loses its words and its files' names in the log here.

The customer takes one back, and a person takes a whole ticket out of a backlog.
"""

from collections.abc import Iterator
from dataclasses import replace

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.thread_log import first_seq_of, records_after
from surgeline.domain.backlog.rules import TAKEN_OUT
from surgeline.domain.brought.events import BacklogActed, TeamWrote
from surgeline.domain.events import CustomerWrote
from surgeline.domain.media.deleted import DELETED, without_file, without_words
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


def forget_words(store: ConversationStore, record: Record) -> None:
    """Take the words out of what a record's event took back. Repeats are safe."""
    event = record.event
    if isinstance(event, CustomerDeleted):
        forget_message(store, event)
    elif isinstance(event, BacklogActed) and record.explanation.decision == TAKEN_OUT:
        _forget_brought(store, event)


def brought_in(store: ConversationStore, acted: BacklogActed) -> Iterator[Record]:
    """Yield the records of everything that a backlog had brought into the conversation."""
    thread = store.thread(acted.thread_id)
    if thread is None:
        return
    first = first_seq_of(store, thread, acted.conversation_id)
    for record in records_after(store, acted.thread_id, first - 1):
        event = record.event
        is_brought = isinstance(event, CustomerWrote | TeamWrote) and event.brought
        if is_brought and record.conversation_id == acted.conversation_id:
            yield record


def _forget_brought(store: ConversationStore, acted: BacklogActed) -> None:
    """Take the words and the subjects out of everything that a backlog had brought in."""
    for record in brought_in(store, acted):
        event = record.event
        if isinstance(event, TeamWrote):
            forgotten = replace(record, event=replace(event, text=DELETED))
        else:
            forgotten = _forgotten(record)
        if forgotten != record:
            store.rewrite(forgotten)


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
