"""The kind `sns` is put together here. Nothing comes in over it."""

from surgeline.adapters.channels.sns.check import check
from surgeline.adapters.channels.sns.send import Published
from surgeline.adapters.channels.sns.settings import (
    FIELDS,
    STEPS,
    SnsChannel,
    problems,
    wrong_fields,
)
from surgeline.adapters.configuration.kinds import Kind
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return Published(parts)


KIND = Kind(
    SnsChannel,
    problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS, steps=STEPS, check=check, together=wrong_fields, has_hook=False
    ),
)
