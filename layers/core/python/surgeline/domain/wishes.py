"""A wish is the meaning of a waiting customer's message about the wait itself."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from surgeline.domain.thread import Callback

WAYS: Final = ("way_wait", "way_later", "way_reach", "way_withdraw")
"""The texts of the ways that a waiting customer may choose, in their order."""
Way = Literal["later", "email", "phone"]
MOST_ADDRESS: Final = 254
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}"
)
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN: Final = re.compile(r"[\s().\-/\u00a0]")
_LEAST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish of a customer who waits. `number` is the place of the chosen window, from 0."""

    kind: Literal["wait", "later", "reach", "withdraw", "window", "soon", "address", "unclear"]
    number: int = 0
    by: Literal["channel", "email", "phone"] = "channel"
    address: str = ""


def address_in(text: str, ways: tuple[str, ...]) -> Wish | None:
    """Return the address that a text consists of, or None where it looks like none.

    A number has its country code. An address that the company does not use is unclear.
    """
    said = text.strip()
    if len(said) <= MOST_ADDRESS and _EMAIL.fullmatch(said):
        return Wish("address", by="email", address=said) if "email" in ways else Wish("unclear")
    number = _BETWEEN.sub("", said)
    number = "+" + number[2:] if number.startswith("00") else number
    if _PHONE.fullmatch(number):
        return Wish("address", by="phone", address=number) if "phone" in ways else Wish("unclear")
    looks = "@" in said or sum(each.isdigit() for each in said) >= _LEAST_DIGITS
    return Wish("unclear") if looks else None


def takes_addresses(ways: tuple[str, ...]) -> bool:
    """Return whether a company reaches its customers by mail or by phone."""
    return not {"email", "phone"}.isdisjoint(ways)


def shown_ways(ways: tuple[str, ...], *, holds_later: bool = True) -> tuple[str, ...]:
    """Return the texts of the ways that a company offers to a waiting customer.

    `holds_later`: the channel lets the company write for so long that a later time fits in.
    """
    lacking = {
        "way_later": "later" not in ways or not holds_later,
        "way_reach": not takes_addresses(ways),
    }
    return tuple(each for each in WAYS if not lacking.get(each))


def is_scheduled(callback: Callback | None, now: int) -> bool:
    """Return whether the customer is to be left alone until a time that has not come."""
    return callback is not None and callback.at > now
