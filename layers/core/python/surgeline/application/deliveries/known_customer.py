"""The customer's file of a conversation is found here, in the thread's own log."""

from surgeline.application.configuration import Configuration
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.customers.file import CustomerFile
from surgeline.domain.customers.identity import Identity, proven
from surgeline.domain.customers.known import CustomerData, Known
from surgeline.domain.events import CustomerLookedUp, CustomerWrote, Event
from surgeline.domain.reading import Answered, Reading
from surgeline.domain.texts import named_values
from surgeline.domain.thread import Thread
from surgeline.errors import Unreadable


def file_of(store: ConversationStore, thread_id: str, known: Known | None) -> CustomerFile | None:
    """Return the file that a look-up found, or None where there is none."""
    if known is None or known.state != "found" or not known.seq:
        return None
    records = store.records(thread_id, after_seq=known.seq - 1, limit=1)
    event = records[0].event if records else None
    return event.found.file if isinstance(event, CustomerLookedUp) else None


def customer_data_of(
    configuration: Configuration,
    store: ConversationStore,
    thread: Thread,
    event: Event,
    reading: Reading | None,
    *,
    now: int,
) -> CustomerData | None:
    """Return what a decision may know of the customer's data, or None without a system.

    The log is read only for an answer that names a value of a file that the conversation has.
    """
    settings = configuration.customers
    if settings is None:
        return None
    current = thread.conversation
    known = current.known if current and current.is_open else None
    wanted = isinstance(reading, Answered) and any(map(named_values, reading.texts))
    file = file_of(store, thread.id, known) if wanted and known and known.stands(now) else None
    identities: tuple[Identity, ...] = ()
    if isinstance(event, CustomerWrote):
        kind = _kind(configuration, event.channel_id)
        identities = proven(kind, event.sender, event.customer or {}) if kind else ()
    return CustomerData(identities, file, cases=settings.cases, notes=settings.notes)


def _kind(configuration: Configuration, channel_id: str) -> str | None:
    try:
        channel = configuration.channel(channel_id)
    except Unreadable:  # a channel of a newer release, of which nothing is known
        return None
    return channel.kind if channel else None
