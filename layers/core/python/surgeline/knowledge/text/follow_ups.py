"""A message that can't be understood without the message before is recognised here."""

from functools import cache
from re import Pattern
from typing import Final

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import alternatives, compiled
from surgeline.knowledge.text.reading import match_form

_FEW_WORDS: Final = 3
_FEW_SYLLABLES: Final = 8
_MOST_WORDS: Final = 8
_EDGES: Final = " \t?!.…。？！,;:"


@cache
def _continues() -> Pattern[str]:
    found = alternatives(filter(None, (each.letters.continues for each in languages())))
    return compiled(f"(?:{found})(?!\\w)" if found else "")


def leans_on_before(text: str) -> bool:
    """Return whether a message is so short, or begins so, that it may go on from the one before."""
    form = match_form(text)
    words = form.split()
    if not words or len(words) > _MOST_WORDS:
        return False
    korean = "\uac00" <= words[0][0] <= "\ud7a3"
    few = len("".join(words)) <= _FEW_SYLLABLES if korean else len(words) <= _FEW_WORDS
    return few or _continues().match(form) is not None


def with_before(before: str, text: str) -> str:
    """Return a message and the one that goes on from it as one question."""
    return f"{before.rstrip(_EDGES)} {text}".strip()
