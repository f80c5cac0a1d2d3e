"""The customer's file often comes after the offer. Whoever takes the offer is told it from here."""

from collections.abc import Callable

from surgeline.application.configuration import PoolSettings
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.ledger import Ledger
from surgeline.application.ports.refusals import Absent
from surgeline.application.staff.one_context import read_context
from surgeline.domain.ids import thread_of

Context = dict[str, object]
File = Callable[[PoolSettings, DeskLink], Context | None]
"""Returns what is known of the customer of a place, or None where the offer said it already."""


def no_file(pool: PoolSettings, link: DeskLink) -> Context | None:
    """Return nothing, in a function that may not read threads."""
    del pool, link
    return None


def late_file(store: ConversationStore, ledger: Ledger, clock: Clock) -> File:
    """Return what tells files that came after their offers, redacted to the pool's level."""

    def context_of(pool: PoolSettings, link: DeskLink) -> Context | None:
        thread = store.thread(thread_of(link.conversation_id))
        current = thread.conversation if thread else None
        known = current.known if current else None
        if known is None or known.state != "found" or known.at < link.at:
            return None
        try:
            whole = read_context(
                store,
                ledger,
                link.conversation_id,
                pool.id,
                level=pool.redaction,
                now=clock.now(),
            )
        except Absent:
            return None
        return {name: whole[name] for name in ("customer_data", "elsewhere")}

    return context_of
