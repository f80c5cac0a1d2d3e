"""Targets are the ways out of the system, with one class for each kind of endpoint.

A new way out is a module with a target and one line in `surgeline.adapters.configuration.kinds`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from surgeline.application.ports.deliveries import Delivery, Tried
from surgeline.domain.customers.file import Found


@dataclass(frozen=True, slots=True)
class Delivered:
    """The endpoint took the delivery. The status and the duration are for the log."""

    status: int | None = None
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Accepted(Delivered):
    """A pool took an offer and accepted it in the same answer."""

    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Declined(Delivered):
    """A pool took an offer and declined it in the same answer.

    `nobody_there`: its desk is empty, which is no word against the conversation.
    """

    reason: str = "declined"
    nobody_there: bool = False


@dataclass(frozen=True, slots=True)
class LookedUp(Delivered):
    """The company's own system told who a customer is, or that it does not know."""

    found: Found = field(default_factory=lambda: Found("unknown"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled(Delivered):
    """The provider told the customer's profile: attributes, and a language where it has one."""

    customer: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Delivered):
    """A file was fetched and kept. `forget` deletes it again, if its thread is erased by then."""

    media_type: str
    size: int
    forget: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The endpoint did not take the delivery. `outcome` names the reason in the log.

    `final`: no later try can succeed. `gone`: the endpoint wants no delivery of any kind any more.
    `unhealthy`: the failure is the endpoint's, not this delivery's, so the breaker counts it.
    `attempted`: something was sent. `wait_seconds` is how long the endpoint asks to be left alone.
    `tried` is how far it came, where a later try goes on from there.
    """

    outcome: str
    status: int | None = None
    milliseconds: int = 0
    wait_seconds: int | None = None
    final: bool = False
    gone: bool = False
    unhealthy: bool = False
    attempted: bool = True
    tried: Tried = field(default_factory=Tried)


SendResult = Delivered | Refused


class Target(Protocol):
    """One kind of endpoint. One instance serves all endpoints of its kind, from many threads."""

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """Send once, within that time.

        Raises Unavailable if nothing was sent and a later try costs the delivery no attempt.
        """
