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
from surgeline.adapters.channels.posting import Speech
from surgeline.adapters.channels.ringing import pager
from surgeline.adapters.configuration.providers import Provider

SPEECH = Speech(KIND_NAME, "routing_key", calls, judge)
KIND = pager(
    PagerDutyChannel,
    SPEECH,
    Provider(fields=FIELDS, steps=STEPS, check=check, optional=OPTIONAL, together=wrong_fields),
)
