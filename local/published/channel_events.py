"""The events that Surgeline posts to channels are pydantic models here, version 1."""

from typing import Annotated, Literal

from pydantic import Field
from surgeline.adapters.pool_protocol import ConversationId

from local.published.events import Attachment, Described, Envelope, Number, ThreadId


class Choice(Described):
    """An answer to choose. `article_id` is null for the choice of a person."""

    label: str
    article_id: str | None


class Speaks(Described):
    """The agent who speaks."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class ReplyText(Described):
    """One text for the customer. `id` is the webhook id, the same at every attempt."""

    id: Annotated[str, Field(pattern=r"^r[a-z2-7]{26}$")]
    speaker: Literal["bot", "person", "system"]
    text: Annotated[str, Field(max_length=10_000)]
    in_reply_to: str | None
    article_id: str | None
    choices: list[Choice]
    agent: Speaks | None
    out_of_order: bool = False
    attached: Annotated[list[Attachment], Field(max_length=20, default_factory=list)]


class Standing(Described):
    """The state of the conversation after this text."""

    state: Literal["open", "closed"]
    owner: Literal["bot", "waiting", "pool"]


class Reply(Described):
    """A text for the customer, with its place in the thread."""

    version: Annotated[Literal[1], Field(alias="schema")]
    thread_id: ThreadId
    conversation_id: ConversationId
    sender: str
    seq: Number
    message: ReplyText
    conversation: Standing


class MessageCreated(Envelope):
    """message.created: show this to the customer."""

    type: Literal["message.created"]
    data: Reply


TO_CHANNELS: tuple[type[Envelope], ...] = (MessageCreated,)
