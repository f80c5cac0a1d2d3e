"""Patterns of the languages are put together and compiled here, when they are first needed."""

import re
from collections.abc import Iterable, Mapping


def alternatives(patterns: Iterable[str], parts: Mapping[str, str] | None = None) -> str:
    """Return one pattern of several, as text. `<name>` stands for the part of that name."""
    filled = list(patterns)
    for name, part in (parts or {}).items():
        filled = [pattern.replace(f"<{name}>", f"(?:{part})") for pattern in filled]
    return "|".join(f"(?:{pattern})" for pattern in filled)


def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern; a pattern without alternatives never matches."""
    return re.compile(pattern or r"(?!)")
