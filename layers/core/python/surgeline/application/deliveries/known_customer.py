"""The customer's file of a conversation is found in the thread's own log, and is told to people.

People see it redacted to their level and bounded in size. What the company's system could not tell
is said in its place, and nothing waits for it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from surgeline.application.configuration import Configuration
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import CustomerFile
from surgeline.domain.customers.identity import PAGE, Identity, proven
from surgeline.domain.customers.known import CustomerData, Known
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.reading import Answered, Reading
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.texts import named_values
from surgeline.domain.thread import Thread
from surgeline.domain.times import rfc3339
from surgeline.errors import Unreadable

FILE_BYTES = 5_000
"""The most bytes of a customer's file in an offer, so that the transcript has room."""

Shown = dict[str, object]


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
        kind = kind_of(configuration, event.channel_id)
        identities = proven(kind, event.sender, event.customer or {}) if kind else ()
    return CustomerData(
        identities, file, cases=settings.cases, notes=settings.notes, system=settings.system
    )


def vouches(configuration: Configuration, channel_id: str) -> bool:
    """Return whether the channel vouches for what it says of customers. A web chat does not."""
    return kind_of(configuration, channel_id) not in (None, PAGE)


def kind_of(configuration: Configuration, channel_id: str) -> str | None:
    """Return the kind of a channel, or None where there is none of that id."""
    try:
        channel = configuration.channel(channel_id)
    except Unreadable:  # a channel of a newer release, of which nothing is known
        return None
    return channel.kind if channel else None


def told_file(
    store: ConversationStore, thread: Thread, level: Redaction, room: int
) -> Shown | None:
    """Return how the look-up of the current conversation's customer stands, with what it found.

    None means that nobody was looked up. The oldest orders and cases are left out first.
    """
    known = thread.conversation.known if thread.conversation else None
    if known is None:
        return None
    file = file_of(store, thread.id, known)
    told: Shown = {"state": known.state, "why": known.why, "at": rfc3339(known.at)}
    if file is None:
        return told | {"profile": None, "orders": [], "cases": [], "is_complete": True}
    return told | _fitting(file, level, room)


def _fitting(file: CustomerFile, level: Redaction, room: int) -> Shown:
    profile = _redacted(asdict(file.profile), level)
    orders = [_redacted(asdict(each), level) for each in file.orders]
    cases = [_redacted(asdict(each), level) for each in file.cases]
    whole = len(orders) + len(cases)
    while (orders or cases) and _size([profile, orders, cases]) > room:
        (cases or orders).pop()
    return {
        "profile": profile,
        "orders": orders,
        "cases": cases,
        "is_complete": len(orders) + len(cases) == whole,
    }


def _redacted(shown: Shown, level: Redaction) -> Shown:
    """Return every text redacted, ids and links too, because an id may be an address."""
    return {name: _without(value, level) for name, value in shown.items()}


def _without(value: object, level: Redaction) -> object:
    if isinstance(value, str):
        return redact(value, level)
    if isinstance(value, Sequence):
        return [redact(str(each), level) for each in value]
    return value


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
