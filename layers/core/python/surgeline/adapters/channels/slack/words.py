"""Texts of Slack become plain texts here, and plain texts become Slack's."""

import re
from collections.abc import Collection

_MARK = re.compile(r"<([^<>]{1,4000})>")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def plain(text: str, *, without: Collection[str] = ()) -> str:
    """Return the words that people see. Mentions of the users in `without` are left out."""
    seen = _MARK.sub(lambda mark: _seen(mark[1], without), text)
    for character, escape in reversed(_ESCAPES):
        seen = seen.replace(escape, character)
    return seen.strip() if without else seen


def escaped(text: str) -> str:
    """Return a plain text as Slack takes it."""
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text


def _seen(mark: str, without: Collection[str]) -> str:
    """Return how a mention or a link is seen."""
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        return "" if target[1:] in without else f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    shown = not label or label in (address, target) or address.endswith(f"//{label}")
    return address if shown else f"{label} ({address})"
