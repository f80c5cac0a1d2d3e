"""A line of an answer becomes HTML here: bold words, named links and addresses, as in the chat."""

import re
from html import escape
from typing import Final

_BOLD: Final = r"\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*"
_UNSEEN: Final = (
    r"\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u2800\u3164\ufeff"
    r"\uffa0"
)
_LIKE_ADDRESS: Final = r"./:\u2024\u2044\u2215\u2236\u3002\ufe52\ufe55\uff0e\uff0f\uff1a\uff61"
_NAME: Final = rf"(?!\s*\])[^\[\]\n{_LIKE_ADDRESS}{_UNSEEN}]{{1,80}}"
_NAMED: Final = rf"\[({_NAME})\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)"
_ADDRESS: Final = r"(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)])"
_MARKED: Final = re.compile(f"{_BOLD}|{_NAMED}|{_ADDRESS}")


def marked(line: str) -> str:
    """Return a line as HTML. Everything else in it is a text."""
    done, reached = "", 0
    for found in _MARKED.finditer(line):
        done += escape(line[reached : found.start()]) + _shown(found)
        reached = found.end()
    return done + escape(line[reached:])


def _shown(found: re.Match[str]) -> str:
    bold, name, target, address = found.groups()
    if bold:
        return f"<strong>{marked(bold)}</strong>"
    return f'<a href="{escape(target or address)}">{escape(name or address)}</a>'
