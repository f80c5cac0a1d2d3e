"""Alerts and the controller's reasons are told in the language of whoever reads them.

They were written in the company's. A sentence is found among the texts that it can have been
written by. What has no such text, or was written by an earlier release, is told as it was written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from surgeline.domain.texts import Value, Words

OF_ALERTS: Final = "alert_"
OF_SURGE: Final = "surge_"
"""How the keys of the texts begin."""
NUMBERS: Final = ("count", "held", "seconds", "minutes", "percent", "payable", "more")
"""The values that are whole numbers, which each language writes in its own way."""
PEOPLE: Final = ("most", "waiting", "number")
"""The values that are numbers with one digit behind the point, as the controller counts people."""
QUOTING: Final = "surge_approved"
"""The text whose reason is another sentence of the controller."""
_NAME = re.compile(r"\{([a-z]+)\}")
_MARKS = re.compile(r"\D")


class ToldAgain:
    """Tells sentences of any of the languages in one of them."""

    def __init__(self, written: Iterable[Mapping[str, str]], words: Words, begin: str) -> None:
        self._words = words
        self._patterns = tuple(_patterns(written, begin))

    def __call__(self, sentence: str) -> str:
        """Return the sentence in the language, or as it is if no text is like it."""
        for key, pattern in self._patterns:
            if found := pattern.fullmatch(sentence):
                values = {name: self._value(name, found[name]) for name in found.groupdict()}
                if key == QUOTING:
                    values["reason"] = self(found["reason"])
                return self._words(key, **values)
        return sentence

    def _value(self, name: str, written: str) -> Value:
        if name in PEOPLE:
            return self._words.number(int(_MARKS.sub("", written)) / 10, 1)
        return int(_MARKS.sub("", written)) if name in NUMBERS else written


def _patterns(
    written: Iterable[Mapping[str, str]], begin: str
) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield what the sentence of each key looks like, under the key without its singular."""
    for texts in written:
        for key, text in texts.items():
            if key.startswith(begin):
                yield key.removesuffix("_one"), _pattern(text)


def _pattern(text: str) -> re.Pattern[str]:
    """Return what the text is with any values. A value that comes twice is the same twice."""
    seen: set[str] = set()
    pieces = _NAME.split(text)
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            pieces[place] = re.escape(piece)
        elif piece in seen:
            pieces[place] = f"(?P={piece})"
        else:
            seen.add(piece)
            number = r"[0-9][0-9,.\u202f]*"
            pieces[place] = f"(?P<{piece}>{number if piece in NUMBERS else '.+?'})"
    return re.compile("".join(pieces), re.DOTALL)
