"""The kind `telegram` is put together here, for the configuration and the sender of deliveries."""

from surgeline.adapters.channels.posting import PostedReplies, Speech
from surgeline.adapters.channels.telegram.check import check
from surgeline.adapters.channels.telegram.judge import judge
from surgeline.adapters.channels.telegram.media import fetch
from surgeline.adapters.channels.telegram.render import at_new_address, calls
from surgeline.adapters.channels.telegram.settings import (
    FIELDS,
    KIND_NAME,
    OPTIONAL,
    STEPS,
    TelegramChannel,
    wrong_fields,
    wrong_place,
)
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target

SPEECH = Speech(KIND_NAME, "bot_token", calls, judge, at_new_address)


def _target(parts: TargetParts) -> Target:
    return PostedReplies(parts, SPEECH)


KIND = Kind(
    TelegramChannel,
    api_base_problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS, steps=STEPS, check=check, optional=OPTIONAL, together=wrong_fields
    ),
    fetch=fetch,
    wrong_place=wrong_place,
)
