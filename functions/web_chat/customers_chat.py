"""The chat that a proven customer has in every browser, which may have begun without a name.

A chat that was begun without a name becomes the customer's if they have none yet. The ledger then
keeps which chat that is. Of two browsers that bring one at the same moment only one succeeds. The
ledger also keeps whose chat it became, so that nobody else becomes its customer.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from surgeline.application.conversations.visitor_tokens import Visitor, customers_sender
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.ledger import Entry, Ledger
from surgeline.application.thread_log import links_of
from surgeline.domain.customers.identity import customer_of_site
from surgeline.domain.ids import thread_id
from surgeline.domain.thread import Thread
from surgeline.errors import Unauthorized, Unavailable

KEPT_MS: Final = 430 * 86_400_000
"""As long as a thread is found after its last word, and a month for the last renewal."""
RENEWED_MS: Final = 30 * 86_400_000
CHAT: Final = "chat"
CUSTOMER: Final = "customer"


@dataclass(frozen=True, slots=True)
class _Customer:
    """A customer whom the site proves, with the chat that is theirs from the beginning."""

    key: bytes
    channel_id: str
    user: str

    @property
    def sender(self) -> str:
        return customers_sender(self.key, self.channel_id, self.user)

    @property
    def thread(self) -> str:
        return self.thread_of(self.sender)

    def thread_of(self, sender: str) -> str:
        return thread_id(self.key, self.channel_id, sender)

    def is_barred(self, thread: Thread | None) -> bool:
        """Return whether the chat is another customer's."""
        mark = customer_of_site(self.user)
        return thread is not None and thread.customer not in ("", mark)


class CustomersChat:
    """Tells under which sender a proven customer writes, and refuses tokens of others' chats."""

    def __init__(self, store: ConversationStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    def sender(
        self, key: bytes, channel_id: str, user: str, known: Visitor | None, *, now: int
    ) -> str:
        """Return the sender of a customer whom the site has proven just now.

        `known` is the visitor of this browser, whose chat goes on.
        """
        customer = _Customer(key, channel_id, user)
        entry = self._ledger.read(_book(customer.thread), CHAT)
        joined = self._joined(customer, entry, now=now)
        if joined and known and known.sender == joined:
            return joined
        if known is None or known.sender == customer.sender:
            return joined if joined and not self._has_begun(customer.thread) else customer.sender
        if not (joined or known.user or known.via) and self._may_join(customer, known):
            self._join(customer, known, entry, now=now)
        return known.sender  # where it was not joined, it stays this browser's own

    def admit(self, key: bytes, visitor: Visitor, *, now: int) -> None:
        """Let a visitor write. Raises Unauthorized where the token opens the chat no more.

        The chat may have become a customer's whom the token does not prove. Or the customer's chat
        is another by now, and this one has not begun. While the store can't be read everybody may
        write, because no message waits for it.
        """
        with suppress(Unavailable):
            self._admit(_Customer(key, visitor.channel_id, visitor.user), visitor, now=now)

    def _admit(self, customer: _Customer, visitor: Visitor, *, now: int) -> None:
        mine = customer.thread_of(visitor.sender)
        thread = self._store.thread(mine)
        if customer.is_barred(thread):
            raise Unauthorized(reason="customer")
        if not visitor.user:
            return
        if visitor.sender != customer.sender:
            claim = None if thread and thread.customer else self._ledger.read(_book(mine), CUSTOMER)
            if claim and claim.body != customer.thread:
                raise Unauthorized(reason="customer")
        elif thread is None or thread.is_erased:
            entry = self._ledger.read(_book(mine), CHAT)
            if self._joined(customer, entry, now=now):
                raise Unauthorized(reason="joined")

    def _joined(self, customer: _Customer, entry: Entry | None, *, now: int) -> str:
        """Return the sender of the chat that became the customer's, or nothing.

        A chat that another customer was proven in first is not theirs.
        """
        if entry is None or entry.expires_at <= now:
            return ""
        joined = customer.thread_of(entry.body)
        if customer.is_barred(self._store.thread(joined)):
            return ""
        if entry.expires_at < now + KEPT_MS - RENEWED_MS:
            self._link(customer, joined, now=now)
            self._ledger.write(_entry(customer, entry.body, entry, now=now))
        return entry.body

    def _has_begun(self, thread: str) -> bool:
        """Return whether anything was said there that is still kept."""
        found = self._store.thread(thread)
        return found is not None and not found.is_erased

    def _may_join(self, customer: _Customer, known: Visitor) -> bool:
        """Return whether this browser's chat has begun, is nobody's, and no other is theirs."""
        begun = self._store.thread(known.thread_id(customer.key))
        if begun is None or begun.is_erased or customer.is_barred(begun):
            return False
        return self._store.thread(customer.thread) is None

    def _join(self, customer: _Customer, known: Visitor, entry: Entry | None, *, now: int) -> None:
        """Make this browser's chat the customer's, unless another customer was first.

        An erasure of theirs has to find it before it is theirs.
        """
        mine = known.thread_id(customer.key)
        claim = Entry(_book(mine), CUSTOMER, customer.thread, 1, now + KEPT_MS)
        if not self._ledger.write(claim):
            first = self._ledger.read(claim.book, claim.id)
            if first is None or first.body != customer.thread:
                return
        self._link(customer, mine, now=now)
        self._ledger.write(_entry(customer, known.sender, entry, now=now))

    def _link(self, customer: _Customer, joined: str, *, now: int) -> None:
        """Keep the link that erasures and exports follow for as long as the entry."""
        book = links_of(customer.thread)
        before = self._ledger.read(book, joined)
        version = before.version + 1 if before else 1
        self._ledger.write(Entry(book, joined, "", version, now + KEPT_MS))


def _entry(customer: _Customer, sender: str, before: Entry | None, *, now: int) -> Entry:
    version = before.version + 1 if before else 1
    return Entry(_book(customer.thread), CHAT, sender, version, now + KEPT_MS)


def _book(thread: str) -> str:
    return f"chat.{thread}"
