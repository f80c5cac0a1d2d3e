"""The answer of a customer system is read here, bounded and plain. Its texts are data of strangers.

What is too long is cut, and what is too much is left out. An answer of another shape is refused as
a whole, because nobody guesses what it means.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, ValidationError

from surgeline.adapters.wrong_values import wrong_values
from surgeline.domain.customers.file import CustomerFile, Found, OpenCase, Order, Profile
from surgeline.domain.plain_text import plain_text

MAX_BYTES = 20_000
MOST_ORDERS, MOST_CASES, MOST_TAGS = 5, 5, 20
SHORT, LONG, LINK = 80, 200, 500
_LINKS = ("https://", "http://")


class WrongAnswer(Exception):
    """Raised for an answer that is not one. Its words never repeat the answer."""


def cut(value: object, most: int) -> str:
    """Return a value of a stranger as a short plain text on one line, or an empty one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(plain_text(str(value)).split())[:most]


def link(value: object) -> str:
    """Return a link that a person may follow, or an empty text for anything else."""
    found = cut(value, LINK)
    return found if found.startswith(_LINKS) and " " not in found else ""


def _some(most: int) -> Callable[[object], object]:
    """Return a rule that keeps the first entries of a list, and takes null for an empty one."""
    return lambda value: value[:most] if isinstance(value, list) else [] if value is None else value


Short = Annotated[str, BeforeValidator(lambda value: cut(value, SHORT))]
Long = Annotated[str, BeforeValidator(lambda value: cut(value, LONG))]
Link = Annotated[str, BeforeValidator(link)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class _Money(_Model):
    amount: Short = ""
    currency: Short = ""


class _Customer(_Model):
    id: Short
    name: Long = ""
    language: Short = ""
    since: Short = ""
    tags: Annotated[list[Short], BeforeValidator(_some(MOST_TAGS))] = []
    vip: bool = False
    value: float | None = None
    currency: Short = ""


class _Tracking(_Model):
    carrier: Short = ""
    url: Link = ""


class _Order(_Model):
    id: Short
    number: Short = ""
    status: Short = ""
    placed_at: Short = ""
    total: _Money | None = None
    items: int | None = None
    tracking: _Tracking | None = None


class _Case(_Model):
    id: Short
    subject: Long = ""
    status: Short = ""
    url: Link = ""


class _Answer(_Model):
    found: StrictBool | Literal["many"]
    customer: _Customer | None = None
    orders: Annotated[list[_Order], BeforeValidator(_some(MOST_ORDERS))] = []
    cases: Annotated[list[_Case], BeforeValidator(_some(MOST_CASES))] = []
    as_of: Short = ""


def read_answer(body: bytes) -> Found:
    """Return the meaning of a look-up's answer. Raises WrongAnswer."""
    if len(body) > MAX_BYTES:
        raise WrongAnswer(f"the answer has more than {MAX_BYTES} bytes")
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError as error:
        steps, words = next(iter(wrong_values(error)))
        place = ".".join(str(each) for each in steps if isinstance(each, int | str))[:LONG]
        raise WrongAnswer(f"{place or 'the answer'}: {words}") from None
    if answer.found == "many":
        return Found("many", why="two customers fit, so none is shown")
    if answer.found is not True:
        return Found("unknown", why="the company's system does not know the customer")
    if answer.customer is None or not answer.customer.id:
        raise WrongAnswer("customer.id: is missing")
    return Found("found", _file(answer, answer.customer))


def _file(answer: _Answer, customer: _Customer) -> CustomerFile:
    about = customer.model_dump() | {"tags": tuple(customer.tags)}
    return CustomerFile(
        Profile(**about),
        tuple(_order(each) for each in answer.orders if each.id),
        tuple(OpenCase(**each.model_dump()) for each in answer.cases if each.id),
        answer.as_of,
    )


def _order(order: _Order) -> Order:
    total, tracking = order.total or _Money(), order.tracking or _Tracking()
    return Order(
        order.id,
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        amount=total.amount,
        currency=total.currency,
        items=order.items,
        carrier=tracking.carrier,
        tracking_url=tracking.url,
    )
