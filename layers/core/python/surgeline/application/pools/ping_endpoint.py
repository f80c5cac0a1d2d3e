"""An endpoint is asked here whether it is there, with one signed ping.

Nothing of the ping is kept. It opens no circuit, counts as no attempt, and enables nothing.
"""

import json
from dataclasses import dataclass

from surgeline.application.ports.deliveries import SendFailed, Webhooks
from surgeline.domain.times import rfc3339

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Pinged:
    """The result of a ping. `outcome` is ok, status 500, timeout, and so on."""

    taken: bool
    outcome: str
    status: int | None
    milliseconds: int


def ping_endpoint(
    webhooks: Webhooks, url: str, *, secret: str, event: str, ping_id: str, now: int
) -> Pinged:
    """Send one ping of that type under that webhook id, signed with the named secret."""
    body = {"type": event, "timestamp": rfc3339(now), "data": {"schema": 1}}
    try:
        reply = webhooks.post(
            url,
            secret=secret,
            webhook_id=ping_id,
            body=json.dumps(body, separators=(",", ":")).encode(),
            timeout_seconds=TIMEOUT_SECONDS,
        )
    except SendFailed as error:
        return Pinged(
            taken=False, outcome=error.reason, status=None, milliseconds=error.milliseconds
        )
    taken = 200 <= reply.status < 300  # noqa: PLR2004 # what Standard Webhooks calls success
    outcome = "ok" if taken else f"status {reply.status}"
    return Pinged(taken, outcome, reply.status, reply.milliseconds)
