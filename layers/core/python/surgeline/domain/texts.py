"""Placeholders `{name|fallback}` in texts are filled here. Texts are data and never evaluated."""

import re
from collections.abc import Mapping

_PIECE = re.compile(
    r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39})?)(?:\|([^{}]{0,200}))?\}"
)


Value = str | int | float | bool | None


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Return the text with each placeholder replaced by its value, its fallback, or nothing.

    Doubled braces become single ones. A value is put in as it is, and is not read again.
    """
    return _PIECE.sub(lambda piece: _filled(piece, values), text)


def fill_plain(text: str, values: Mapping[str, Value]) -> str:
    """Fill the placeholders without a dot, and leave the text ready for `fill` with the others.

    A name with a dot is a value of the customer's file, which may come later.
    """
    return _PIECE.sub(lambda piece: _kept(piece, values), text)


def named_values(text: str) -> tuple[str, ...]:
    """Return the names of values of the customer's file that a text names, each once."""
    names = (piece[1] for piece in _PIECE.finditer(text) if piece[1] and "." in piece[1])
    return tuple(dict.fromkeys(names))


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
