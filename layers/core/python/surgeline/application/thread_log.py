"""A thread's log is read to its end from here, and the beginnings of conversations are found."""

from collections.abc import Iterator

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.ids import number_of
from surgeline.domain.thread import Thread

PAGE = 100


def records_after(store: ConversationStore, thread_id: str, seq: int = 0) -> Iterator[Record]:
    """Yield the records of a thread whose number is above `seq`, oldest first, page by page."""
    while page := store.records(thread_id, after_seq=seq, limit=PAGE):
        yield from page
        if len(page) < PAGE:
            return
        seq = page[-1].seq


def first_seq_of(store: ConversationStore, thread: Thread, conversation_id: str) -> int:
    """Return where the conversation begins in the log.

    Where that is not kept, the place is found by bisection.
    """
    current = thread.conversation
    if current and current.id == conversation_id and current.first_seq:
        return current.first_seq
    number = number_of(conversation_id)
    before, last = 0, thread.seq
    while before < last:
        middle = (before + last) // 2
        found = store.records(thread.id, after_seq=middle, limit=1)
        if found and number_of(found[0].conversation_id or "") < number:
            before = found[0].seq
        else:
            last = middle
    return before + 1


def links_of(customer_key: str) -> str:
    """Return the book of the ledger that lists the threads of one customer."""
    return f"customer.{customer_key}"
