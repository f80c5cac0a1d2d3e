"""PagerDuty's webhooks (version 3) are verified and read here: who acknowledges an event, comes.

An incident carries the key under which the event was sent, and nothing else of ours. So that key
stands as the sender of what is heard, and names the person and the call.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import partial

from surgeline.adapters.channels.pagerduty.settings import WEBHOOK_SECRET
from surgeline.adapters.channels.readings import Part, id_of, part
from surgeline.adapters.hooks import Call, Heard, Hook, Ignored
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Inbound
from surgeline.errors import Unauthorized

SIGNATURE = "x-pagerduty-signature"
ACKNOWLEDGED = "incident.acknowledged"
MOST_SIGNATURES = 8
"""While a secret is changed, a request is signed by both."""
_PERSON = "user"


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a body that a webhook secret signed. Raises Unauthorized."""
    *others, last = call.headers.get(SIGNATURE, "").split(",")[:MOST_SIGNATURES]
    for each in others:
        try:
            return require_proof(keys, WEBHOOK_SECRET, each.strip(), partial(_sign, call.body))
        except Unauthorized:
            continue
    return require_proof(keys, WEBHOOK_SECRET, last.strip(), partial(_sign, call.body))


def signature(secret: str, body: bytes) -> str:
    """Return PagerDuty's signature of a body."""
    return _sign(body, secret.encode()).decode()


def _sign(body: bytes, secret: bytes) -> bytes:
    return b"v1=" + hmac.digest(secret, body, hashlib.sha256).hex().encode()


def read(channel_id: str, said: Part) -> list[Heard]:
    """Return the acknowledgement of a request. What a machine acknowledges is nobody's word."""
    event = part(said, "event")
    if event.get("event_type") != ACKNOWLEDGED:
        return [Ignored("other event")]
    if not str(part(event, "agent").get("type", "")).startswith(_PERSON):
        return [Ignored("no person")]
    event_id, key = id_of(event.get("id")), id_of(part(event, "data").get("incident_key"))
    if not event_id or not key:
        return [Ignored("malformed")]
    return [Inbound(channel_id, key, f"acknowledged/{event_id}", "acknowledged")]


HOOK = Hook(verify, read)
