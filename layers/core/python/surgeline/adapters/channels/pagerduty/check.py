"""A PagerDuty channel's key is tried here, with an event that has no effect, and so is its hook.

The event resolves what was never triggered. PagerDuty takes it and rings nobody.
"""

from surgeline.adapters.channels.own_hook import try_hook
from surgeline.adapters.channels.pagerduty.hook import SIGNATURE, signature
from surgeline.adapters.channels.pagerduty.judge import ACCEPTED
from surgeline.adapters.channels.pagerduty.say import PATH
from surgeline.adapters.channels.pagerduty.settings import WEBHOOK_SECRET
from surgeline.adapters.channels.ringing import NOBODYS, try_key
from surgeline.adapters.configuration.providers import Checked, Finding

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
    event = {
        "routing_key": checked.fields[NAME],
        "event_action": "resolve",
        "dedup_key": NOBODYS,
    }
    return try_key(checked, NAME, PATH, {}, event, ACCEPTED)
