"""The events that Surgeline posts to subscribers are pydantic models here, version 1."""

from typing import Annotated, Any, Literal

from pydantic import Field
from surgeline.adapters.pool_protocol import ConversationId
from surgeline.domain.alerts.rules import AlertLevel
from surgeline.domain.thread import EndedBy, HandoffReason, Resolution

from local.published.events import Described, Envelope, Number, Ping, Text, Time

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class _Told(Described):
    version: Annotated[Literal[1], Field(alias="schema")]
    subscription: Name


class _OfConversation(_Told):
    """All events of conversations have these fields.

    `seq` is the place of the event in the customer's thread. `text` is there only if the
    subscription has `texts`. Contact data and card numbers are taken out of it.
    """

    conversation_id: ConversationId
    channel_id: str
    seq: Number
    text: Text | None = None


class Opening(Described):
    """The opening of a conversation. `reopened` counts how often it was taken up again."""

    language: str | None
    opened_at: Time
    reopened: Annotated[int, Field(ge=0)]


class Opened(_OfConversation):
    """A conversation began. `text` is the customer's message."""

    opening: Opening


class Answer(Described):
    """The article that answered. `message_id` is the webhook id of the text for the customer."""

    article_id: str
    message_id: Annotated[str, Field(pattern=r"^r[a-z2-7]{26}$")]


class Answered(_OfConversation):
    """The bot answered. `text` is the answer."""

    answer: Answer


class Handoff(Described):
    """A person was asked for, for this reason."""

    reason: HandoffReason


class HandedOff(_OfConversation):
    """A person was asked for. `text` is the customer's message."""

    handoff: Handoff


class End(Described):
    """The end of a conversation. `outcome` is the word of the pool that resolved it."""

    language: str | None
    opened_at: Time
    closed_at: Time
    reopened: Annotated[int, Field(ge=0)]
    ended_by: EndedBy
    outcome: str | None
    resolution: Resolution | None
    handed_off: bool
    first_reply_at: Time | None
    first_person_at: Time | None
    articles: list[str]
    pools: list[str]


class Closed(_OfConversation):
    """A conversation ended. `text` is the summary of the pool that resolved it."""

    end: End


class ToldAlert(Described):
    """An alert, from its raising to its clearing."""

    id: str
    key: str
    level: AlertLevel
    words: str
    raised_at: Time
    cleared_at: Time | None


class OfAlert(_Told):
    """A change of an alert. `subject` and `text` are for people."""

    subject: str
    text: str
    alert: ToldAlert


class OfReport(_Told):
    """A report that was due. One with `cut` was too large, and has only its finding."""

    subject: str
    text: str
    report: dict[str, Any]


class ConversationOpened(Envelope):
    """conversation.opened: a conversation began."""

    type: Literal["conversation.opened"]
    data: Opened


class ConversationReopened(Envelope):
    """conversation.reopened: the customer came back to a conversation that had ended."""

    type: Literal["conversation.reopened"]
    data: Opened


class ConversationAnswered(Envelope):
    """conversation.answered: the bot answered with an article."""

    type: Literal["conversation.answered"]
    data: Answered


class ConversationHandedOff(Envelope):
    """conversation.handed_off: a person was asked for."""

    type: Literal["conversation.handed_off"]
    data: HandedOff


class ConversationClosed(Envelope):
    """conversation.closed: a conversation ended."""

    type: Literal["conversation.closed"]
    data: Closed


class AlertRaised(Envelope):
    """alert.raised: somebody has to look at something now."""

    type: Literal["alert.raised"]
    data: OfAlert


class AlertCleared(Envelope):
    """alert.cleared: nobody has to look any more."""

    type: Literal["alert.cleared"]
    data: OfAlert


class ReportReady(Envelope):
    """report.ready: a report that was due."""

    type: Literal["report.ready"]
    data: OfReport


class SubscriptionPing(Envelope):
    """subscription.ping: is the endpoint there?"""

    type: Literal["subscription.ping"]
    data: Ping


TO_SUBSCRIBERS: tuple[type[Envelope], ...] = (
    ConversationOpened,
    ConversationAnswered,
    ConversationHandedOff,
    ConversationClosed,
    ConversationReopened,
    AlertRaised,
    AlertCleared,
    ReportReady,
    SubscriptionPing,
)
