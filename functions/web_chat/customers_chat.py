"""The chat that a proven customer has in every browser, which may have begun without a name.

A chat that was begun without a name becomes the customer's if they have none yet. The ledger then
keeps which chat that is. Of two browsers that bring one at the same moment only one succeeds.
"""

from typing import Final

from surgeline.application.conversations.visitor_tokens import Visitor, customers_sender
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.application.thread_log import links_of
from surgeline.domain.customers.identity import customer_of_site
from surgeline.domain.ids import thread_id

KEPT_MS: Final = 430 * 86_400_000
"""As long as a thread is found after its last word, and a month for the last renewal."""
RENEWED_MS: Final = 30 * 86_400_000
CHAT: Final = "chat"


class CustomersChat:
    """Tells under which sender a customer writes whom the site has proven just now."""

    def __init__(self, store: ConversationStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    def sender(
        self, key: bytes, channel_id: str, user: str, known: Visitor | None, *, now: int
    ) -> str:
        """Return the sender. `known` is the visitor of this browser, whose chat goes on."""
        own = customers_sender(key, channel_id, user)
        own_thread = thread_id(key, channel_id, own)
        joined = self._joined(own_thread, now=now)
        if known is None or known.sender in (own, joined):
            return joined or own
        if joined or known.user or known.via or not self._may_join(own_thread, known, key, user):
            return known.sender  # a chat of this browser beside the customer's own
        return self._join(own_thread, known, key, now=now)

    def _joined(self, own_thread: str, *, now: int) -> str:
        """Return the sender of the chat that became the customer's, or nothing."""
        entry = self._ledger.read(_book(own_thread), CHAT)
        if entry is None or entry.expires_at <= now:
            return ""
        if entry.expires_at < now + KEPT_MS - RENEWED_MS:
            self._ledger.write(_entry(own_thread, entry.body, entry.version + 1, now))
        return entry.body

    def _may_join(self, own_thread: str, known: Visitor, key: bytes, user: str) -> bool:
        """Return whether this browser's chat has begun, is nobody's, and no other is theirs."""
        begun = self._store.thread(known.thread_id(key))
        if begun is None or begun.is_erased or begun.customer not in ("", customer_of_site(user)):
            return False
        return self._store.thread(own_thread) is None

    def _join(self, own_thread: str, known: Visitor, key: bytes, *, now: int) -> str:
        """Make this browser's chat the customer's. First an erasure of theirs has to find it."""
        link = Entry(links_of(own_thread), known.thread_id(key), "", 1, now + KEPT_MS)
        self._ledger.write(link)
        self._ledger.write(_entry(own_thread, known.sender, 1, now))
        return known.sender


def _entry(own_thread: str, sender: str, version: int, now: int) -> Entry:
    return Entry(_book(own_thread), CHAT, sender, version, now + KEPT_MS)


def _book(own_thread: str) -> str:
    return f"chat.{own_thread}"
