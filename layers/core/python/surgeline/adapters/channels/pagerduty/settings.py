"""The settings of a PagerDuty channel, and what PagerDuty shows of it, are here.

See docs/on-call.md. Other services take the same events at an address of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

KIND_NAME = "pagerduty"
API_BASE = "https://events.pagerduty.com"
WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - the name of the field
_KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")

Severity = Literal["critical", "error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class PagerDutyChannel:
    """The settings of a PagerDuty channel. `api_base` is the server that takes the events."""

    api_base: str = API_BASE
    severity: Severity = "critical"


FIELDS = {
    "routing_key": (
        "PagerDuty, the service, 'Integrations', 'Events API V2', 'Integration Key' (32 characters)"
    ),
    WEBHOOK_SECRET: (
        "PagerDuty, 'Integrations', 'Generic Webhooks (v3)', the subscription, shown once when it"
        " is made; leave it out where acknowledgements shall not come back"
    ),
}
OPTIONAL = frozenset({WEBHOOK_SECRET})
STEPS = (
    "PagerDuty, the service: choose an escalation policy that rings the right people.",
    "The configuration's on_call: give people a reach over the channel {channel_id}.",
    "To hear acknowledgements: PagerDuty, 'Generic Webhooks (v3)', one to the hook's URL.",
    "With its secret: `surgeline channel rotate {channel_id} --field webhook_secret=-`.",
)


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together. No problem repeats a value."""
    if not _KEY.fullmatch(fields.get("routing_key", "")):
        yield "fields.routing_key: give the integration key of an integration 'Events API V2'"
