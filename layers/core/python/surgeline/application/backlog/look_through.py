"""The tickets of a backlog are shown here with how each stands, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from surgeline.application.backlog.shelf import BacklogShelf, Ticket
from surgeline.application.books import Page, id_of
from surgeline.application.conversations.understanding.first_events import goes_on_in
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.ledger import LAST_ID
from surgeline.application.ports.refusals import Absent
from surgeline.domain.brought.state import Finding
from surgeline.domain.thread import Conversation, Thread

State = Literal[
    "coming",
    "silent",
    "offered",
    "with_pool",
    "answered",
    "person",
    "customer",
    "closed",
    "taken_out",
    "elsewhere",
]
"""`coming`: the queue has its messages still. `silent`: nobody was told anything. `answered` by the
bot, by a `person`, or the `customer` wrote again. `elsewhere`: another conversation has its words.
"""
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket of a backlog, and how it stands. `entry` is its place in the book."""

    entry: str
    ticket: Ticket
    state: State
    conversation_id: str | None = None
    epoch: int = 0
    pool_id: str | None = None
    finding: Finding = ""
    article_id: str | None = None
    confidence: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A page of tickets. `next_after` is where the next page begins, None on the last one."""

    standings: tuple[Standing, ...]
    next_after: str | None


def look_through(
    shelf: BacklogShelf,
    store: ConversationStore,
    backlog_id: str,
    *,
    after: str = "",
    until: int | None = None,
    limit: int = PAGE,
) -> Looked:
    """Return a page of tickets, the oldest first, up to those of `until`. Raises Absent."""
    if shelf.backlogs().read(backlog_id) is None:
        raise Absent(f"there is no backlog {backlog_id!r}")
    last = LAST_ID if until is None else f"{id_of(until)}~"
    first = f"{after}~" if after else ""
    pages = shelf.tickets(backlog_id).find(first=first, last=last, limit=limit)
    more = pages[-1].id if len(pages) == limit else None
    return Looked(tuple(_standings(store, backlog_id, pages)), more)


def _standings(
    store: ConversationStore, backlog_id: str, pages: list[Page[Ticket]]
) -> Iterator[Standing]:
    threads = store.threads(sorted({each.document.thread_id for each in pages}))
    for listed in pages:
        page, thread = listed, threads.get(listed.document.thread_id)
        if thread is not None and thread.moved_to:
            onward = goes_on_in(store, thread.id)
            page, thread = _of_thread(page, onward), store.thread(onward)
        current = thread.conversation if thread else None
        if current is None or current.backlog is None or current.backlog.name != backlog_id:
            yield _of_record(store, page, thread)
        else:
            yield _of_conversation(page, current)


def _of_thread(page: Page[Ticket], onward: str) -> Page[Ticket]:
    """Return a ticket as one of the thread in which its customer goes on."""
    return replace(page, document=replace(page.document, thread_id=onward))


def _of_record(store: ConversationStore, page: Page[Ticket], thread: Thread | None) -> Standing:
    """Return how a ticket stands whose conversation is not the thread's present one."""
    ticket = page.document
    done = store.load(ticket.thread_id, ticket.last_id).done if thread else None
    if done is None:
        return Standing(page.id, ticket, "coming")
    return Standing(page.id, ticket, "elsewhere", done.conversation_id, why=done.explanation.why)


def _of_conversation(page: Page[Ticket], current: Conversation) -> Standing:
    backlog = current.backlog
    assert backlog is not None
    return Standing(
        page.id,
        page.document,
        _state(current),
        current.id,
        current.epoch,
        current.owner.pool_id or _asked(current),
        backlog.finding,
        backlog.article_id,
        backlog.confidence,
        backlog.why,
    )


def _state(current: Conversation) -> State:
    backlog = current.backlog
    assert backlog is not None
    if not backlog.quiet:
        return backlog.end or "person"
    if not current.is_open:
        return "taken_out" if current.ended_by == "erased" else "closed"
    if current.owner.kind == "pool":
        return "with_pool"
    return "offered" if current.owner.kind == "waiting" else "silent"


def _asked(current: Conversation) -> str | None:
    offers = current.handoff.offers if current.handoff else ()
    return next((each.pool_id for each in offers), None)
