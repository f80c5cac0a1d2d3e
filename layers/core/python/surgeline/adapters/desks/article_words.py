"""The words that tell a team in its own tool which articles changed are written here."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from surgeline.application.ports.deliveries import Delivery

_KINDS: Final[Mapping[str, str]] = {
    "new": "is new",
    "changed": "has changed",
    "removed": "was removed. Please do not use it any more",
}
_STATES: Final[Mapping[str, str]] = {
    "draft": "is a draft again",
    "assisted": "is suggested to people only",
    "shadow": "is suggested to people, and the assistant tries it silently",
    "automated": "is answered by the assistant",
    "paused": "is paused. Please do not use it for now",
    "retired": "is retired. Please do not use it any more",
}


def article_lines(delivery: Delivery) -> Iterator[str]:
    """Yield the lines of a notice: each article, what it was, what it is, and why."""
    payload: Mapping[str, Any] = delivery.payload
    yield "Answers have changed. This is for you to read, and nothing here goes to a customer."
    for each in payload["articles"]:
        yield ""
        yield from _article(each)
    if not payload["known"]:
        yield ""
        yield "Other answers are in use. What is different can not be shown."
    if payload["more"]:
        yield ""
        yield f"{payload['more']} more changed."


def _article(change: Mapping[str, Any]) -> Iterator[str]:
    is_state = change["kind"] == "state"
    said = _STATES.get(change["state"][1], "") if is_state else _KINDS[change["kind"]]
    yield f"{change['title'] or change['article_id']} {said}."
    before, after = change["answer"] or ("", "")
    if before:
        yield f"Before: {before}"
    if after:
        yield f"Now: {after}"
    if change["reason"]:
        yield f"Why: {change['reason']}"
