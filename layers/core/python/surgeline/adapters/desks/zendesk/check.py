"""The settings of a pool in Zendesk are tried here, with calls that write nothing."""

from datetime import UTC, datetime
from typing import Final

from surgeline.adapters.channels.own_hook import SECONDS, try_hook
from surgeline.adapters.configuration.providers import Checked, Finding, unasked
from surgeline.adapters.desks.zendesk.api import OK, proof_of
from surgeline.adapters.desks.zendesk.hook import signature
from surgeline.application.ports.deliveries import SendFailed

NOTHING: Final = b'{"type":"surgeline.check"}'


def check(checked: Checked) -> list[Finding]:
    """Try the token, and the hook with a signed event that says nothing."""
    stamp = datetime.fromtimestamp(checked.now // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    proof = {
        "content-type": "application/json",
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-signature": signature(checked.fields["webhook_secret"], stamp, NOTHING),
    }
    return [_token(checked), try_hook(checked, proof, NOTHING)]


def _token(checked: Checked) -> Finding:
    name = "api_token"
    url = f"{checked.settings.api_base}/api/v2/tickets/count.json"
    try:
        reply = checked.posts.get(url, proof_of(checked.fields), timeout_seconds=SECONDS)
    except SendFailed as error:
        said = f"Zendesk could not be asked ({error.reason}); look at api_base, and try again"
        return Finding(name, ok=False, said=said)
    if found := unasked(name, "Zendesk", reply.status):
        return found
    if reply.status == OK:
        return Finding(name, ok=True, said="Zendesk accepts it")
    advice = f"look at email too, then `surgeline pool rotate ID --field {name}=-`"
    return Finding(name, ok=False, said=f"Zendesk refuses it (HTTP {reply.status}): {advice}")
