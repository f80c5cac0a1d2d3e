"""A line of an answer becomes HTML here: bold words, named links and addresses, as in the chat."""

import re
from html import escape
from typing import Final

_BOLD: Final = r"\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*"
_NAMED: Final = r"\[([^\[\]\n./:]{1,80})\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)"
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
