r"""Texts of customers and agents are plain: no control characters, lines separated by `\n`."""

import re

_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SEEN = re.compile(r"[^\s\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""A character that leaves ink: no space, and no mark that only steers other characters."""


def plain_text(text: str) -> str:
    r"""Return the text without control characters. Tabs and line breaks (as `\n`) stay."""
    if text.isprintable():
        return text
    return _CONTROL.sub("", _BREAK.sub("\n", text))


def says_something(text: str) -> bool:
    """Return whether a plain text has a visible character."""
    return _SEEN.search(text) is not None
