"""A channel that is closed for a while is described here: its words, and where customers go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LINK: Final = "link"
"""The placeholder of the link in a closure's text. A text without it has the link below."""


@dataclass(frozen=True, slots=True)
class Closure:
    """The words of a closed channel by language, and the chat page that its customers are sent to.

    `page` is the whole address of the page, and `channel` the web channel that the page is of.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    channel: str = "web"

    def text(self, words: str, link: str) -> str:
        """Return the words with the link in its place."""
        place = f"{{{LINK}}}"
        return words.replace(place, link) if place in words else f"{words}\n{link}"
