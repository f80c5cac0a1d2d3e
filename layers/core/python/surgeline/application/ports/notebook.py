"""The port of a notebook lives here: small documents that are replaced whole, each by its name."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it was read. One that was never written has the version 0 and no body."""

    body: bytes = b""
    version: int = 0


class Notebook(Protocol):
    """Keeps one page a name, such as the alerts. A page holds no text of a customer."""

    def read(self, name: str) -> Page:
        """Return the page as it is now. Raises Unavailable."""

    def write(self, name: str, body: bytes, *, after: Page) -> Page:
        """Replace the page that was read, and return the new one.

        Raises Changed if somebody else has written it since, and TooLarge above 400 kB. Of several
        calls at once one succeeds.
        """
