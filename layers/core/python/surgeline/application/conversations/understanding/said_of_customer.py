"""The channel's attributes of a customer are read here from earlier messages."""

from collections.abc import Mapping

from surgeline.application.deliveries.context_package import RECORDS, attributes_said
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.reading import Answered, Reading
from surgeline.domain.thread import Thread

Attributes = Mapping[str, str | int | float | bool]


def earlier_attributes(
    store: ConversationStore, thread: Thread, event: Event, reading: Reading | None
) -> Attributes:
    """Return the channel's earlier attributes of the customer, if an answer may use them."""
    silent = isinstance(event, CustomerWrote) and not event.customer and thread.seq
    if not silent or not isinstance(reading, Answered):
        return {}
    if not any("{" in text for text in reading.texts):
        return {}
    return said_of_customer(store, thread)


def said_of_customer(store: ConversationStore, thread: Thread) -> Attributes:
    """Return the last attributes that the channel gave."""
    return attributes_said(store.records(thread.id, after_seq=0, limit=RECORDS, newest_first=True))
