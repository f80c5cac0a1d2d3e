"""The composition root builds a backend from settings, and a handler from a backend.

A backend is a module with `connect(settings) -> Backend`. The AWS backend ships with the functions.
The runner names the embedded one. Nothing is built before the first event, except where Lambda
starts a function. Tests use the same root.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from surgeline.runtime import settings as models

if TYPE_CHECKING:
    from surgeline.adapters.configuration.kinds import Kinds
    from surgeline.application.ports.answering import Answerer
    from surgeline.application.ports.blobs import Blobs
    from surgeline.application.ports.board import PoolBoard
    from surgeline.application.ports.clock import Clock
    from surgeline.application.ports.condition import Inspection
    from surgeline.application.ports.conversations import ConversationStore
    from surgeline.application.ports.deliveries import DeliveryLog, Posts, Webhooks
    from surgeline.application.ports.desk import Desk
    from surgeline.application.ports.desk_links import DeskLinks
    from surgeline.application.ports.embedding import Embedder
    from surgeline.application.ports.ledger import Ledger
    from surgeline.application.ports.mails import Mails
    from surgeline.application.ports.meter import Meter
    from surgeline.application.ports.notebook import Notebook
    from surgeline.application.ports.offers import Offers
    from surgeline.application.ports.outcomes import Outcomes
    from surgeline.application.ports.picking import Picker
    from surgeline.application.ports.queues import DeadLetters, IntakeGate, Queue, Starts
    from surgeline.application.ports.randomness import Randomness
    from surgeline.application.ports.secrets import Secrets
    from surgeline.application.ports.sockets import Sockets
    from surgeline.application.ports.staff import Acts, Staff
    from surgeline.application.ports.waitlist import Waitlist

LambdaEvent = Mapping[str, Any]
"""The event as Lambda hands it over. `runtime.http` and its neighbours read the source's shape."""

Handler = Callable[[LambdaEvent, object], dict[str, Any]]


class Backend(Protocol):
    """One home's adapters. Each adapter is made on first use and kept."""

    @property
    def clock(self) -> "Clock":
        """Return the source of time."""

    @property
    def randomness(self) -> "Randomness":
        """Return the source of chance, from which every id and token is drawn."""

    @property
    def allows_loopback(self) -> bool:
        """Return whether endpoints on this machine may be configured.

        Only the embedded home allows it.
        """

    @property
    def kinds(self) -> "Kinds":
        """Return the kinds of channels and pools that the home knows."""

    @property
    def parallel_groups(self) -> int:
        """Return how many groups of a batch may be worked on side by side, in threads."""

    def queue(self, name: str) -> "Queue":
        """Return one of the topology's queues."""

    def intake_gate(self, queue_name: str) -> "IntakeGate":
        """Return the gate that says whether more may be taken in for this queue."""

    def store(self) -> "ConversationStore":
        """Return the store of threads and their logs."""

    def offers(self) -> "Offers":
        """Return the store of offer records."""

    def pool_board(self) -> "PoolBoard":
        """Return the board of seats, of pools' reports, and of disabled pools."""

    def waitlist(self) -> "Waitlist":
        """Return the list of conversations that wait for seats."""

    def outcomes(self) -> "Outcomes":
        """Return the records of how conversations began and ended."""

    def ledger(self) -> "Ledger":
        """Return the books of small documents."""

    def starts(self) -> "Starts":
        """Return the count of messages that were begun and did not end."""

    def staff(self) -> "Staff":
        """Return the company's own people and their passes."""

    def acts(self) -> "Acts":
        """Return the record of who changed what."""

    def desk(self) -> "Desk":
        """Return the desks of the pools that are reached by the console."""

    def desk_links(self) -> "DeskLinks":
        """Return the links to the tools in which pools work."""

    def notebook(self) -> "Notebook":
        """Return the small documents that are replaced whole, such as the alerts."""

    def meter(self) -> "Meter":
        """Return the way to the home's own monitoring."""

    def delivery_log(self) -> "DeliveryLog":
        """Return the log of deliveries and their attempts."""

    def dead_letters(self) -> "DeadLetters":
        """Return the dead letters of every queue."""

    def answerer(self, usual: "Answerer") -> "Answerer":
        """Return the usual answerer, unless the home has a stand-in for it."""

    def picker(self, model: str) -> "Picker | None":
        """Return the model that picks among candidates, or None where the home has none."""

    def embedder(self, model: str) -> "Embedder | None":
        """Return the model that turns texts into vectors, or None where the home has none."""

    def inspection(self) -> "Inspection":
        """Return the inspection of the home's condition."""

    def scrub(self) -> bool:
        """Take deleted data off the disk. Return False if the caller must try again."""

    def blobs(self) -> "Blobs":
        """Return the store of artifacts and their sources."""

    def secrets(self) -> "Secrets":
        """Return the store of secrets by name."""

    def sockets(self) -> "Sockets":
        """Return the open web sockets."""

    def webhooks(self) -> "Webhooks":
        """Return the sender of signed posts to the endpoints of channels and pools."""

    def posts(self) -> "Posts":
        """Return the sender of plain posts to the providers of channels."""

    def mails(self) -> "Mails":
        """Return the sender of mails."""


def connect(settings: models.Settings) -> Backend:
    """Return the backend that the settings name."""
    backend: Backend = import_module(settings.backend).connect(settings)
    return backend


def entry(model: type[models.Model], build: Callable[[Backend, models.Model], Handler]) -> Handler:
    """Return a function's `handler`, which reads its settings and builds itself at first use.

    Lambda gives a function a whole processor while it starts, and later a part of one.
    """

    @cache
    def built() -> Handler:
        settings = models.read(model)
        return build(connect(settings), settings)

    def handler(event: LambdaEvent, context: object) -> dict[str, Any]:
        return built()(event, context)

    if models.started_by_lambda():
        built()
    return handler
