"""A customer's profile is asked for here, as a delivery, with a delivery's retries and log.

The log of deliveries has what came of each question, and never the answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from surgeline.adapters.media.fetching import CannotFetch, Fetching, has_stand_in
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Profiled, Refused, SendResult


@dataclass(frozen=True, slots=True)
class Profile:
    """The attributes that a provider tells of a customer, and the language of the customer's app.

    Either may be missing.
    """

    customer: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None


ASKED = "on"
"""The setting `profiles` of a channel whose provider is asked. The other one is `off`."""

Ask = Callable[[Fetching], Profile]
"""Returns the profile of the customer in `ref`, or raises CannotFetch."""


class ProfileTarget:
    """Asks for the profiles of one kind of channel. Many threads may ask at once."""

    def __init__(self, parts: TargetParts, kind: str, ask: Ask) -> None:
        self._parts = parts
        self._kind = kind
        self._ask = ask

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        if getattr(channel.settings, "profiles", ASKED) != ASKED:
            return Refused(outcome="profiles are off", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, channel.id, self._kind)
        asking = Fetching(
            ref=str(delivery.payload["sender"]),
            fields=sets[0] if sets else {},
            settings=channel.settings,
            posts=self._parts.posts,
            blobs=self._parts.blobs,
            left=timeout_seconds,
            public_only=not has_stand_in(channel.settings),
        )
        try:
            found = self._ask(asking)
        except CannotFetch as error:
            return error.refused
        return Profiled(customer=found.customer, language=found.language)
