"""Patterns of the languages are put together and compiled here, when they are first needed."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_EDGE: Final = r"\b"


def alternatives(patterns: Iterable[str], parts: Mapping[str, str] | None = None) -> str:
    """Return one pattern of several, as text. `<name>` stands for the part of that name."""
    return _either(_filled(patterns, parts or {}))


def found_anywhere(patterns: Iterable[str], parts: Mapping[str, str] | None = None) -> str:
    """Return one pattern that is found in a text where one of several is, as text.

    Those that begin with a word are tried only where a word begins, which halves the time. So they
    stand first, and where several match, it is not said which one is found.
    """
    filled = _filled(patterns, parts or {})
    words = [each.removeprefix(_EDGE) for each in filled if each.startswith(_EDGE)]
    rest = [each for each in filled if not each.startswith(_EDGE)]
    return _either(([f"{_EDGE}(?:{_either(words)})"] if words else []) + rest)


def _filled(patterns: Iterable[str], parts: Mapping[str, str]) -> list[str]:
    filled = list(patterns)
    for name, part in parts.items():
        filled = [pattern.replace(f"<{name}>", f"(?:{part})") for pattern in filled]
    return filled


def _either(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern; a pattern without alternatives never matches."""
    return re.compile(pattern or r"(?!)")
