"""Placeholders `{name|fallback}` in texts are filled here. Texts are data and never evaluated."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

_PIECE = re.compile(
    r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39})?)(?:\|([^{}]{0,200}))?\}"
)


Value = str | int | float | bool | None


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Return the text with each placeholder replaced by its value, its fallback, or nothing.

    Doubled braces become single ones. A value is put in as it is, and is not read again.
    """
    if _is_plain(text):
        return text
    return _PIECE.sub(lambda piece: _filled(piece, values), text)


def fill_plain(text: str, values: Mapping[str, Value]) -> str:
    """Fill the placeholders without a dot, and leave the text ready for `fill` with the others.

    A name with a dot is a value of the customer's file, which may come later.
    """
    if _is_plain(text):
        return text
    return _PIECE.sub(lambda piece: _kept(piece, values), text)


def named_values(text: str) -> tuple[str, ...]:
    """Return the names of values of the customer's file that a text names, each once."""
    if _is_plain(text):
        return ()
    names = (piece[1] for piece in _PIECE.finditer(text) if piece[1] and "." in piece[1])
    return tuple(dict.fromkeys(names))


def _is_plain(text: str) -> bool:
    """Return whether a text has no braces. Most have none, and need no search by the pattern."""
    return "{" not in text and "}" not in text


def _kept(piece: re.Match[str], values: Mapping[str, Value]) -> str:
    name: str | None = piece[1]
    if name is None or "." in name:
        return piece[0]
    return _filled(piece, values).replace("{", "{{").replace("}", "}}")


def _filled(piece: re.Match[str], values: Mapping[str, Value]) -> str:
    name: str | None = piece[1]
    if name is None:
        return piece[0][0]
    value = values.get(name)
    return (piece[2] or "") if value in (None, "") else str(value)


_IS_ONE: Final[Mapping[str, Callable[[float], bool]]] = {
    "en": lambda number: number == 1,
    "fr": lambda number: abs(number) < 2,  # noqa: PLR2004 - French begins its plural at two
}
"""The numbers that take a language's singular. Other languages have no plural of their own."""
_MARKS: Final = {"fr": str.maketrans(",.", "\u202f,")}
"""The marks in numbers of languages that write them otherwise than in English."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a language by their keys, with the language's way to write numbers.

    A key without a text is told as it is.
    """

    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **values: Value) -> str:
        """Return a text with its values. Whole numbers are written as the language does it.

        Where `count` takes the singular, the text of the key with `_one` behind it goes before.
        """
        number = values.get("count")
        if isinstance(number, int) and _IS_ONE.get(self.language, _never)(number):
            key = f"{key}_one" if f"{key}_one" in self.texts else key
        return fill(self.texts.get(key, key), {name: self._put(v) for name, v in values.items()})

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with so many digits behind its point."""
        return f"{value:,.{digits}f}".translate(_MARKS.get(self.language, {}))

    def _put(self, value: Value) -> Value:
        if isinstance(value, int) and not isinstance(value, bool):
            return self.number(value)
        return value


def _never(number: float) -> bool:
    del number
    return False
