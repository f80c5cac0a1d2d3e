"""A customer's file is what the company's own systems know: a profile, orders and open cases."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["found", "unknown", "many", "unavailable"]
"""How a look-up ended. `many`: two customers fit, and nobody guesses between them."""

ORDER_STATES = ("open", "paid", "packed", "shipped", "delivered", "returned", "cancelled")
"""The states of an order that have words of their own in every language."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The customer's profile. `value` is what they have bought, in `currency`."""

    id: str
    name: str = ""
    language: str = ""
    since: str = ""
    tags: tuple[str, ...] = ()
    vip: bool = False
    value: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Times are RFC 3339, and the amount is a decimal number as text."""

    id: str
    number: str = ""
    status: str = ""
    placed_at: str = ""
    amount: str = ""
    currency: str = ""
    items: int | None = None
    carrier: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case of the customer in the company's own system."""

    id: str
    subject: str = ""
    status: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """The whole file. Orders stand newest first. `as_of` is when the system knew it."""

    profile: Profile
    orders: tuple[Order, ...] = ()
    cases: tuple[OpenCase, ...] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a look-up. Only one that found exactly one customer has a `file`.

    `why` says for people why nothing could be told. It has no word of a customer.
    """

    answer: Answer
    file: CustomerFile | None = None
    why: str = ""
