"""Notes of this system in a tool begin with a mark, so that they are known as our own."""

from typing import Final

MARK: Final = "[Surgeline] "


def note(text: str) -> str:
    """Return the text of a note of ours."""
    return f"{MARK}{text}"


def is_ours(text: str) -> bool:
    """Return whether a text is a note of ours."""
    return text.startswith(MARK.strip())
