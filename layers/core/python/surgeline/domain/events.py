"""Events say in the past tense what happened to a thread. Each reaches the thread's one writer.

`id` is the dedupe key (a keyed hash, at least 120 bits). `at` is when our edge took the event in
(UTC epoch ms). A caller's own time is data and never used for order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from surgeline.domain.brought.events import BacklogEvent, Brought
from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.customers.events import CustomerLookedUp, CustomerMoved, ProfileFound
from surgeline.domain.sent_files.attached import Attached
from surgeline.domain.sent_files.events import CustomerDeleted, Media, MediaFetched

TimerKind = str
"""A key of `decide.TABLES.timers`. A timer that a newer release started is read, and ignored."""


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A customer's message, as text.

    `sender` is the address for replies, as the channel names it. `attachments` counts the
    attachments beside the text, and `media` are those that can be fetched. `customer` is the
    channel's description of the customer, for answers and for a pool's people. `former_id` is the
    message's id under release 0.1.0, because that release may have done it. `reply_token` is the
    permission to answer this message, where the channel gives any. `edits` is the id of the message
    that this is the new text of. `automatic` says that a machine of the customer's wrote, so that
    nobody answers it. `brought` is where in a backlog the message came from. `also` is the thread
    of another name that the channel has for the customer.
    """

    id: str
    thread_id: str
    channel_id: str
    sender: str
    at: int
    text: str
    language: str | None = None
    attachments: int = 0
    type: Literal["customer_wrote"] = "customer_wrote"
    schema: int = 1
    customer: Mapping[str, str | int | float | bool] | None = None
    former_id: str | None = None
    reply_token: str | None = None
    edits: str | None = None
    automatic: bool = False
    media: tuple[Media, ...] = ()
    brought: Brought | None = None
    also: str = ""


@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """The customer ended the chat or blocked us. `blocked`: nothing may be written there now."""

    id: str
    thread_id: str
    channel_id: str
    at: int
    type: Literal["customer_left"] = "customer_left"
    schema: int = 1
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class PersonAnswered:
    """A person answered the customer `sender` in the provider's own app, past this system."""

    id: str
    thread_id: str
    channel_id: str
    sender: str
    at: int
    text: str
    type: Literal["person_answered"] = "person_answered"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class ThreadErased:
    """An operator had everything that was said in the thread forgotten.

    `channel_id` is the thread's channel. Events of release 0.1.0 have none, and always found a
    thread.
    """

    id: str
    thread_id: str
    at: int
    channel_id: str = ""
    type: Literal["thread_erased"] = "thread_erased"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """A pool won the conditional write on its offer."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    offer_id: str
    pool_id: str
    epoch: int
    agent: str | None = None
    type: Literal["offer_accepted"] = "offer_accepted"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    """A pool said no, or its endpoint could not be reached in time (`reason` tells).

    `no_room`: all seats of the pool were taken after all, so the pool was never asked.
    `nobody_there`: the pool's desk was empty, which is no word against the conversation.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    offer_id: str
    pool_id: str
    reason: str
    type: Literal["offer_declined"] = "offer_declined"
    schema: int = 1
    no_room: bool = False
    nobody_there: bool = False


@dataclass(frozen=True, slots=True)
class AgentWrote:
    """A pool's message for the customer, under the epoch that the pool believes it owns.

    `seq` is the pool's own number for the message within that epoch: 1, 2, 3. It is None if the
    pool does not number. `media` goes with the text. `corrects`: it takes the place of earlier
    words, which the customer has.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    text: str
    agent: str | None = None
    type: Literal["agent_wrote"] = "agent_wrote"
    schema: int = 1
    seq: int | None = None
    media: tuple[Attached, ...] = ()
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class UsedSuggestion:
    """An article that a person was shown as an answer, and what the person made of it.

    `rating` is what the person thinks of the article, with a `reason` in their own words.
    `distance` is the share of words that an edit changed, from 0 to 1, where the pool tells it.
    """

    article_id: str
    use: Literal["used", "edited", "skipped"]
    rating: Literal["good", "unclear", "outdated", "wrong"] | None = None
    reason: str = ""
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class SuggestedArticle:
    """An article for the knowledge base, suggested by the person who closed the conversation."""

    question: str
    answer: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class PoolResolved:
    """A pool closed the conversation. The last five fields are the pool's own, for reports."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    outcome: str
    summary: str = ""
    type: Literal["pool_resolved"] = "pool_resolved"
    schema: int = 1
    seq: int | None = None
    article: SuggestedArticle | None = None
    resolution_code: str | None = None
    value: float | None = None
    value_kind: Literal["made", "saved"] = "made"
    suggestions: tuple[UsedSuggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class PoolReturned:
    """A pool gave the conversation back to the bot."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    reason: str = ""
    type: Literal["pool_returned"] = "pool_returned"
    schema: int = 1
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class PoolTransferred:
    """A pool passes the conversation on to the pool `to`, or to the next one that can take it."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    to: str | None = None
    reason: str = ""
    type: Literal["pool_transferred"] = "pool_transferred"
    schema: int = 1
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class PoolNoted:
    """A pool's note for people who look at the conversation. The customer never sees it."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    text: str
    type: Literal["pool_noted"] = "pool_noted"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class PoolPromised:
    """A pool looks into the case, and promises the customer word by `until` (UTC epoch ms).

    `text` is said to the customer first, if there is any.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    until: int
    text: str = ""
    agent: str | None = None
    type: Literal["pool_promised"] = "pool_promised"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class AgentTyped:
    """A person of the pool is typing.

    The writer hears this now and then while an answer is owed.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    type: Literal["agent_typed"] = "agent_typed"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class PoolUnreachable:
    """A conversation event could not be delivered to the pool that owns the conversation."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    epoch: int
    reason: str
    type: Literal["pool_unreachable"] = "pool_unreachable"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class ConversationAssigned:
    """A lead gives the conversation to the pool `to`, whoever has it under that epoch."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    epoch: int
    to: str
    reason: str = ""
    by: str = ""
    type: Literal["conversation_assigned"] = "conversation_assigned"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class TextUndelivered:
    """The text with that number reached no customer, and no later try can send it.

    A provider that took the text first names it by `text_id`, and the writer finds its number.
    `channel_id` is set then too.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    text_seq: int
    reason: str
    by_person: bool = True
    type: Literal["text_undelivered"] = "text_undelivered"
    schema: int = 1
    text_id: str = ""
    channel_id: str = ""


@dataclass(frozen=True, slots=True)
class SeatFreed:
    """A pool has a seat free, and this thread is the first that waits for one."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    pool_id: str
    priority: int
    since: int
    type: Literal["seat_freed"] = "seat_freed"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer came due. `subject` (an offer id) and `epoch` tell a stale one from a live one."""

    id: str
    thread_id: str
    at: int
    kind: TimerKind
    conversation_id: str
    subject: str
    epoch: int
    due_at: int
    type: Literal["timer_fired"] = "timer_fired"
    schema: int = 1


Event = (
    CustomerWrote
    | CustomerLeft
    | PersonAnswered
    | CustomerDeleted
    | MediaFetched
    | ThreadErased
    | OfferAccepted
    | OfferDeclined
    | AgentWrote
    | PoolResolved
    | PoolReturned
    | PoolTransferred
    | PoolNoted
    | PoolPromised
    | AgentTyped
    | PoolUnreachable
    | TextUndelivered
    | ConversationAssigned
    | SeatFreed
    | CustomerLookedUp
    | CustomerMoved
    | ProfileFound
    | IncidentBegan
    | BacklogEvent
    | TimerFired
)
