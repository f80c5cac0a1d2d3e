"""The kind `pagerduty` is put together here. It rings, and hears who acknowledges."""

from surgeline.adapters.channels.pagerduty.check import check
from surgeline.adapters.channels.pagerduty.judge import judge
from surgeline.adapters.channels.pagerduty.say import calls
from surgeline.adapters.channels.pagerduty.settings import (
    FIELDS,
    KIND_NAME,
    OPTIONAL,
    STEPS,
    PagerDutyChannel,
    wrong_fields,
)
from surgeline.adapters.channels.posting import PostedReplies, Speech
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target

SPEECH = Speech(KIND_NAME, "routing_key", calls, judge)


def _target(parts: TargetParts) -> Target:
    return PostedReplies(parts, SPEECH)


KIND = Kind(
    PagerDutyChannel,
    api_base_problems,
    secret=False,
    target=_target,
    provider=Provider(
        fields=FIELDS, steps=STEPS, check=check, optional=OPTIONAL, together=wrong_fields
    ),
)
