"""A channel that is closed for a while is described here: its words, and where customers go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

LINK: Final = "link"
"""The placeholder of the link in a closure's text. A text without it has the link below."""
MARK: Final = "#from="
"""This stands between the page's address and the customer's own token."""
ArrivalToken = Callable[[str, str, int], str]
"""Returns the token with which a thread's customer arrives at a web channel from a moment on."""


def no_token(channel_id: str, thread_id: str, now: int) -> str:
    """Return no token, where nobody is sent on."""
    del channel_id, thread_id, now
    return ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where the customer's own token goes into a text: the web channel, and the place in the text.

    The text itself has the bare address, because everybody who reads the log reads it.
    """

    channel: str
    place: int


@dataclass(frozen=True, slots=True)
class Sending:
    """The words that send a customer on. Without an `arrival` nobody is known by their link."""

    text: str
    arrival: Arrival | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """The words of a closed channel by language, and the chat page that its customers are sent to.

    `page` is the whole address of the page, and `channel` the web channel that the page is of.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    channel: str = "web"

    def sending(self, words: str, *, signed: bool) -> Sending:
        """Return the words with the page's address, and where a token goes if it is `signed`."""
        before, found, after = words.partition(f"{{{LINK}}}")
        start = f"{before}{self.page}" if found else f"{words}\n{self.page}"
        text = f"{start}{after.replace(f'{{{LINK}}}', self.page)}"
        return Sending(text, Arrival(self.channel, len(start)) if signed else None)
