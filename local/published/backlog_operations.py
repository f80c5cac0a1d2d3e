"""The routes for older queues are data here, for the OpenAPI document."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from local.published import bodies
from local.published.events import Described
from local.published.operation_kinds import Operation, of_operators

Short = Annotated[str, Field(max_length=200)]


class TicketMessage(Described):
    """One message of a ticket. Without `at` it is not known when it was written."""

    by: Literal["customer", "team"]
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    at: AwareDatetime | None = None


class Ticket(Described):
    """A ticket of an older queue. `sender` is the channel's name for the customer.

    `key` names the ticket, so that a second time changes nothing.
    """

    key: Annotated[str, Field(min_length=1, max_length=200)]
    sender: Annotated[str, Field(min_length=1, max_length=256)]
    said: Annotated[tuple[TicketMessage, ...], Field(min_length=1, max_length=200)]
    subject: Short = ""
    name: Short = ""
    language: Short | None = None
    message_id: Annotated[str, Field(max_length=300)] = ""
    references: tuple[str, ...] = ()


class Tickets(Described):
    """Tickets of an older queue, at most 50 in one request. Nobody is told anything."""

    channel: Annotated[str, Field(min_length=1, max_length=64)]
    tickets: Annotated[tuple[Ticket, ...], Field(min_length=1, max_length=50)]
    format: Annotated[str, Field(max_length=64)] = ""


class TicketFile(Described):
    """A file of an older queue: a mailbox, a table, or JSON. `content` has its bytes in base64.

    `ours` are the team's addresses in a mailbox. `columns` gives a table's columns other names.
    A large file's tickets are in several answers, each from the ticket numbered `after` on.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    content: Annotated[str, Field(min_length=1)]
    ours: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    columns: dict[str, Short] = Field(default_factory=dict, max_length=20)
    whole: bool = False
    after: Annotated[int, Field(ge=0, le=100_000)] = 0


class BacklogWish(Described):
    """A wish for a part of a backlog, the oldest tickets first.

    Without `articles` all are meant. `until` is when the customer wrote last, at the latest. A
    recall takes open offers back, of the `pool` if one is named.
    """

    act: Literal["read", "answer", "offer", "recall", "withdraw"]
    limit: Annotated[int, Field(ge=1, le=1_000)]
    pool: Annotated[str, Field(max_length=64)] = ""
    articles: tuple[str, ...] = ()
    until: AwareDatetime | None = None
    after: Annotated[str, Field(max_length=64)] = ""


_TAKEN: dict[int, Any] = {202: bodies.Document}

OF_BACKLOGS: dict[str, Operation] = {
    "GET /v1/admin/backlogs": of_operators("The older queues that were brought in"),
    "GET /v1/admin/backlogs/{backlog_id}": of_operators(
        "A page of a backlog's tickets, each with how it stands and what the promise would do",
        query={"after": {"type": "string"}, "language": {"enum": ["en", "ko", "fr"]}},
    ),
    "POST /v1/admin/backlogs/{backlog_id}/tickets": of_operators(
        "Bring tickets of an older queue in, without a word to anybody", _TAKEN, takes=Tickets
    ),
    "POST /v1/admin/backlogs/{backlog_id}/files/preview": of_operators(
        "What a file of an older queue would bring in, with its tickets. Nothing is kept of it",
        takes=TicketFile,
    ),
    "POST /v1/admin/backlogs/{backlog_id}/acts": of_operators(
        "Have a part of a backlog read anew, answered, offered, called back, or taken out",
        _TAKEN,
        takes=BacklogWish,
    ),
}
