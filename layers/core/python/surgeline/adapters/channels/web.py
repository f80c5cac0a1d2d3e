"""The channel kind `web` lives here: the chat page that Surgeline serves itself."""

from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, no_problems
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.sockets import Sockets
from surgeline.application.ports.targets import Delivered, SendResult, Target


@dataclass(frozen=True, slots=True)
class WebChannel:
    """The settings of a web channel.

    `origins` lists the sites that may use its API ("*" for any).
    """

    origins: tuple[str, ...] = ("*",)


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


KIND = Kind(WebChannel, no_problems, secret=False, target=_target)
