"""Tickets of an older queue are brought in here as events of their threads.

Ids follow from the backlog and the ticket, so that a second time changes nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from surgeline.application.backlog.shelf import Backlog, BacklogShelf, Ticket, entry_of, mark_of
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.conversations.take_mail import KEPT, MailAnswer
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.brought.events import Brought, TeamWrote
from surgeline.domain.erasure import came_too_late
from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.ids import message_id, thread_id
from surgeline.errors import BadRequest, Disagrees

MAIL: Final = "email"
"""The kind of channel whose answers belong to a mail of the customer."""


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """One message of a ticket. `at` is when it was written, or None if that is unknown."""

    by: Literal["customer", "team"]
    text: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class BroughtTicket:
    """A ticket as its file has it. `sender` is the channel's name for the customer.

    `message_id` and `references` are those of the customer's last mail.
    """

    key: str
    sender: str
    said: Sequence[TicketMessage]
    subject: str = ""
    name: str = ""
    language: str | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()


class BringIn:
    """The use case. `send` queues events for the writers of their threads."""

    def __init__(
        self,
        *,
        shelf: BacklogShelf,
        configuration: ConfigurationShelf,
        store: ConversationStore,
        blobs: Blobs,
        send: Callable[[Sequence[Event]], None],
        key: Callable[[], bytes],
        clock: Clock,
    ) -> None:
        self._shelf = shelf
        self._configuration = configuration
        self._store = store
        self._blobs = blobs
        self._send = send
        self._key = key
        self._clock = clock

    def __call__(
        self, backlog_id: str, channel_id: str, form: str, tickets: Sequence[BroughtTicket], by: str
    ) -> int:
        """Bring tickets in, and return how many are new. Nobody is told anything.

        Whatever was written before an erasure of its thread stays out. Raises BadRequest for an
        unknown channel, and Disagrees for a backlog of another channel.
        """
        channel = self._configuration.channel(channel_id)
        if channel is None:
            known = ", ".join(each.id for each in self._configuration.current().channels)
            raise BadRequest(
                f"there is no channel {channel_id!r}; the channels are: {known}", field="channel"
            )
        backlog = self._begin(backlog_id, channel_id, form, by)
        now, key = self._clock.now(), self._key()
        events: list[Event] = []
        new = 0
        for ticket in tickets:
            made = self._lasting(list(_events(key, backlog, ticket, now)))
            if not any(isinstance(each, CustomerWrote) for each in made):
                continue
            is_new = self._list(backlog_id, ticket, made[-1], now)
            new += is_new
            if channel.kind == MAIL and (is_new or not self._is_on_record(made[-1])):
                self._keep_mail(ticket, made)
            events += made
        self._send(events)
        return new

    def _begin(self, backlog_id: str, channel_id: str, form: str, by: str) -> Backlog:
        book, now = self._shelf.backlogs(), self._clock.now()
        made = Backlog(backlog_id, channel_id, form, now, by)
        if book.write(backlog_id, made, after=0, now=now):
            return made
        known = book.read(backlog_id)
        if known is not None and known.document.channel_id != channel_id:
            raise Disagrees(
                f"the backlog {backlog_id!r} is of the channel {known.document.channel_id!r}; "
                "give this one another name",
                state="taken",
            )
        return known.document if known is not None else made

    def _lasting(
        self, made: Sequence[CustomerWrote | TeamWrote]
    ) -> Sequence[CustomerWrote | TeamWrote]:
        """Return the messages of a ticket that no erasure has reached."""
        thread = self._store.thread(made[0].thread_id)
        return [each for each in made if thread is None or not came_too_late(thread, each)]

    def _is_on_record(self, event: CustomerWrote | TeamWrote) -> bool:
        """Return whether a message came in before. Its mail was kept then, and may be forgotten."""
        return self._store.load(event.thread_id, event.id).done is not None

    def _list(
        self, backlog_id: str, ticket: BroughtTicket, last: CustomerWrote | TeamWrote, now: int
    ) -> bool:
        """Keep where a ticket went, once and at its first time. Return whether it was not known."""
        since = max((e.at for e in ticket.said if e.at and e.by == "customer"), default=now)
        listed = Ticket(ticket.key, last.thread_id, last.id, since)
        marks, mark = self._shelf.marks(backlog_id), mark_of(listed)
        if not marks.write(mark, listed, after=0, now=now) and (known := marks.read(mark)):
            listed = known.document
        # Also for a known one, because an import may have been cut between the two.
        return self._shelf.tickets(backlog_id).write(entry_of(listed), listed, after=0, now=now)

    def _keep_mail(self, ticket: BroughtTicket, made: Sequence[CustomerWrote | TeamWrote]) -> None:
        """Keep what an answer to a mail needs. A mail that came here by itself goes before."""
        thread = made[-1].thread_id
        last = next(each.id for each in reversed(made) if isinstance(each, CustomerWrote))
        answer = MailAnswer(ticket.message_id, ticket.references, ticket.subject, ticket.sender)
        stored = json.dumps(asdict(answer)).encode()
        self._blobs.put(f"{KEPT}{thread}/{last}.json", stored)
        if bytes_of(self._blobs, f"{KEPT}{thread}/last.json") is None:
            self._blobs.put(f"{KEPT}{thread}/last.json", stored)


def _events(
    key: bytes, backlog: Backlog, ticket: BroughtTicket, now: int
) -> Iterator[CustomerWrote | TeamWrote]:
    """Yield the events of a ticket's messages, in order.

    An undated message counts as written when the backlog was begun, also at a second import.
    """
    backlog_id, channel_id = backlog.id, backlog.channel_id
    thread = thread_id(key, channel_id, ticket.sender)
    customer = {"name": ticket.name, "subject": ticket.subject}
    last = len(ticket.said) - 1
    for number, each in enumerate(ticket.said):
        brought = Brought(backlog_id, each.at or backlog.made_at, number == 0, number == last)
        event_id = message_id(key, thread, f"backlog/{backlog_id}/{ticket.key}/{number}")
        if each.by == "team":
            yield TeamWrote(event_id, thread, channel_id, ticket.sender, now, each.text, brought)
            continue
        yield CustomerWrote(
            event_id,
            thread,
            channel_id,
            ticket.sender,
            now,
            each.text,
            ticket.language,
            customer={name: value for name, value in customer.items() if value} or None,
            brought=brought,
        )
