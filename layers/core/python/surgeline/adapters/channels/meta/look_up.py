"""A text whose answer was lost is looked for in Meta's own record of the conversation.

Meta has no key for repeats. An app without the right to read conversations finds nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from surgeline.adapters.channels.meta.graph import VERSION
from surgeline.adapters.channels.posting import ProviderCall
from surgeline.adapters.channels.readings import Part, part, parts, text_of
from surgeline.application.ports.deliveries import Delivery

NEWEST = 25
EARLIER_MS = 10_000
"""Meta's clock may be so far behind ours. An older text of the same words is another one."""


def asked_for(platform: str, delivery: Delivery) -> str:
    """Return the path that asks for the newest messages with the customer."""
    told = {
        "platform": platform,
        "user_id": str(delivery.payload["sender"]),
        "fields": f"messages.limit({NEWEST}){{message,from,created_time}}",
    }
    return f"/{VERSION}/me/conversations?{urlencode(told)}"


def is_there(answer: Mapping[str, Any], call: ProviderCall, delivery: Delivery) -> bool:
    """Return whether the text of a call is among ours since the decision. A file is not found."""
    wanted = " ".join(text_of(part(call.body, "message").get("text")).split())
    since = delivery.at - EARLIER_MS
    return bool(wanted) and any(
        _is_it(each, wanted, since, str(delivery.payload["sender"]))
        for conversation in parts(answer, "data")
        for each in parts(part(conversation, "messages"), "data")
    )


def _is_it(message: Part, wanted: str, since: int, customer: str) -> bool:
    if part(message, "from").get("id") == customer:
        return False
    if " ".join(text_of(message.get("message")).split()) != wanted:
        return False
    try:
        made = datetime.fromisoformat(str(message.get("created_time")))
    except ValueError:
        return False
    return made.timestamp() * 1000 >= since
