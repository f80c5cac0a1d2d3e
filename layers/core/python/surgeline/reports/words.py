"""Numbers become words for people here, in the company's language and the same in every report."""

from collections.abc import Mapping
from typing import Any, Final

from surgeline.domain.texts import Words

NOTHING: Final = "–"
"""The sign where nothing was measured or known."""
_MINUTES_FROM: Final = 120
_HOURS_FROM: Final = 7200


def when(words: Words, found: Mapping[str, Any]) -> str:
    """Return the days of a report, as a sentence begins with them."""
    first, last = found["from"], found["to"]
    return words("day" if first == last else "days", **{"from": first, "to": last})


def part_of(words: Words, part: int, whole: int) -> str:
    """Return a number, and which share of the whole it is."""
    key = "part" if whole else "part_of_nothing"
    return words(key, count=part, percent=percent(words, part / whole if whole else None))


def percent(words: Words, share: float | None) -> str:
    """Return a share. It is a dash where there was nothing to share."""
    return NOTHING if share is None else words("percent", number=words.number(share * 100))


def bounds(words: Words, share: Mapping[str, Any]) -> str:
    """Return between which values a share lies. It is a dash where there was nothing to share."""
    if not share["of"]:
        return NOTHING
    low, high = percent(words, share["low"]), percent(words, share["high"])
    return words("range", low=low, high=high)


def seconds(words: Words, value: float | None) -> str:
    """Return a time in the unit that people would use. It is a dash where nothing was measured."""
    if value is None:
        return NOTHING
    if value < _MINUTES_FROM:
        return words("unit_seconds", number=words.number(value, 1))
    if value < _HOURS_FROM:
        return words("unit_minutes", number=words.number(value / 60, 1))
    return words("unit_hours", number=words.number(value / 3600, 1))


def number(words: Words, value: float | None, digits: int = 0) -> str:
    """Return a number. It is a dash where nothing is known."""
    return NOTHING if value is None else words.number(value, digits)


def topic(words: Words, name: str) -> str:
    """Return a topic for people: an article by its id, or a reason in words."""
    return words.texts.get(f"topic_{name}", name)


def columns(words: Words, *names: str) -> tuple[str, ...]:
    """Return the heads of a table's columns."""
    return tuple(words(f"col_{name}") for name in names)


def title_of(words: Words, found: Mapping[str, Any]) -> str:
    """Return the name of a report. The daily report of several days has another one."""
    key = f"report_{found['report']}"
    several = f"{key}_days"
    return words(several if found["from"] != found["to"] and several in words.texts else key)


def days_of(words: Words, found: Mapping[str, Any]) -> str:
    """Return the days of a report for its title."""
    first, last = found["from"], found["to"]
    return str(first) if first == last else words("range", low=first, high=last)
