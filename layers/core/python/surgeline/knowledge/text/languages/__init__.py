"""The languages that articles are written in and customers are answered in are listed here.

A new language is one file beside this one, its line below, and its texts: `surgeline/texts/` for
the system's words and `functions/web_chat/page/strings.*.json` for the chat page's.
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
