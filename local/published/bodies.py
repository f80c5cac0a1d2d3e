"""The bodies of requests and answers that are no events are pydantic models for the document only.

Each handler decides by itself. tests/functions/test_openapi compares the document with the
handlers.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from surgeline.adapters.pool_protocol import ConversationId, OfferId
from surgeline.domain.ids import NAME
from surgeline.runtime.attributes import MAX_ATTRIBUTES, MAX_VALUE

from local.published.channel_events import Choice
from local.published.events import (
    Attachment,
    Count,
    Customer,
    CustomerData,
    Described,
    File,
    Handover,
    Note,
    Number,
    PastConversation,
    Speaker,
    ThreadId,
    Time,
)

ENDPOINTS = "channel|pool|subscription|customers"
"""What deliveries go to, before the colon of an endpoint such as `pool:vendor`."""

MessageId = Annotated[str, Field(pattern=r"^m[a-z2-7]{26}$")]
DeliveryId = Annotated[str, Field(min_length=1, max_length=64)]
EventId = Annotated[str, Field(pattern=r"^e[a-z2-7]{26}$")]


AttributeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
AttributeValue = Annotated[str, Field(max_length=MAX_VALUE)] | int | float | bool


class ChannelMessage(Described):
    """A customer's message. Give a text, an attachment, or both."""

    sender: Annotated[str, Field(min_length=1, max_length=256)]
    text: Annotated[str, Field(max_length=10_000)]
    language: Annotated[str | None, Field(max_length=35)] = None
    attachments: Annotated[int | None, Field(ge=0, le=100)] = None
    customer: (
        Annotated[dict[AttributeName, AttributeValue], Field(max_length=MAX_ATTRIBUTES)] | None
    ) = None


class Kept(Described):
    """The message is kept, whatever crashes after this."""

    thread_id: ThreadId
    message_id: MessageId


class NewVisitor(Described):
    """A visitor of the chat page. The token is valid until `expires_at`.

    `user_id` is the company's own id of a customer who was proven.
    """

    user_id: str | None
    token: str
    thread_id: ThreadId
    expires_at: Time
    socket_url: str


class Look(Described):
    """The look of the widget's button on another site, in one language."""

    title: str
    language: str
    accent: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
    on_accent: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
    side: Literal["left", "right"]
    texts: dict[str, str]
    starters: dict[str, list[str]] | None = None


class ChatFile(Described):
    """A file of a message. It was uploaded before, under the message's id and its own number."""

    kind: Literal["image", "video", "audio", "file"]
    name: Annotated[str, Field(max_length=200)] = ""


class Uploaded(Described):
    """A file that is kept. Its kind and type are what its bytes say."""

    id: str
    kind: Literal["image", "video", "audio", "file"]
    type: str
    bytes: Number


class ChatMessage(Described):
    """A visitor's message. The same `client_message_id` again changes nothing.

    `page` and `referrer` say where the customer writes from. Their queries are not kept.
    `time_zone` is the customer's, by its IANA name. Times are told on its clock. `attributes` are
    what the page says of the customer: at most 20 plain values. `files` were uploaded before. With
    files the text may be empty.
    """

    client_message_id: Annotated[str, Field(pattern=r"^-*[A-Za-z0-9][A-Za-z0-9-]*$", max_length=64)]
    text: Annotated[str, Field(max_length=10_000)]
    language: Annotated[str | None, Field(max_length=35)] = None
    page: Annotated[str | None, Field(min_length=1, max_length=2_000)] = None
    referrer: Annotated[str | None, Field(min_length=1, max_length=2_000)] = None
    time_zone: Annotated[str | None, Field(min_length=1, max_length=2_000)] = None
    attributes: dict[str, str | int | float | bool] | None = None
    files: Annotated[tuple[ChatFile, ...], Field(max_length=10)] = ()


class ChatLine(Described):
    """One line of the chat.

    `agent` is the person who speaks, and `article_id` is the article of the answer.
    """

    seq: Number
    id: str
    speaker: Speaker
    text: str
    at: Time
    agent: str | None
    in_reply_to: str | None
    article_id: str | None
    choices: list[Choice]
    media: Annotated[tuple[File, ...], Field(max_length=10)] = ()
    attached: Annotated[list[Attachment], Field(max_length=20, default_factory=list)]


class Chat(Described):
    """The lines after a sequence number, and the state of the conversation."""

    lines: list[ChatLine]


class Left(Described):
    """The visitor has left."""

    thread_id: ThreadId


class TranscriptAsked(Described):
    """The place where the last page ended, or 0 for the beginning."""

    conversation_id: ConversationId
    after_seq: Count = 0


class ContextAsked(Described):
    """The conversation that the pool is offered or owns."""

    conversation_id: ConversationId


class ElsewhereEnded(PastConversation):
    """The end of a conversation of the same customer on another channel."""

    channel_id: str


class OneContext(Described):
    """All that is known of a customer, at most 20 kB, redacted to the pool's level."""

    version: Annotated[Literal[1], Field(alias="schema")]
    conversation_id: ConversationId
    customer: Customer
    customer_data: CustomerData | None
    past_conversations: Annotated[list[PastConversation], Field(max_length=5)]
    elsewhere: Annotated[list[ElsewhereEnded], Field(max_length=5)]
    tried: list[str]
    rejected: list[str]
    handovers: list[Handover]
    notes: list[Note]


class AcceptedAnswer(Described):
    """The conversation is the pool's, under this epoch."""

    accepted: Literal[True]
    conversation_id: ConversationId
    offer_id: OfferId
    epoch: Number


class TakenAnswer(Described):
    """The event is kept. The answer to a declined offer or to a report stands beside it."""

    event_id: EventId | None = None
    declined: Literal[True] | None = None
    offer_id: OfferId | None = None
    seats: Count | None = None
    until: Time | None = None


class Problem(Described):
    """The reason for a refusal: what was wrong, where, and what is accepted."""

    code: str
    message: str
    field: str | None = None
    state: str | None = None
    problems: list[str] | None = None


class Refusal(Described):
    """Every refusal has this form."""

    error: Problem


class Pinged(Described):
    """The outcome of a ping. The status is absent where nothing answered."""

    taken: bool
    outcome: str
    status: int | None
    milliseconds: int


class Rotate(Described):
    """A request for a new secret. `finish` drops all secrets but the newest instead."""

    finish: bool = False


class RotateFields(Rotate):
    """A request for a new secret, or for new fields of a provider's channel or a pool's tool.

    Fields that are left out stay as they are.
    """

    fields: dict[str, Annotated[str, Field(min_length=1, max_length=1_000)]] | None = None


class Finding(Described):
    """The outcome of one try of an endpoint's settings. `said` tells what to do about it."""

    name: str
    ok: bool
    said: str


class Checked(Described):
    """The hook's URL of a provider's channel, and what came of trying its settings."""

    hook_url: str
    findings: list[Finding]


class Rotated(Described):
    """The new secret and how many secrets are valid now, or how many were dropped."""

    secret: Annotated[str | None, Field(pattern=r"^whsec_[A-Za-z0-9+/]+=*$")] = None
    good: Annotated[int | None, Field(ge=1, le=4)] = None
    dropped: Annotated[int | None, Field(ge=0, le=3)] = None


class Asked(Described):
    """A text to explain, and the language of its conversation where the text may not tell."""

    text: str = Field(max_length=10_000)
    language: str | None = None


class Held(Described):
    """A hold lets the rehearsed thresholds stand; else they follow recent questions."""

    held: bool


class Erase(Described):
    """The owner of the thread: the sender by the channel's name for them."""

    channel: str = Field(min_length=1, max_length=256)
    sender: str = Field(min_length=1, max_length=256)


class ExportCustomer(Erase):
    """The customer whose data is asked for: a page of it, or one stored mail.

    `thread` is one of the answer's `threads`, where the customer has more than one.
    """

    thread: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    after: Annotated[int | None, Field(ge=0)] = None
    mail: Annotated[str | None, Field(min_length=1, max_length=256)] = None


class Replay(Described):
    """The deliveries to send again. Ids, an endpoint or a conversation are needed.

    Times go back one day unless given, and span at most 31 days. Without ids and a state, the
    failed deliveries go.
    """

    ids: Annotated[list[DeliveryId] | None, Field(max_length=100)] = None
    endpoint: Annotated[str | None, Field(pattern=f"^(?:{ENDPOINTS}):{NAME}$")] = None
    conversation: ConversationId | None = None
    since: Time | None = None
    until: Time | None = None
    state: Literal["delivered", "failed", "expired", "retrying"] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class NotReplayed(Described):
    """A delivery that was found and was not sent again."""

    id: str
    why: str


class Replayed(Described):
    """The webhook ids that went into the queue, oldest first, and the deliveries that did not."""

    replayed: list[str]
    skipped: list[NotReplayed]


class RedriveSome(Described):
    """Dead letters by their ids."""

    ids: list[str]


class RedriveAll(Described):
    """Every dead letter."""

    all: Literal[True]


class AssignTo(Described):
    """The pool that shall have a conversation. `epoch` is the ownership that was seen.

    The header `x-reason` says why.
    """

    to: Annotated[str, Field(pattern=f"^{NAME}$")]
    epoch: Annotated[int, Field(ge=0)]


class Assigned(Described):
    """The pool is being asked."""

    event_id: str
    to: str


class RoutingOnly(Described):
    """The part `routing` of the configuration (/v1/schemas/configuration.json)."""

    routing: dict[str, object]


class FormerVersion(Described):
    """A version of the configuration that was in force before."""

    version: Annotated[str, Field(min_length=1, max_length=64)]


class Looks(Described):
    """The looks that take the place of those in force. docs/look.md says what they hold."""

    company: dict[str, object] | None = None
    brands: dict[str, dict[str, object]] | None = None


class Document(Described):
    """A JSON object. The documentation describes its fields."""

    model_config = ConfigDict(extra="allow")


class Report(Described):
    """The findings of a report. docs/reports.md says what each of its other fields counts."""

    model_config = ConfigDict(extra="allow")

    report: str
    from_: Annotated[str, Field(alias="from")]
    to: str
    zone: str
    as_of: str
    finding: str
