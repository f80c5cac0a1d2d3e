"""The languages that articles are written in and customers are answered in are listed here.

A new language is one file beside this one, a line in the list below, and its texts. The system's
texts live in `surgeline/texts/`, those of the chat page in
`functions/web_chat/page/strings.*.json`.
"""

from functools import cache
from importlib import import_module
from typing import Final

from surgeline.knowledge.text.language import Language

LANGUAGES: Final = (
    "en",
    "ko",
    "fr",
)


@cache
def language(code: str) -> Language:
    """Return the language of a code in `LANGUAGES`; its file is read at the first call."""
    found: Language = import_module(f"{__name__}.{code}").LANGUAGE
    return found


def languages() -> tuple[Language, ...]:
    """Return all languages, in the order of `LANGUAGES`."""
    return tuple(language(code) for code in LANGUAGES)
