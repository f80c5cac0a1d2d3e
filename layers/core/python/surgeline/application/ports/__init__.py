"""Every port of the application, by ability, and the refusals they speak in.

One contract suite (tests/contract) holds each implementation to what is written here.
Implementations: `surgeline.adapters.aws` and the embedded home in `local`.
Times are UTC epoch milliseconds, durations are seconds.

A name's module is imported when the name is asked for: the intake, which needs a queue and a
secret, does not pay for the thread, its events and its effects at every cold start.
"""

from importlib import import_module
from typing import TYPE_CHECKING

# ruff: noqa: F403 - the names stand in their modules, and once more below, for programs
if TYPE_CHECKING:
    from surgeline.application.ports.answering import *
    from surgeline.application.ports.board import *
    from surgeline.application.ports.conversations import *
    from surgeline.application.ports.deliveries import *
    from surgeline.application.ports.offers import *
    from surgeline.application.ports.queues import *
    from surgeline.application.ports.refusals import *
    from surgeline.application.ports.surroundings import *

_NAMES = {
    "answering": ("Answerer",),
    "board": ("Waiting", "PoolLoad", "Wanted", "PoolBoard"),
    "conversations": ("Record", "Loaded", "ConversationStore"),
    "deliveries": (
        "Channel",
        "DeliveryEnd",
        "ATTEMPTS_KEPT",
        "LaterTry",
        "Delivery",
        "DeliveryPlace",
        "Attempt",
        "LoggedDelivery",
        "Reply",
        "SendFailed",
        "Webhooks",
        "DeliveryLog",
    ),
    "offers": ("OfferStatus", "Offer", "Offers"),
    "queues": ("Outgoing", "DeadLetter", "Queue", "IntakeGate", "OpenGate", "DeadLetters"),
    "refusals": (
        "Stale",
        "AlreadyDone",
        "TooLarge",
        "Throttled",
        "OfferClosed",
        "Changed",
        "Absent",
    ),
    "surroundings": ("Blobs", "Secrets", "Sockets", "Clock"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # a type checker would take any name at all for found

    def __getattr__(name: str) -> object:
        """The port or type of that name. Raises AttributeError for any other."""
        if name not in _MODULE_OF:
            raise AttributeError(f"there is no port {name!r}")
        found = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = found
        return found
