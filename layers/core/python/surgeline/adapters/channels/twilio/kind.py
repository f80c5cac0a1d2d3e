"""The kind `twilio` is put together here, for the configuration and the sender of deliveries."""

from surgeline.adapters.channels.twilio.check import check
from surgeline.adapters.channels.twilio.media import fetch
from surgeline.adapters.channels.twilio.send import TwilioMessages
from surgeline.adapters.channels.twilio.settings import FIELDS, STEPS, TwilioChannel, wrong_place
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return TwilioMessages(parts)


KIND = Kind(
    TwilioChannel,
    api_base_problems,
    secret=False,
    target=_target,
    provider=Provider(fields=FIELDS, steps=STEPS, check=check),
    fetch=fetch,
    wrong_place=wrong_place,
)
