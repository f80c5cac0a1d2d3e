"""The tables that `decide` looks its rules up in: one rule for each event, timer and reading.

Each module of rules exports its own part of them, and `decide` joins the parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from surgeline.domain.turn import Explanation, Turn

Key = TypeVar("Key")

Rule = Callable[["Turn", Any], "Explanation"]
"""Applies one event to the turn; the second argument is the event."""
ReadingRule = Callable[["Turn", Any, Any], "Explanation"]
"""Answers one customer's message; the third argument is how it was read."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The rules by the event's class, the timer's kind and the reading's class."""

    rules: Mapping[type, Rule]
    timers: Mapping[str, Rule]
    readings: Mapping[type, ReadingRule]

    def with_(
        self,
        *,
        rules: Mapping[type, Rule] | None = None,
        timers: Mapping[str, Rule] | None = None,
        readings: Mapping[type, ReadingRule] | None = None,
    ) -> "Tables":
        """Return the tables with more in them. Raises ValueError where something has a rule."""
        return Tables(
            joined(self.rules, rules or {}),
            joined(self.timers, timers or {}),
            joined(self.readings, readings or {}),
        )


def joined(*parts: Mapping[Key, Any]) -> dict[Key, Any]:
    """Return one table of several. Raises ValueError for what stands in two of them."""
    table: dict[Key, Any] = {}
    for part in parts:
        twice = table.keys() & part.keys()
        if twice:
            raise ValueError(f"{twice} has two rules; take one of them out")
        table |= part
    return table
