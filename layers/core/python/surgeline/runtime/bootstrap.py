"""The composition root: from settings to a backend, from a backend to a handler; shared with tests.

A backend is a module with `connect(settings) -> Backend`. The AWS one ships with the functions; the
embedded one is named by the runner. Nothing is built before the first event.
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
    from surgeline.application.ports.deliveries import DeliveryLog, Webhooks
    from surgeline.application.ports.offers import Offers
    from surgeline.application.ports.queues import DeadLetters, IntakeGate, Queue
    from surgeline.application.ports.randomness import Randomness
    from surgeline.application.ports.secrets import Secrets
    from surgeline.application.ports.sockets import Sockets
    from surgeline.application.ports.waitlist import Waitlist

LambdaEvent = Mapping[str, Any]
"""The event as Lambda hands it over; its shape is the source's, read by `runtime.http` and co."""

Handler = Callable[[LambdaEvent, object], dict[str, Any]]


class Backend(Protocol):
    """One home's adapters, each made on first use and kept."""

    @property
    def clock(self) -> "Clock":
        """The source of time."""

    @property
    def randomness(self) -> "Randomness":
        """The source of chance, for every id and token that is drawn."""

    @property
    def allows_loopback(self) -> bool:
        """Whether endpoints on this machine may be configured (the embedded home only)."""

    @property
    def kinds(self) -> "Kinds":
        """The kinds of channels and pools that the home knows."""

    @property
    def parallel_groups(self) -> int:
        """How many groups of a batch may be worked on side by side, in threads."""

    def queue(self, name: str) -> "Queue":
        """One of the topology's queues."""

    def intake_gate(self, queue_name: str) -> "IntakeGate":
        """Whether more may be taken in for this queue."""

    def store(self) -> "ConversationStore":
        """Threads and their logs."""

    def offers(self) -> "Offers":
        """Offer records."""

    def pool_board(self) -> "PoolBoard":
        """Seats, what pools said of them, who is disabled."""

    def waitlist(self) -> "Waitlist":
        """Who waits for seats."""

    def delivery_log(self) -> "DeliveryLog":
        """How deliveries went."""

    def dead_letters(self) -> "DeadLetters":
        """The dead letters of every queue."""

    def answerer(self, usual: "Answerer") -> "Answerer":
        """Return what answers questions: the usual one, unless the home has a stand-in for it."""

    def inspection(self) -> "Inspection":
        """What says how the home is doing."""

    def scrub(self) -> bool:
        """Take what was deleted off the disk. Return False if that must be tried again."""

    def blobs(self) -> "Blobs":
        """Artifacts and their sources."""

    def secrets(self) -> "Secrets":
        """Secrets by name."""

    def sockets(self) -> "Sockets":
        """Open web sockets."""

    def webhooks(self) -> "Webhooks":
        """Signed posts to the endpoints of channels and pools."""


def connect(settings: models.Settings) -> Backend:
    """The backend that the settings name."""
    backend: Backend = import_module(settings.backend).connect(settings)
    return backend


def entry(model: type[models.Model], build: Callable[[Backend, models.Model], Handler]) -> Handler:
    """A function's `handler`: reads its settings and builds itself at the first event."""

    @cache
    def built() -> Handler:
        settings = models.read(model)
        return build(connect(settings), settings)

    def handler(event: LambdaEvent, context: object) -> dict[str, Any]:
        return built()(event, context)

    return handler
