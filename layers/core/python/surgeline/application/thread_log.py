"""A thread's log is read to its end from here, and the beginnings of conversations are found."""

from collections.abc import Iterable, Iterator

from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.domain.customers.events import CustomerLookedUp, ProfileFound
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import number_of
from surgeline.domain.thread import Thread

PAGE = 100
_NAMES = ("name", "first_name", "last_name")
"""The attributes in which a channel says what its customer is called."""


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


def names_in(records: Iterable[Record]) -> tuple[str, ...]:
    """Return the names of the customer that the channel or the company's own system told."""
    found: dict[str, None] = {}
    for record in records:
        event = record.event
        if isinstance(event, CustomerWrote | ProfileFound):
            said = event.customer or {}
            found |= {each: None for name in _NAMES if isinstance(each := said.get(name), str)}
        elif isinstance(event, CustomerLookedUp) and event.found.file is not None:
            found[event.found.file.profile.name] = None
    return tuple(each for each in found if each.strip())


def links_of(customer_key: str) -> str:
    """Return the book of the ledger that lists the threads of one customer."""
    return f"customer.{customer_key}"
