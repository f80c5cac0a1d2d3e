"""Events tell here who a customer is, by the company's own system and by the channel's provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from surgeline.domain.customers.file import Found


@dataclass(frozen=True, slots=True)
class CustomerLookedUp:
    """The company's own system was asked for the customer of a conversation, and this came of it.

    The log keeps the customer's file with this event, so that an erasure forgets both.
    """

    id: str
    thread_id: str
    at: int
    conversation_id: str
    found: Found
    type: Literal["customer_looked_up"] = "customer_looked_up"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class CustomerMoved:
    """The channel names the customer anew, and the customer's thread goes on.

    The thread of the former name hears of `after`, the thread of the new name `sender`. The thread
    of the new name hears of `before`, the thread that goes on.
    """

    id: str
    thread_id: str
    channel_id: str
    at: int
    before: str = ""
    after: str = ""
    sender: str = ""
    type: Literal["customer_moved"] = "customer_moved"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class ProfileFound:
    """The provider of the channel told the customer's name or language.

    `customer` has attributes as a message's own has. The log keeps them, so that an erasure forgets
    them with the messages.
    """

    id: str
    thread_id: str
    channel_id: str
    at: int
    conversation_id: str
    customer: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    language: str | None = None
    type: Literal["profile_found"] = "profile_found"
    schema: int = 1
