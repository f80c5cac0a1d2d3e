"""The port of desk links lives here: where a conversation lies in a pool's own tool."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeskLink:
    """The place of one offer of a conversation in its pool's tool. It holds no words.

    `ref` names the place as the tool does: a thread, a ticket, the tag of an address. `at` is when
    the offer was decided. A message whose words people changed has a link too, which keeps the
    newest change and its time in their place.
    """

    pool_id: str
    ref: str
    conversation_id: str
    offer_id: str
    epoch: int
    at: int
    schema: int = 1

    def replaces(self, other: "DeskLink") -> bool:
        """Return whether the place is this offer's now, and no more the other's."""
        return self.offer_id != other.offer_id and self.at > other.at


class DeskLinks(Protocol):
    """The links of all pools that work in tools of their own."""

    def tie(self, link: DeskLink) -> None:
        """Keep a link. A repeat changes nothing.

        A place of an older offer becomes that of a newer one. A tool gives a number again where
        the pool was moved to another account or another tool.
        """

    def find(self, pool_id: str, ref: str) -> DeskLink | None:
        """Return the link of a place in the pool's tool, or None."""

    def of(self, pool_id: str, conversation_id: str, epoch: int) -> DeskLink | None:
        """Return the link of the newest offer under that epoch, or None."""

    def take(self, pool_id: str, ref: str, person: str) -> str:
        """Write the person into the link if nobody stands there yet.

        Return who stands there now, or an empty text where there is no such link.
        """
