"""The target of a delivery is found by the kind of its endpoint."""

from collections.abc import Callable
from dataclasses import dataclass

from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.deliveries import (
    DESK_FILE,
    MEDIA,
    PROFILE,
    Delivery,
    Posts,
    Webhooks,
)
from surgeline.application.ports.desk import Desk
from surgeline.application.ports.desk_links import DeskLinks
from surgeline.application.ports.mails import Mails
from surgeline.application.ports.secrets import Secrets
from surgeline.application.ports.sockets import Sockets
from surgeline.application.ports.targets import Refused, SendResult, Target
from surgeline.errors import Unreadable


@dataclass(frozen=True, slots=True)
class TargetParts:
    """Everything that a target may be built from. `open_target` opens those of other kinds."""

    configuration: ConfigurationShelf
    webhooks: Webhooks
    posts: Posts
    mails: Mails
    blobs: Blobs
    sockets: Sockets
    secrets: Secrets
    clock: Clock
    desk: Desk
    desk_links: DeskLinks
    open_target: "OpenTarget"


@dataclass(frozen=True, slots=True)
class EndpointKind:
    """The kind of a delivery's endpoint. `of` is `channel`, `pool` or the delivery's own target.

    The kind of what fetches files, and of what asks for profiles, is that of their channel.
    """

    of: str
    name: str


OpenTarget = Callable[[EndpointKind, TargetParts], Target | None]
"""Makes the target of a kind, or None for a kind that this release does not have."""


class Targets:
    """Keeps one target of each kind. It is safe to use from several threads."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts
        self._opened: dict[EndpointKind, Target] = {}

    def find(self, delivery: Delivery) -> Target:
        """Return the target. For an unknown endpoint this is a target that refuses for good.

        Raises Unreadable for a kind that only another release has.
        """
        kind = self._kind_of(delivery)
        if kind is None:
            return _Refusing(f"unknown {delivery.target}")
        if opened := self._opened.get(kind):
            return opened
        target = self._parts.open_target(kind, self._parts)
        if target is None:
            raise Unreadable(f"this release has no way out of the kind {kind.name!r}")
        self._opened[kind] = target
        return target

    def _kind_of(self, delivery: Delivery) -> EndpointKind | None:
        if delivery.target in ("channel", MEDIA, PROFILE):
            channel = self._parts.configuration.channel(delivery.target_id)
            return EndpointKind(delivery.target, channel.kind) if channel else None
        if delivery.target in ("pool", DESK_FILE):
            pool = self._parts.configuration.pool(delivery.target_id)
            return EndpointKind(delivery.target, pool.reached_by) if pool else None
        return EndpointKind(delivery.target, delivery.target)


@dataclass(frozen=True, slots=True)
class _Refusing:
    """Refuses every delivery for one reason, without sending anything."""

    outcome: str

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        del delivery, timeout_seconds
        return Refused(outcome=self.outcome, final=True, attempted=False)
