"""Parts of providers' events are read here, with bounds, whatever a stranger put there."""

from collections.abc import Mapping

from surgeline.domain.plain_text import plain_text

MAX_TEXT = 10_000
MAX_ID = 256
MAX_REF = 2_048
"""The most characters of a file's address."""
MAX_NAME = 200
MAX_WORDS = 300
"""The most characters of a button, a place or a sticker that are read."""

Part = Mapping[str, object]


def part(of: Part, name: str) -> Part:
    """Return the object under `name`, or an empty one."""
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def parts(of: Part, name: str) -> list[Part]:
    """Return the objects of the list under `name`."""
    found = of.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def id_of(value: object, longest: int = MAX_ID) -> str | None:
    """Return an id, or None for anything that can't be one."""
    return value if isinstance(value, str) and 1 <= len(value) <= longest else None


def text_of(value: object, longest: int = MAX_TEXT) -> str:
    """Return a plain text, or an empty one for anything that is no text."""
    return plain_text(value[:longest]) if isinstance(value, str) else ""


def media_of(kind: str, ref: object, name: object = "") -> tuple[dict[str, str], ...]:
    """Return the one file of a message, or none where the provider names none that can be."""
    found = ref if isinstance(ref, str) and 1 <= len(ref) <= MAX_REF else ""
    if not found or not found.isascii() or not found.isprintable():
        return ()
    return ({"kind": kind, "ref": found, "name": text_of(name, MAX_NAME)},)
