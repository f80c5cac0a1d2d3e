"""The shape of a carrier is kept here, with the means that every carrier is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from surgeline.application.books import Book
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.media.links import MediaLink, no_link
from surgeline.application.on_call.call_books import CallBooks
from surgeline.application.ports.answering import Suggestion
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.conversations import ConversationStore, Record
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.ledger import Ledger
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.offers import Offers
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.waitlist import Waitlist
from surgeline.domain.company.closure import ArrivalToken, no_token
from surgeline.domain.events import Event
from surgeline.domain.outcome import Kept
from surgeline.domain.surge.state import Override
from surgeline.domain.thread import Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The ports that carriers work with. `suggestions` looks up articles by their ids.

    `alarm(message, **fields)` tells the people who run the instance. `media_link` opens files.
    `arrival_token` makes a closed channel's link the customer's own.
    """

    store: ConversationStore
    offers: Offers
    board: PoolBoard
    waitlist: Waitlist
    outcomes: Outcomes
    ledger: Ledger
    notebook: Notebook
    calls: CallBooks
    overrides: Book[Override]
    configuration: ConfigurationShelf
    suggestions: Callable[[str, Sequence[str]], list[Suggestion]]
    alarm: Callable[..., None]
    media_link: MediaLink = no_link
    arrival_token: ArrivalToken = no_token


class Post(Protocol):
    """The outbox as a carrier sees it.

    Everything that a carrier hands in goes out with the batch.
    """

    def deliver(self, delivery: Delivery) -> None:
        """Send a delivery to its channel or pool."""

    def keep(self, record: Kept) -> None:
        """Keep a record for reports, before anything is sent."""

    def tell(self, event: Event) -> None:
        """Send an event to its thread's writer."""

    def wake(self, event: Event, due_at: int) -> None:
        """Send an event to its thread's writer at the given time."""


Carry = Callable[[Any, Thread, Record, Any], None]
"""A carrier's method. Its last argument is the effect."""


class Carrier(Protocol):
    """Carries out some kinds of effect. A repeat of the same record must do no harm."""

    CARRIES: ClassVar[Mapping[type, Carry]]
    """The method for each kind of effect. The methods are called in the record's order."""
    AFTERWARDS: ClassVar[Mapping[type, Carry]] = {}
    """The method for each kind of effect that is called once all effects are carried out."""

    def __init__(self, means: Means, post: Post) -> None:
        """Keep the carrier's means."""
