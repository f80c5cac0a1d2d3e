"""A provider may tell us of our own texts. They are known here by what we said, and not by a tag.

No provider promises that a tag of ours comes back with each echo.
"""

from collections.abc import Iterable

from surgeline.application.ports.conversations import Record
from surgeline.domain.effects import SendText

ECHOED_RECORDS = 20
"""How many of the newest records are looked at."""
LEAST_OF_A_PART = 60
"""A part of a text is known by so many characters. A shorter one is known at the text's end."""


def is_echo(text: str, records: Iterable[Record]) -> bool:
    """Return whether the text is one of ours, a part of one, or one with its choices below."""
    heard = _plain(text)
    said = (
        _plain(each.text)
        for record in records
        for each in record.effects
        if isinstance(each, SendText)
    )
    return any(_is_of(heard, each) for each in said)


def _is_of(heard: str, said: str) -> bool:
    if not heard or not said:
        return False
    if heard == said or heard.startswith(f"{said} 1. "):
        return True
    if len(heard) < LEAST_OF_A_PART:
        return len(said) > 2 * LEAST_OF_A_PART and said.endswith(heard)
    return heard in said


def _plain(text: str) -> str:
    """Return the text with each space as one, because parts lose the spaces around them."""
    return " ".join(text.split())
