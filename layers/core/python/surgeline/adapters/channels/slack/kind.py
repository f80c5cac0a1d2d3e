"""The kind `slack` is put together here, for the configuration and for the sender of deliveries."""

from surgeline.adapters.channels.slack.check import check
from surgeline.adapters.channels.slack.media import fetch
from surgeline.adapters.channels.slack.place import wrong_place
from surgeline.adapters.channels.slack.profile import ask
from surgeline.adapters.channels.slack.send import SlackMessages
from surgeline.adapters.channels.slack.settings import FIELDS, STEPS, SlackChannel
from surgeline.adapters.configuration.kinds import Kind, asking_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return SlackMessages(parts)


KIND = Kind(
    SlackChannel,
    asking_problems,
    secret=False,
    target=_target,
    provider=Provider(fields=FIELDS, steps=STEPS, check=check),
    fetch=fetch,
    profile=ask,
    wrong_place=wrong_place,
)
