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
