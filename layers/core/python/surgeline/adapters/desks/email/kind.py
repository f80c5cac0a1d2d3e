"""The way `email` to reach a pool is put together here."""

from surgeline.adapters.channels.email.check import check
from surgeline.adapters.configuration.kinds import Kind
from surgeline.adapters.configuration.providers import Provider
from surgeline.adapters.desks.email.send import DeskMails
from surgeline.adapters.desks.email.settings import (
    FIELDS,
    OPTIONAL,
    RING_SECONDS,
    STEPS,
    EmailDesk,
    settings_problems,
    wrong_fields,
)
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return DeskMails(parts)


KIND = Kind(
    EmailDesk,
    settings_problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS,
        steps=STEPS,
        check=check,
        optional=OPTIONAL,
        together=wrong_fields,
        has_hook=False,
        usual={"ring_seconds": RING_SECONDS},
    ),
)
