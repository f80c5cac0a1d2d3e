"""Placeholders `{name|fallback}` in texts are filled here. Texts are data and never evaluated."""

import re
from collections.abc import Mapping

_PIECE = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39})(?:\|([^{}]{0,200}))?\}")


Value = str | int | float | bool | None


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Return the text with each placeholder replaced by its value, its fallback, or nothing.

    Doubled braces become single ones. A value is put in as it is, and is not read again.
    """
    return _PIECE.sub(lambda piece: _filled(piece, values), text)


def _filled(piece: re.Match[str], values: Mapping[str, Value]) -> str:
    name: str | None = piece[1]
    if name is None:
        return piece[0][0]
    value = values.get(name)
    return (piece[2] or "") if value in (None, "") else str(value)
