"""The kind `email` is put together here, for the configuration and for the sender of deliveries."""

from surgeline.adapters.channels.email.check import check
from surgeline.adapters.channels.email.media import fetch
from surgeline.adapters.channels.email.send import Replies
from surgeline.adapters.channels.email.settings import (
    FIELDS,
    OPTIONAL,
    STEPS,
    EmailChannel,
    wrong_fields,
)
from surgeline.adapters.configuration.kinds import Kind, no_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return Replies(parts)


KIND = Kind(
    EmailChannel,
    no_problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS,
        steps=STEPS,
        check=check,
        optional=OPTIONAL,
        together=wrong_fields,
        has_hook=False,
    ),
    fetch=fetch,
)
