"""The kind `whatsapp` is put together here, for the configuration and the sender of deliveries."""

from surgeline.adapters.channels.meta.graph import judge
from surgeline.adapters.channels.posting import PostedReplies, Speech
from surgeline.adapters.channels.whatsapp.check import check
from surgeline.adapters.channels.whatsapp.media import fetch
from surgeline.adapters.channels.whatsapp.render import calls, in_a_template
from surgeline.adapters.channels.whatsapp.settings import FIELDS, KIND_NAME, STEPS, WhatsAppChannel
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target

SPEECH = Speech(KIND_NAME, "access_token", calls, judge, in_a_template)


def _target(parts: TargetParts) -> Target:
    return PostedReplies(parts, SPEECH)


KIND = Kind(
    WhatsAppChannel,
    api_base_problems,
    secret=False,
    target=_target,
    provider=Provider(fields=FIELDS, steps=STEPS, check=check),
    fetch=fetch,
)
