"""The events that pools post live here as pydantic models of protocol v1.

Unknown fields are ignored.

The use cases hear `application.pools.pool_says`, whichever way an event came. The function
`pool_says` turns the models into that.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from surgeline.adapters.moment import Moment
from surgeline.adapters.pool_media import PoolMedia
from surgeline.adapters.wrong_values import wrong_values
from surgeline.application.pools import pool_says as says
from surgeline.domain.events import SuggestedArticle, UsedSuggestion
from surgeline.domain.ids import CONVERSATION, NAME, NOTICE, OFFER
from surgeline.domain.plain_text import plain_text, says_something
from surgeline.domain.sent_files.attached import MOST_ATTACHED, Attached
from surgeline.domain.times import milliseconds
from surgeline.errors import BadRequest

MAX_TEXT = 10_000
ConversationId = Annotated[str, Field(pattern=f"^{CONVERSATION}$")]
OfferId = Annotated[str, Field(pattern=f"^{OFFER}$")]
Epoch = Annotated[int, Field(ge=0, le=2**53)]
PoolId = Annotated[str, Field(pattern=f"^{NAME}$")]
Seq = Annotated[int, Field(ge=1, le=1_000_000)]
"""A pool's own number for an event, within one epoch."""


def _said(text: str) -> str:
    plain = plain_text(text)
    if not says_something(plain):
        raise ValueError("must say something")
    return plain


Words = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_said)]
"""Plain text for people. Control characters are removed, and some text must be left."""


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Agent(_Model):
    """The person who speaks for the pool. The name is shown to the customer."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class _Data(_Model):
    conversation_id: ConversationId


class Accept(_Data):
    """The data of handoff.accepted."""

    offer_id: OfferId
    agent: Agent | None = None


class Decline(_Data):
    """The data of handoff.declined."""

    offer_id: OfferId
    reason: Annotated[str, Field(max_length=100)] = "declined"


class _Owned(_Data):
    epoch: Epoch


class _Numbered(_Owned):
    seq: Seq | None = None


class PoolMessage(_Numbered):
    """The data of message.sent. `media` goes to the customer with the text."""

    text: Words
    agent: Agent | None = None
    media: Annotated[list[PoolMedia], Field(max_length=MOST_ATTACHED)] = []


class Typing(_Owned):
    """The data of typing, which is shown to the customer and never kept."""

    agent: Agent | None = None


class Seen(_Owned):
    """The data of seen, which is shown to the customer and never kept.

    `at` is the time of the last message that was seen. Without it that is now.
    """

    at: Moment | None = None
    agent: Agent | None = None


class Article(_Model):
    """An article that the knowledge base should answer with next time.

    An operator decides about it.
    """

    question: Annotated[str, Field(min_length=1, max_length=500)]
    answer: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    title: Annotated[str, Field(max_length=200)] = ""


class Suggestion(_Model):
    """An article that your person was shown as an answer, and what they made of it.

    `rating` says what they think of the article, and `reason` why. `distance` is the share of its
    words that an edit changed.
    """

    article_id: Annotated[str, Field(min_length=1, max_length=200)]
    use: Literal["used", "edited", "skipped"]
    rating: Literal["good", "unclear", "outdated", "wrong"] | None = None
    reason: Annotated[str, Field(max_length=200)] = ""
    distance: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None


class Resolve(_Numbered):
    """The data of conversation.resolved.

    `resolution_code` is the pool's own word, as "refund_sent". `value` is what was sold (`made`) or
    kept from being lost (`saved`), in the company's currency.
    """

    outcome: Literal["solved", "unsolved", "spam", "duplicate"]
    summary: Annotated[str, Field(max_length=2000)] = ""
    article: Article | None = None
    resolution_code: Annotated[str, Field(pattern=f"^{NAME}$")] | None = None
    value: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    value_kind: Literal["made", "saved"] = "made"
    suggestions: Annotated[list[Suggestion], Field(max_length=5)] = []


class Return(_Numbered):
    """The data of conversation.returned."""

    reason: Annotated[str, Field(max_length=200)] = ""


class Transfer(_Numbered):
    """The data of conversation.transferred: to the named pool, or to the next one that can."""

    to: PoolId | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class Note(_Owned):
    """The data of note.added, which is kept on record and never shown to the customer."""

    text: Words


class Pending(_Owned):
    """The data of conversation.pending: the customer is promised word by `until`.

    `text` is said to the customer first.
    """

    until: Moment
    text: Words | None = None
    agent: Agent | None = None


class Report(_Model):
    """The data of capacity.reported: how many of the pool's people are there, and until when."""

    seats: Annotated[int, Field(ge=0, le=100_000)]
    valid_seconds: Annotated[int, Field(ge=10, le=3_600)] = 300


class ReadArticles(_Model):
    """The data of articles.read: your people have read the notice of that id."""

    notice_id: Annotated[str, Field(max_length=100, pattern=NOTICE)]


class TranscriptRequest(_Model):
    """A request for the longer transcript. `after_seq` is where the last page ended."""

    conversation_id: ConversationId
    after_seq: Annotated[int, Field(ge=0, le=2**53)] = 0


class HandoffAccepted(_Model):
    """The event handoff.accepted."""

    type: Literal["handoff.accepted"]
    data: Accept


class HandoffDeclined(_Model):
    """The event handoff.declined."""

    type: Literal["handoff.declined"]
    data: Decline


class MessageSent(_Model):
    """The event message.sent."""

    type: Literal["message.sent"]
    data: PoolMessage


class TypingNow(_Model):
    """The event typing."""

    type: Literal["typing"]
    data: Typing


class SeenNow(_Model):
    """The event seen."""

    type: Literal["seen"]
    data: Seen


class ConversationResolved(_Model):
    """The event conversation.resolved."""

    type: Literal["conversation.resolved"]
    data: Resolve


class ConversationReturned(_Model):
    """The event conversation.returned."""

    type: Literal["conversation.returned"]
    data: Return


class ConversationTransferred(_Model):
    """The event conversation.transferred."""

    type: Literal["conversation.transferred"]
    data: Transfer


class NoteAdded(_Model):
    """The event note.added."""

    type: Literal["note.added"]
    data: Note


class ConversationPending(_Model):
    """The event conversation.pending."""

    type: Literal["conversation.pending"]
    data: Pending


class CapacityReported(_Model):
    """The event capacity.reported."""

    type: Literal["capacity.reported"]
    data: Report


class ArticlesRead(_Model):
    """The event articles.read."""

    type: Literal["articles.read"]
    data: ReadArticles


PoolData = (
    Accept
    | Decline
    | PoolMessage
    | Typing
    | Seen
    | Resolve
    | Return
    | Transfer
    | Note
    | Pending
    | Report
    | ReadArticles
)
_MEANINGS: Mapping[type[_Model], type[says.PoolSays]] = {
    Accept: says.Accepts,
    Decline: says.Declines,
    PoolMessage: says.Writes,
    Typing: says.Types,
    Seen: says.Sees,
    Resolve: says.Resolves,
    Return: says.Returns,
    Transfer: says.Transfers,
    Note: says.Notes,
    Pending: says.Promises,
    Report: says.Reports,
    ReadArticles: says.ReadsNotice,
}
ENVELOPES = (
    HandoffAccepted
    | HandoffDeclined
    | MessageSent
    | TypingNow
    | SeenNow
    | ConversationResolved
    | ConversationReturned
    | ConversationTransferred
    | NoteAdded
    | ConversationPending
    | CapacityReported
    | ArticlesRead
)
"""The events that a pool may post. The published schemas are made from them."""


_UNKNOWN_TYPE = {"union_tag_invalid", "union_tag_not_found"}
_ONE_WORD = {"typing", "seen"}


def parse_pool_event(body: dict[str, object]) -> PoolData:
    """Return the data of a pool's event. Raises BadRequest naming the first wrong field."""
    try:
        return _envelope().validate_python(body).data
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] in _UNKNOWN_TYPE:
            raise BadRequest(f"type must be one of {', '.join(_types())}", field="type") from None
        place, words = next(wrong_values(error))
        steps = [str(each) for each in place if "." not in str(each) and each not in _ONE_WORD]
        raise _wrong(".".join(steps) or "type", words) from None


def pool_says(body: dict[str, object]) -> says.PoolSays:
    """Return what a pool says with its event. Raises BadRequest as `parse_pool_event` does."""
    data = parse_pool_event(body)
    if isinstance(data, Pending):
        named = data.agent.name if data.agent else None
        until = milliseconds(data.until)
        return says.Promises(data.conversation_id, data.epoch, until, data.text or "", named)
    values = {name: _plain(getattr(data, name)) for name in type(data).model_fields}
    if isinstance(data, Seen):
        values["at"] = milliseconds(data.at) if data.at else None
    return _MEANINGS[type(data)](**values)


def _plain(value: object) -> Any:  # noqa: ANN401 # what the field of the dataclass takes
    if isinstance(value, Agent):
        return value.name
    if isinstance(value, list):
        return tuple(map(_plain, value))
    if isinstance(value, Suggestion):
        return UsedSuggestion(**value.model_dump())
    if isinstance(value, PoolMedia):
        place = (value.kind, value.url or "", value.file or "")
        return Attached(*place, value.title, value.alt, value.type or "")
    return SuggestedArticle(**value.model_dump()) if isinstance(value, Article) else value


def parse_transcript_request(body: dict[str, object]) -> TranscriptRequest:
    """Return which part of a transcript a pool asks for. Raises BadRequest."""
    try:
        return TranscriptRequest.model_validate(body)
    except ValidationError as error:
        place, words = next(wrong_values(error))
        raise _wrong(".".join(map(str, place)) or "body", words) from None


def _wrong(field: str, words: str) -> BadRequest:
    return BadRequest(f"{field} {words}", field=field)


def _types() -> tuple[str, ...]:
    """Return the types that a pool may post, in the order of `ENVELOPES`."""
    models: tuple[type[BaseModel], ...] = get_args(ENVELOPES)
    return tuple(get_args(each.model_fields["type"].annotation)[0] for each in models)


@cache
def _envelope() -> TypeAdapter[ENVELOPES]:
    return TypeAdapter(Annotated[ENVELOPES, Field(discriminator="type")])
