"""The values that an answer may name are listed here, with their words for a customer.

An answer names one as `{order.status|its fallback}`. Nothing in an answer is evaluated.
"""

from collections.abc import Callable, Mapping

from surgeline.domain.customers.file import ORDER_STATES, CustomerFile, Order

Texts = Mapping[str, str]
DAY = len("2026-11-28")
_OF_ORDER: Mapping[str, Callable[[Order, Texts], str]] = {
    "order.number": lambda order, _: order.number,
    "order.status": lambda order, texts: _state(order.status, texts),
    "order.date": lambda order, _: order.placed_at[:DAY],
    "order.total": lambda order, _: f"{order.amount} {order.currency}".strip(),
    "order.carrier": lambda order, _: order.carrier,
    "order.tracking": lambda order, _: order.tracking_url,
}
"""The values of the newest order."""
NAMES = ("customer.name", *_OF_ORDER)


def values_of(file: CustomerFile | None, texts: Texts) -> dict[str, str]:
    """Return the values of a customer's file by name. What is not known is an empty text."""
    if file is None:
        return {}
    found = {"customer.name": file.profile.name}
    if file.orders:
        newest = file.orders[0]
        found |= {name: tell(newest, texts) for name, tell in _OF_ORDER.items()}
    return found


def _state(state: str, texts: Texts) -> str:
    """Return the state's words. A state without words is not told, because nobody checked it."""
    return texts.get(f"order_{state}", "") if state in ORDER_STATES else ""
