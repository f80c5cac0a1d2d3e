"""The simulated agent's phrases are read here, and a customer's thanks are recognised here.

The phrases stand in `phrases/`, one file a language. In a language without a file the agent speaks
English.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.knowledge.text.reading import detect_language

ENGLISH: Final = "en"

_FOLDER: Final = Path(__file__).parent / "phrases"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of an agent in one language. The last of the replies is repeated."""

    greeting: str
    replies: tuple[str, ...]
    farewell: str
    thanks: tuple[str, ...]


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language that has some."""
    read = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return Phrases(
        read["greeting"], tuple(read["replies"]), read["farewell"], tuple(read["thanks"])
    )


@cache
def spoken() -> tuple[str, ...]:
    """Return the languages that have phrases."""
    return tuple(each for each in LANGUAGES if (_FOLDER / f"{each}.json").exists())


def language_of(named: object, text: str = "") -> str:
    """Return the language to reply in: the named one, else the text's, if the agents speak it."""
    told = named if isinstance(named, str) and named in spoken() else detect_language(text)
    return told if told in spoken() else ENGLISH


def says_thanks(text: str) -> bool:
    """Return whether a customer's message sounds like the end of the conversation."""
    return _thanks().search(text) is not None


@cache
def _thanks() -> re.Pattern[str]:
    patterns = (pattern for each in spoken() for pattern in phrases(each).thanks)
    return re.compile("|".join(patterns), re.IGNORECASE)
