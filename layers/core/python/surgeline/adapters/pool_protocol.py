"""What pools may say, as pydantic models: protocol v1, events in. Unknown fields are ignored."""

from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from surgeline.domain.plain_text import plain_text, says_something
from surgeline.errors import BadRequest

MAX_TEXT = 10_000
ConversationId = Annotated[str, Field(pattern=r"^t[a-z2-7]{26}-[0-9]{1,9}$")]
OfferId = Annotated[str, Field(pattern=r"^o[a-z2-7]{26}$")]
Epoch = Annotated[int, Field(ge=0, le=2**53)]
PoolId = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$")]
Seq = Annotated[int, Field(ge=1, le=1_000_000)]
"""A pool's own number for an event, within one epoch."""


def _said(text: str) -> str:
    plain = plain_text(text)
    if not says_something(plain):
        raise ValueError("the text says nothing")
    return plain


Words = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_said)]
"""Plain text for people: control characters are taken out, and something is left."""


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Agent(_Model):
    """Who speaks for the pool; the name is shown to the customer."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class _Data(_Model):
    conversation_id: ConversationId


class Accept(_Data):
    """handoff.accepted."""

    offer_id: OfferId
    agent: Agent | None = None


class Decline(_Data):
    """handoff.declined."""

    offer_id: OfferId
    reason: Annotated[str, Field(max_length=100)] = "declined"


class _Owned(_Data):
    epoch: Epoch


class _Numbered(_Owned):
    seq: Seq | None = None


class Message(_Numbered):
    """message.sent."""

    text: Words
    agent: Agent | None = None


class Typing(_Owned):
    """Somebody writes; shown, never kept."""

    agent: Agent | None = None


class Article(_Model):
    """What the knowledge base should answer next time; an operator decides about it."""

    question: Annotated[str, Field(min_length=1, max_length=500)]
    answer: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    title: Annotated[str, Field(max_length=200)] = ""


class Resolve(_Numbered):
    """conversation.resolved."""

    outcome: Literal["solved", "unsolved", "spam", "duplicate"]
    summary: Annotated[str, Field(max_length=2000)] = ""
    article: Article | None = None


class Return(_Numbered):
    """conversation.returned."""

    reason: Annotated[str, Field(max_length=200)] = ""


class Transfer(_Numbered):
    """conversation.transferred: to another pool, the one named or the next one that can."""

    to: PoolId | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class Note(_Owned):
    """note.added: kept on record, never shown to the customer."""

    text: Words


class Report(_Model):
    """capacity.reported: how many of the pool's people are there, and for how long that is good."""

    seats: Annotated[int, Field(ge=0, le=100_000)]
    valid_seconds: Annotated[int, Field(ge=10, le=3_600)] = 300


class TranscriptRequest(_Model):
    """The longer transcript that is asked for; `after_seq` is where the last page ended."""

    conversation_id: ConversationId
    after_seq: Annotated[int, Field(ge=0, le=2**53)] = 0


class HandoffAccepted(_Model):
    """handoff.accepted."""

    type: Literal["handoff.accepted"]
    data: Accept


class HandoffDeclined(_Model):
    """handoff.declined."""

    type: Literal["handoff.declined"]
    data: Decline


class MessageSent(_Model):
    """message.sent."""

    type: Literal["message.sent"]
    data: Message


class TypingNow(_Model):
    """The event `typing`."""

    type: Literal["typing"]
    data: Typing


class ConversationResolved(_Model):
    """conversation.resolved."""

    type: Literal["conversation.resolved"]
    data: Resolve


class ConversationReturned(_Model):
    """conversation.returned."""

    type: Literal["conversation.returned"]
    data: Return


class ConversationTransferred(_Model):
    """conversation.transferred."""

    type: Literal["conversation.transferred"]
    data: Transfer


class NoteAdded(_Model):
    """note.added."""

    type: Literal["note.added"]
    data: Note


class CapacityReported(_Model):
    """capacity.reported."""

    type: Literal["capacity.reported"]
    data: Report


PoolSays = Accept | Decline | Message | Typing | Resolve | Return | Transfer | Note | Report
ENVELOPES = (
    HandoffAccepted
    | HandoffDeclined
    | MessageSent
    | TypingNow
    | ConversationResolved
    | ConversationReturned
    | ConversationTransferred
    | NoteAdded
    | CapacityReported
)
"""What a pool may post; also what the published schemas are made from."""


def parse_pool_event(body: dict[str, object]) -> PoolSays:
    """The data of a pool's event. Raises BadRequest naming the first field that is wrong."""
    try:
        return _envelope().validate_python(body).data
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        steps = [str(step) for step in first["loc"] if "." not in str(step) and step != "typing"]
        field = ".".join(steps) or "type"
        raise BadRequest(f"{field}: {first['msg']}", field=field) from None


def parse_transcript_request(body: dict[str, object]) -> TranscriptRequest:
    """What part of a transcript a pool asks for. Raises BadRequest as `parse_pool_event`."""
    try:
        return TranscriptRequest.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "body"
        raise BadRequest(f"{field}: {first['msg']}", field=field) from None


@cache
def _envelope() -> TypeAdapter[ENVELOPES]:
    return TypeAdapter(Annotated[ENVELOPES, Field(discriminator="type")])
