"""The way `slack` to reach a pool is put together here."""

from surgeline.adapters.channels.slack.check import check
from surgeline.adapters.configuration.kinds import Kind
from surgeline.adapters.configuration.providers import Provider
from surgeline.adapters.desks.in_calls import InCalls
from surgeline.adapters.desks.slack.files import fetch
from surgeline.adapters.desks.slack.send import TOKEN, steps_of
from surgeline.adapters.desks.slack.settings import (
    FIELDS,
    KIND_NAME,
    RING_SECONDS,
    STEPS,
    SlackDesk,
    settings_problems,
    wrong_place,
)
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return InCalls(parts, kind=KIND_NAME, token=TOKEN, steps=steps_of)


KIND = Kind(
    SlackDesk,
    settings_problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS, steps=STEPS, check=check, usual={"ring_seconds": RING_SECONDS}
    ),
    fetch=fetch,
    wrong_place=wrong_place,
)
