"""Stickers, places, names and languages of providers' events are put in words here, for people."""

from collections.abc import Iterable, Mapping

from surgeline.adapters.channels.readings import Part, text_of

MAX_LANGUAGE = 35
MAX_NAME = 200
MOST_DIGITS = 1 << 63


def bracketed(kind: str, told: Iterable[str]) -> str:
    """Return a message that is no text in words, such as `[place: Office]`."""
    said = ", ".join(filter(None, told))
    return f"[{kind}: {said}]" if said else f"[{kind}]"


def point(place: Part) -> list[str]:
    """Return the coordinates of a place as texts."""
    numbers = [place.get(name) for name in ("latitude", "longitude")]
    return [str(each) for each in numbers if isinstance(each, int | float)]


def number_of(value: object) -> str | None:
    """Return an id that is a whole number as a text, or None for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= MOST_DIGITS:
        return None
    return str(value)


def language_of(value: object) -> str | None:
    """Return the language that a profile names, or None."""
    return value if isinstance(value, str) and 1 < len(value) <= MAX_LANGUAGE else None


def named(value: object) -> Mapping[str, object] | None:
    """Return the customer's attributes for a name, or None without a name."""
    name = text_of(value, MAX_NAME).strip()
    return {"name": name} if name else None
