"""Numbers become words for people here, the same in every report."""

from collections.abc import Mapping
from typing import Any


def when(found: Mapping[str, Any]) -> str:
    """Return the days of a report, as a sentence begins with them."""
    first, last = found["from"], found["to"]
    return f"On {first}" if first == last else f"From {first} to {last}"


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def part_of(part: int, whole: int) -> str:
    """Return a number, and which share of the whole it is."""
    return f"{part:,} ({part / whole:.0%})" if whole else f"{part:,}"


def percent(share: float | None) -> str:
    """Return a share. It is a dash where there was nothing to share."""
    return "–" if share is None else f"{share:.0%}"


def seconds(value: float | None, unit: int = 1) -> str:
    """Return a time. It is a dash where nothing was measured."""
    return "–" if value is None else f"{value / unit:,.1f} s"


def number(value: float | None, digits: int = 0) -> str:
    """Return a number. It is a dash where nothing is known."""
    return "–" if value is None else f"{value:,.{digits}f}"
