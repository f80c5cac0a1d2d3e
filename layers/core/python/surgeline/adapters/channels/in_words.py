"""Stickers, places, names and languages of providers' events are put in words here, for people."""

import re
from collections.abc import Iterable, Mapping

from surgeline.adapters.channels.readings import Part, text_of

MAX_LANGUAGE = 35
MAX_NAME = 200
MOST_DIGITS = 1 << 63
MOST_CALLED = 40
"""The most characters of a name by which a text calls a customer."""
_COUNTRY = re.compile("[-_]")


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
    """Return the language that a profile names, without its country, or None."""
    if not isinstance(value, str) or len(value) > MAX_LANGUAGE:
        return None
    language = _COUNTRY.split(value, maxsplit=1)[0].lower()
    return language if len(language) > 1 else None


def named(value: object, first: str = "") -> Mapping[str, str] | None:
    """Return the customer's attributes for a name, or None without a name.

    Texts call customers by `first`. Without it they use the whole name, as customers show it.
    """
    name = text_of(value, MAX_NAME).strip()
    if not name:
        return None
    called = first or name
    return {"name": name} | ({"first_name": called} if len(called) <= MOST_CALLED else {})
