"""The states of an article say whether it answers customers, is shown to people, or rests.

    draft -> assisted -> shadow -> automated -> paused -> retired

A `draft` is seen by nobody. An `assisted` article is suggested to people. A `shadow` article also
decides beside people, and its decision is noted and never said. An `automated` article answers. One
that is `paused` or `retired` does neither. A question about any of them is still recognised, so
that a similar article does not answer it.
"""

from collections.abc import Mapping
from typing import Final, Literal

ArticleState = Literal["draft", "assisted", "shadow", "automated", "paused", "retired"]

STATES: Final[tuple[ArticleState, ...]] = (
    "draft",
    "assisted",
    "shadow",
    "automated",
    "paused",
    "retired",
)
AUTOMATED: Final = "automated"
"""The state of an article of which nobody ever said another."""
FOR_PEOPLE: Final[frozenset[str]] = frozenset({"assisted", "shadow", "automated"})
"""The states in which people are shown an article as an answer."""
AT_REST: Final[frozenset[str]] = frozenset({"paused", "retired"})
"""The states in which an article is neither used nor on its way to that."""
KEEPS: Final[Mapping[str, str]] = {
    "draft": "is a draft",
    "assisted": "is suggested to people only",
    "shadow": "decides only beside people",
    "paused": "is paused",
    "retired": "is retired",
}
"""The words for what keeps an article from customers, by its state."""
_HEIGHT: Final[dict[str, int]] = {"assisted": 1, "shadow": 2, "automated": 3}


def state_of(name: str) -> ArticleState:
    """Return the state of that name. Raises ValueError, which names those that there are."""
    found = next((each for each in STATES if each == name), None)
    if found is None:
        raise ValueError(f"use one of {', '.join(STATES)}")
    return found


def rises(before: str, after: str) -> bool:
    """Return whether a step lets an article do more than before."""
    return _HEIGHT.get(after, 0) > _HEIGHT.get(before, 0)


def needs_proof(before: str, after: str) -> bool:
    """Return whether a step asks for the proof of earlier uses: one to `shadow` or beyond."""
    return rises(before, after) and after != "assisted"
