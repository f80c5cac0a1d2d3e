"""The threads of one customer are linked here, by a key that does not tell the customer's id."""

from collections.abc import Mapping
from typing import ClassVar

from surgeline.application.conversations.effects.carrier import Carrier, Carry, Means, Post
from surgeline.application.ports.conversations import Record
from surgeline.application.ports.ledger import Entry
from surgeline.application.thread_log import links_of
from surgeline.domain.effects import LinkThread
from surgeline.domain.thread import Thread


class LinkCarrier(Carrier):
    """Carries out LinkThread. A repeat leaves the same link."""

    def __init__(self, means: Means, post: Post) -> None:
        del post
        self._ledger = means.ledger

    def link(self, thread: Thread, record: Record, effect: LinkThread) -> None:
        """Keep the link until its end. One that has ended is found no more."""
        del record
        book = links_of(effect.customer_key)
        known = self._ledger.read(book, thread.id)
        if known is not None and known.expires_at == effect.expires_at:
            return
        version = known.version + 1 if known else 1
        self._ledger.write(Entry(book, thread.id, "", version, effect.expires_at))

    CARRIES: ClassVar[Mapping[type, Carry]] = {LinkThread: link}
