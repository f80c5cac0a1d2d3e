"""A thread's log is read to its end from here, however long it is."""

from collections.abc import Iterator

from surgeline.application.ports.conversations import ConversationStore, Record

PAGE = 100


def records_after(store: ConversationStore, thread_id: str, seq: int = 0) -> Iterator[Record]:
    """Yield the records of a thread whose number is above `seq`, oldest first, page by page."""
    while page := store.records(thread_id, after_seq=seq, limit=PAGE):
        yield from page
        if len(page) < PAGE:
            return
        seq = page[-1].seq
