"""What a home must offer to be held to the contract, and the list of homes that are.

To add one: write a class that satisfies `Home`, a context manager that opens it in an empty folder,
and its line in `HOMES`. A contract test that a home can't meet is left out by name, with the
reason, in its `lacks`; everything else runs.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.board import PoolBoard
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.deliveries import DeliveryLog
from surgeline.application.ports.desk import Desk
from surgeline.application.ports.desk_links import DeskLinks
from surgeline.application.ports.ledger import Ledger
from surgeline.application.ports.notebook import Notebook
from surgeline.application.ports.offers import Offers
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.ports.queues import DeadLetters, Outgoing, Starts
from surgeline.application.ports.secrets import Secrets
from surgeline.application.ports.sockets import Sockets
from surgeline.application.ports.staff import Acts, Staff
from surgeline.application.ports.waitlist import Waitlist

from tests.contract import aws_home
from tests.contract.embedded import embedded_home


class MovableClock(Clock, Protocol):
    """A clock that stands until it is moved."""

    def advance(self, seconds: float) -> None:
        """Let so much time pass, at once."""


class InFlight(Protocol):
    """A received message, as far as the contract looks at it (times are epoch milliseconds)."""

    @property
    def id(self) -> str:
        """The queue's own id of the message."""

    @property
    def receipt(self) -> str:
        """What deletes or holds it, for now."""

    @property
    def body(self) -> str:
        """As it was sent."""

    @property
    def group(self) -> str | None:
        """Its FIFO group."""

    @property
    def sent_at(self) -> int:
        """When the queue took it in."""

    @property
    def first_received_at(self) -> int:
        """When it was first in flight."""

    @property
    def receive_count(self) -> int:
        """How often it was received, this time included."""

    @property
    def sequence_number(self) -> str | None:
        """Its place in a FIFO queue."""


class ConsumedQueue(Protocol):
    """Both sides of a queue: ports.Queue, and what its consumer does."""

    def send(self, messages: Sequence[Outgoing]) -> None:
        """As ports.Queue says."""

    def bury(self, messages: Sequence[Outgoing]) -> None:
        """As ports.Queue says."""

    def hold(self, receipts: Sequence[str], seconds: int) -> None:
        """As ports.Queue says."""

    def receive(self, max_messages: int) -> Sequence[InFlight]:
        """Without waiting; in flight for the queue's visibility timeout."""

    def delete(self, receipts: Sequence[str]) -> None:
        """Receipts that are no longer good are ignored."""


class Home(Protocol):
    """Every port, empty, on one clock."""

    @property
    def lacks(self) -> Mapping[str, str]:
        """Tests that this home can't meet, with the reason why."""

    @property
    def clock(self) -> MovableClock:
        """The one clock of everything here."""

    @property
    def store(self) -> ConversationStore:
        """Under contract."""

    @property
    def offers(self) -> Offers:
        """Under contract."""

    @property
    def pool_board(self) -> PoolBoard:
        """Under contract."""

    @property
    def waitlist(self) -> Waitlist:
        """Under contract."""

    @property
    def outcomes(self) -> Outcomes:
        """Under contract."""

    @property
    def ledger(self) -> Ledger:
        """The books of small documents."""

    @property
    def starts(self) -> Starts:
        """Under contract."""

    @property
    def staff(self) -> Staff:
        """Under contract."""

    @property
    def acts(self) -> Acts:
        """Under contract."""

    @property
    def desk(self) -> Desk:
        """Under contract."""

    @property
    def desk_links(self) -> DeskLinks:
        """Under contract."""

    @property
    def notebook(self) -> Notebook:
        """Under contract."""

    @property
    def delivery_log(self) -> DeliveryLog:
        """Under contract."""

    @property
    def dead_letters(self) -> DeadLetters:
        """Of every queue that was made so far."""

    @property
    def blobs(self) -> Blobs:
        """Under contract."""

    @property
    def secrets(self) -> Secrets:
        """Under contract."""

    @property
    def sockets(self) -> Sockets:
        """Under contract."""

    @property
    def pushed(self) -> list[tuple[str, str]]:
        """(connection id, text) of every push that arrived."""

    @property
    def gone(self) -> set[str]:
        """Connections that the other side closed without a word."""

    def queue(
        self, *, fifo: bool = True, max_receive_count: int = 8, visibility_seconds: int = 30
    ) -> ConsumedQueue:
        """Return a new, empty queue, whose dead letters are among `dead_letters`."""

    def throttled(self) -> AbstractContextManager[None]:
        """While it lasts, the store refuses writes for now."""


HOMES: Mapping[str, Callable[[Path], AbstractContextManager[Home]]] = {
    "embedded": embedded_home,
    **aws_home.homes(),
}
