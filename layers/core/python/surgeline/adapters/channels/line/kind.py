"""The kind `line` is put together here, for the configuration and for the sender of deliveries."""

from surgeline.adapters.channels.line.check import check
from surgeline.adapters.channels.line.groups import wrong_place
from surgeline.adapters.channels.line.media import fetch
from surgeline.adapters.channels.line.profile import ask
from surgeline.adapters.channels.line.send import LineMessages
from surgeline.adapters.channels.line.settings import (
    FIELDS,
    OPTIONAL,
    STEPS,
    LineChannel,
    wrong_fields,
)
from surgeline.adapters.configuration.kinds import Kind, asking_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return LineMessages(parts)


KIND = Kind(
    LineChannel,
    asking_problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS, steps=STEPS, check=check, optional=OPTIONAL, together=wrong_fields
    ),
    fetch=fetch,
    profile=ask,
    wrong_place=wrong_place,
)
