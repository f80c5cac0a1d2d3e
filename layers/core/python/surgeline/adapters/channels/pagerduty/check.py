"""A PagerDuty channel's key is tried here, with an event that has no effect, and so is its hook.

The event resolves what was never triggered. PagerDuty takes it and rings nobody.
"""

import json

from surgeline.adapters.channels.own_hook import SECONDS, try_hook
from surgeline.adapters.channels.pagerduty.hook import SIGNATURE, signature
from surgeline.adapters.channels.pagerduty.judge import ACCEPTED
from surgeline.adapters.channels.pagerduty.say import PATH
from surgeline.adapters.channels.pagerduty.settings import WEBHOOK_SECRET
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

NAME = "routing_key"


PING = b'{"event":{"event_type":"pagey.ping"}}'
"""The body of the request by which PagerDuty tries a webhook."""


def check(checked: Checked) -> list[Finding]:
    """Resolve an event that nobody triggered, and try the hook where it has a secret."""
    secret = checked.fields.get(WEBHOOK_SECRET)
    if not secret:
        return [_key(checked)]
    headers = {"content-type": "application/json", SIGNATURE: signature(secret, PING)}
    return [_key(checked), try_hook(checked, headers, PING)]


def _key(checked: Checked) -> Finding:
    key = checked.fields[NAME]
    event = {"routing_key": key, "event_action": "resolve", "dedup_key": "surgeline-check"}
    headers = {"content-type": "application/json"}
    url = f"{checked.settings.api_base}{PATH}"
    try:
        body = json.dumps(event).encode()
        reply = checked.posts.post(url, headers, body, timeout_seconds=SECONDS)
    except SendFailed as error:
        said = f"PagerDuty could not be asked ({error.reason}); try again"
        return Finding(NAME, ok=False, said=said)
    if reply.status == ACCEPTED:
        return Finding(NAME, ok=True, said="PagerDuty accepts it")
    advice = "copy the key again, then `surgeline channel rotate ID --field routing_key=-`"
    said = f"PagerDuty does not accept it (HTTP {reply.status}): {advice}"
    return Finding(NAME, ok=False, said=said)
