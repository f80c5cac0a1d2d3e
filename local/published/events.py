"""The events that Surgeline posts to pools are pydantic models here, version 1.

Senders build plain data (application/deliveries), and these models describe the data. Tests compare
every event that is really sent with its model. `pool_protocol` parses and describes the events that
pools post.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from surgeline.adapters.pool_protocol import ConversationId, OfferId
from surgeline.domain.thread import HandoffReason

Time = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        description="RFC 3339, UTC, milliseconds.",
    ),
]
ThreadId = Annotated[str, Field(pattern=r"^t[a-z2-7]{26}$")]
Outcome = Literal["solved", "unsolved", "spam", "duplicate"]
Speaker = Literal["customer", "bot", "person", "system"]
Text = Annotated[str, Field(max_length=10_001)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Number = Annotated[int, Field(ge=1, le=2**53)]
"""A place in an order. The first place is 1."""


class Described(BaseModel):
    """Fields may be added within a version, so readers ignore fields that they do not know."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class File(Described):
    """A file that the customer sent. `path` opens it for a day, below this system's address.

    It is `coming` until it was fetched. Then `type` is what its bytes say. `alt` names it in words.
    """

    id: str
    kind: Literal["image", "video", "audio", "file"]
    alt: Annotated[str, Field(max_length=300)]
    state: Literal["coming", "kept", "failed"]
    type: str | None
    bytes: Number | None
    reason: str | None
    path: str | None


class Attachment(Described):
    """A picture, video, recording, file or link that goes to the customer with a text.

    `url` is its public address. `path` opens a file that is kept here for a day, below this
    system's address. `title` is shown with it, and `alt` says in words what it shows.
    """

    kind: Literal["image", "video", "audio", "file", "link"]
    title: Annotated[str, Field(max_length=200)]
    alt: Annotated[str, Field(max_length=500)]
    type: str | None
    url: str | None
    file: str | None
    path: str | None


class Turn(Described):
    """One line of a transcript. `seq` is its place in the thread."""

    seq: Number
    speaker: Speaker
    text: Text
    at: Time
    media: Annotated[list[File], Field(max_length=10)] = []
    attached: Annotated[list[Attachment], Field(max_length=20)] = []
    undelivered: str | None = None


class Candidate(Described):
    """An article that may be the answer. A long answer is cut. `note` is for your people alone.

    An article that is gone has no texts.
    """

    article_id: str
    title: Annotated[str, Field(max_length=201)] | None = None
    answer: Annotated[str, Field(max_length=501)] | None = None
    note: Annotated[str, Field(max_length=501)] | None = None


class Customer(Described):
    """The customer who asks, as far as the pool's people may know."""

    channel_id: str
    language: str | None
    attributes: dict[str, str | int | float | bool]


class PastConversation(Described):
    """The end of an earlier conversation of the customer."""

    conversation_id: ConversationId
    outcome: Outcome
    summary: Annotated[str, Field(max_length=500)]
    at: Time


class Handover(Described):
    """A pool gave the conversation up before. `reason` is the pool's reason, or its summary."""

    event: Literal[
        "conversation.resolved",
        "conversation.returned",
        "conversation.transferred",
        "conversation.assigned",
    ]
    reason: Annotated[str, Field(max_length=501)]
    at: Time


class Note(Described):
    """A pool's note on the conversation, for whoever has it next."""

    text: Text
    at: Time


class RunningIncident(Described):
    """An incident that is running, with the text that customers are told of it.

    `articles` are the first of its topic. Without any it is about everything.
    """

    id: str
    text: Annotated[str, Field(max_length=701)]
    articles: list[str]
    ends_at: Time


class CustomerProfile(Described):
    """A customer as the company's own system tells them. A text that is not known is empty."""

    id: str
    name: str
    language: str
    since: str
    tags: list[str]
    vip: bool
    value: float | None
    currency: str


class CustomerOrder(Described):
    """An order of the customer, as the company's own system tells it."""

    id: str
    number: str
    status: str
    placed_at: str
    amount: str
    currency: str
    items: int | None
    carrier: str
    tracking_url: str


class CustomerCase(Described):
    """A case of the customer in the company's own system."""

    id: str
    subject: str
    status: str
    url: str


class CustomerData(Described):
    """How the look-up of the customer stands. Only the state `found` has a profile.

    `why` says why there is none. `is_complete`: nothing was left out for its size.
    """

    state: Literal["asked", "found", "unknown", "many", "unavailable", "unproven"]
    why: str
    at: Time
    profile: CustomerProfile | None
    orders: Annotated[list[CustomerOrder], Field(max_length=5)]
    cases: Annotated[list[CustomerCase], Field(max_length=5)]
    is_complete: bool


class Context(Described):
    """The known facts of an offered conversation, redacted to the pool's level."""

    version: Annotated[Literal[1], Field(alias="schema")]
    transcript: list[Turn]
    transcript_is_complete: bool
    tried: list[str]
    rejected: list[str]
    candidates: Annotated[list[Candidate], Field(max_length=5)]
    customer: Customer
    past_conversations: Annotated[list[PastConversation], Field(max_length=5)]
    handovers: list[Handover] = []
    notes: list[Note] = []
    incidents: Annotated[list[RunningIncident], Field(max_length=3)] = []
    customer_data: CustomerData | None = None


class TranscriptPage(Described):
    """A page of the whole transcript.

    `after_seq` asks for the next page, and is null on the last.
    """

    version: Annotated[Literal[1], Field(alias="schema")]
    conversation_id: ConversationId
    transcript: list[Turn]
    notes: list[Note] = []
    after_seq: Number | None


class _About(Described):
    version: Annotated[Literal[1], Field(alias="schema")]
    conversation_id: ConversationId
    epoch: Number


class Offered(_About):
    """An offer. Accepting the offer gives this `epoch`."""

    offer_id: OfferId
    expires_at: Time
    reason: HandoffReason
    language: str | None
    context: Context


class Withdrawn(_About):
    """The offer is over. Nothing is left to do."""

    seq: Count
    offer_id: OfferId
    reason: Literal["timed_out", "taken", "customer_left"]


class CustomerMessage(Described):
    """The customer's message, redacted to the pool's level."""

    id: Annotated[str, Field(pattern=r"^m[a-z2-7]{26}$")]
    text: Text
    at: Time
    media: Annotated[list[File], Field(max_length=10)] = []


class Told(_About):
    """A message of the customer, for the owner of the conversation."""

    seq: Number
    message: CustomerMessage


class TakenBack(_About):
    """The conversation no longer belongs to the pool."""

    seq: Number
    offer_id: OfferId | None = None
    reason: Literal["silent", "unreachable", "offer_over"]


class Abandoned(_About):
    """The customer left."""

    seq: Number


class Ping(Described):
    """A ping has no data."""

    version: Annotated[Literal[1], Field(alias="schema")]


class SeatsWanted(Described):
    """The number of seats that are wanted in all. The highest `seq` is the newest request.

    With a window they are wanted `from` a time `until` another. A request that is not renewed by
    then is over.
    """

    version: Annotated[Literal[1], Field(alias="schema")]
    seq: Number
    seats: Annotated[int, Field(ge=1, le=100_000)]
    begins: Annotated[Time | None, Field(alias="from")] = None
    until: Time | None = None


class SeatsReleased(Described):
    """No more seats are wanted than the pool always has."""

    version: Annotated[Literal[1], Field(alias="schema")]
    seq: Number


class Envelope(Described):
    """The frame of every event. `timestamp` is when it was decided."""

    timestamp: Time


class HandoffOffered(Envelope):
    """handoff.offered: does the pool take this conversation?"""

    type: Literal["handoff.offered"]
    data: Offered


class HandoffWithdrawn(Envelope):
    """handoff.withdrawn: an offer that was not taken is over."""

    type: Literal["handoff.withdrawn"]
    data: Withdrawn


class ConversationMessage(Envelope):
    """conversation.message: the customer wrote."""

    type: Literal["conversation.message"]
    data: Told


class ConversationTakenBack(Envelope):
    """conversation.taken_back: stop speaking."""

    type: Literal["conversation.taken_back"]
    data: TakenBack


class ConversationAbandoned(Envelope):
    """conversation.abandoned: the customer left."""

    type: Literal["conversation.abandoned"]
    data: Abandoned


class CapacityRequested(Envelope):
    """capacity.requested: bring more people, and report them."""

    type: Literal["capacity.requested"]
    data: SeatsWanted


class CapacityReleased(Envelope):
    """capacity.released: the additional people are not needed any more."""

    type: Literal["capacity.released"]
    data: SeatsReleased


class PoolPing(Envelope):
    """pool.ping: is the endpoint there?"""

    type: Literal["pool.ping"]
    data: Ping


TO_POOLS: tuple[type[Envelope], ...] = (
    HandoffOffered,
    HandoffWithdrawn,
    ConversationMessage,
    ConversationTakenBack,
    ConversationAbandoned,
    CapacityRequested,
    CapacityReleased,
    PoolPing,
)


def type_of(envelope: type[BaseModel]) -> str:
    """Return the dotted type that an envelope's events carry."""
    kind: str = envelope.model_fields["type"].annotation.__args__[0]  # type: ignore[union-attr] # a Literal
    return kind
