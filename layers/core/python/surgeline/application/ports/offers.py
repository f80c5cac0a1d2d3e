"""The port of offer records lives here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from surgeline.domain.effects import OfferEnd


OfferStatus = Literal["open", "accepted", "declined", "timed_out", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Offer:
    """The record that a pool's acceptance is decided on, by one conditional write."""

    offer_id: str
    conversation_id: str
    pool_id: str
    epoch: int
    expires_at: int
    status: OfferStatus = "open"
    agent: str | None = None
    schema: int = 1


class Offers(Protocol):
    """Offer records. Every change is one conditional write."""

    def create(self, offer: Offer) -> None:
        """Keep a new offer. A repeat with the same id is harmless and changes nothing."""

    def accept(self, offer_id: str, *, pool_id: str, now: int, agent: str | None = None) -> Offer:
        """Accept the offer if it is open, this pool's, and `now < expires_at`.

        Of a conversation's offers under one epoch only the first is accepted, however many are out.
        A repeat by the same pool returns the same accepted offer. Raises Absent (unknown, or
        another pool's) and OfferClosed(status). The status is `taken` if another pool was quicker.
        """

    def close(self, offer_id: str, status: "OfferEnd") -> Offer:
        """End an open offer. An ended offer stays as it is. Return the offer as it is now.

        Raises Absent.
        """

    def read(self, offer_id: str) -> Offer | None:
        """Return the offer as it is."""
