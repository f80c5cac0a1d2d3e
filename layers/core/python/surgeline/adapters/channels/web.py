"""The channel kind `web` lives here: the chat page that Surgeline serves itself."""

from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, no_problems
from surgeline.adapters.media.fetching import CannotFetch, Fetching
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.sockets import Sockets
from surgeline.application.ports.targets import Delivered, Refused, SendResult, Target


@dataclass(frozen=True, slots=True)
class WebChannel:
    """The settings of a web channel.

    `origins` lists the sites that may use its API ("*" for any). `files` says whether visitors may
    send files.
    """

    origins: tuple[str, ...] = ("*",)
    files: bool = True


class ChatPages:
    """Pushes the newest sequence number to open pages.

    A lost push costs nothing, because pages poll too.
    """

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        del timeout_seconds
        self._sockets.push(delivery.thread_id, {"type": "seq", "seq": delivery.seq})
        return Delivered()


def _target(parts: TargetParts) -> Target:
    return ChatPages(parts.sockets)


def fetch(fetching: Fetching) -> bytes:
    """Return a file that the page has uploaded, from its place. Raises CannotFetch."""
    try:
        return fetching.stored(fetching.ref)
    except CannotFetch as error:  # the page uploads a file before it sends the message
        raise CannotFetch(Refused(outcome="gone", attempted=False, final=True)) from error


KIND = Kind(WebChannel, no_problems, secret=False, target=_target, fetch=fetch)
