"""The shape that every kind of customer system has: it looks customers up, and keeps what is told.

The interface has four acts: look up, keep a case, keep a note, and say whether it is well.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from surgeline.adapters.configuration.providers import Finding
from surgeline.application.ports.deliveries import Delivery, Posts, Webhooks
from surgeline.application.ports.secrets import Secrets
from surgeline.application.ports.targets import SendResult
from surgeline.domain.customers.settings import CustomerSettings

SECRET = "customers/data"  # noqa: S105 # the name of a secret
LOOK_UP_SECONDS = 0.8
"""The longest that a look-up takes in all, whatever the system does."""


@dataclass(frozen=True, slots=True)
class Means:
    """Everything that a customer system is reached with. `now` is the time of the call.

    `memory` keeps tokens of a vendor by its address, each with the time at which it ends.
    """

    settings: CustomerSettings
    webhooks: Webhooks
    posts: Posts
    secrets: Secrets
    now: int
    memory: dict[str, tuple[int, str]] = field(default_factory=dict)


class CustomerSystem(Protocol):
    """One company's system, as the sender of deliveries uses it."""

    def look_up(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """Return `LookedUp`, or `Refused` where the system could not tell. Asks once."""

    def keep(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """Keep a case or a note. A repeat under the same delivery id keeps it once."""

    def check(self, *, timeout_seconds: float) -> Iterable[Finding]:
        """Try whether the system answers as it should, without changing anything there."""


@dataclass(frozen=True, slots=True)
class System:
    """One kind of customer system.

    `fields` are the credentials that its operator enters, each with the place to find it. Without
    any, requests are signed with a secret of ours. `make` reaches one company's system. `keeps`
    names which of `cases` and `notes` it takes.
    """

    make: Callable[[Means], CustomerSystem]
    fields: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()
    url_example: str = "https://shop.example/surgeline"
