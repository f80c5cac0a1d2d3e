"""The settings of a pool in Chatwoot are tried here, with calls that write nothing."""

from collections.abc import Mapping
from typing import Final

from surgeline.adapters.channels.own_hook import SECONDS, try_hook
from surgeline.adapters.configuration.providers import Checked, Finding, unasked
from surgeline.adapters.desks.chatwoot.hook import signature
from surgeline.application.ports.deliveries import SendFailed

NOTHING: Final = b'{"event":"surgeline_check"}'
OK: Final = 200


def check(checked: Checked) -> list[Finding]:
    """Try the token, the inbox, and the hook with a signed event that says nothing."""
    base, account = checked.settings.api_base, checked.settings.account_id
    inbox, token = checked.fields["inbox_identifier"], checked.fields["api_access_token"]
    seconds = str(checked.now // 1000)
    proof = {
        "content-type": "application/json",
        "x-chatwoot-timestamp": seconds,
        "x-chatwoot-signature": signature(checked.fields["webhook_secret"], seconds, NOTHING),
    }
    return [
        _asked(
            checked,
            "api_access_token",
            f"{base}/api/v1/accounts/{account}/inboxes",
            {"api_access_token": token},
        ),
        _asked(checked, "inbox_identifier", f"{base}/public/api/v1/inboxes/{inbox}", {}),
        try_hook(checked, proof, NOTHING),
    ]


def _asked(checked: Checked, name: str, url: str, headers: Mapping[str, str]) -> Finding:
    try:
        reply = checked.posts.get(url, headers, timeout_seconds=SECONDS)
    except SendFailed as error:
        said = f"Chatwoot could not be asked ({error.reason}); look at api_base, and try again"
        return Finding(name, ok=False, said=said)
    if found := unasked(name, "Chatwoot", reply.status):
        return found
    if reply.status == OK:
        return Finding(name, ok=True, said="Chatwoot knows it")
    advice = f"copy it again, then `surgeline pool rotate ID --field {name}=-`"
    return Finding(name, ok=False, said=f"Chatwoot refuses it (HTTP {reply.status}): {advice}")
