"""A text becomes an event of the Events API v2 here, which rings until somebody acknowledges it."""

import re
from collections.abc import Mapping, Sequence

from surgeline.adapters.channels.pagerduty.settings import PagerDutyChannel
from surgeline.adapters.channels.posting import ProviderCall
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.ports.deliveries import Delivery

PATH = "/v2/enqueue"
MOST_SUMMARY, MOST_DETAILS = 1_024, 10_000
"""PagerDuty cuts a longer summary, and takes events of 512 kB."""
SOURCE = "Surgeline"
_LINK = re.compile(r"https?://\S+")


def calls(delivery: Delivery, settings: PagerDutyChannel, fields: Fields) -> Sequence[ProviderCall]:
    """Return the one call that says a delivery. A repeat has the same key, and rings once."""
    message = delivery.payload["message"]
    text = str(message.get("text", "")) if isinstance(message, Mapping) else ""
    if not text.strip():
        return ()
    first = text.strip().splitlines()[0]
    event: dict[str, object] = {
        "routing_key": fields["routing_key"],
        "event_action": "trigger",
        "dedup_key": delivery.id,
        "client": SOURCE,
        "payload": {
            "summary": first[:MOST_SUMMARY],
            "source": SOURCE,
            "severity": settings.severity,
            "component": str(delivery.payload["sender"]),
            "custom_details": {"text": text[:MOST_DETAILS]},
        },
    }
    links = [{"href": each, "text": "Answer"} for each in _LINK.findall(text)]
    if links:
        event |= {"links": links, "client_url": links[0]["href"]}
    return (ProviderCall(PATH, event),)
