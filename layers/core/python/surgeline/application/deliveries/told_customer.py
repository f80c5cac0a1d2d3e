"""A customer's file is shown to people from here, redacted to their level and bounded in size.

What the company's system could not tell is said in its place, and nothing waits for it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from surgeline.application.deliveries.known_customer import file_of
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.customers.file import CustomerFile
from surgeline.domain.redaction import Redaction, redact
from surgeline.domain.thread import Thread
from surgeline.domain.times import rfc3339

FILE_BYTES = 5_000
"""The most bytes of a customer's file in an offer, so that the transcript has room."""

Shown = dict[str, object]


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
