"""A Slack channel's settings are tried here, with calls that send nothing to anybody."""

import json

from surgeline.adapters.channels.calls import said
from surgeline.adapters.channels.own_hook import SECONDS, try_hook
from surgeline.adapters.channels.slack.hook import signature
from surgeline.adapters.configuration.providers import Checked, Finding, unasked
from surgeline.application.ports.deliveries import SendFailed

CHALLENGE = json.dumps({"type": "url_verification", "challenge": "surgeline"}).encode()
_FORM = "application/x-www-form-urlencoded"


def check(checked: Checked) -> list[Finding]:
    """Try the bot token, and the hook with a challenge as Slack signs it."""
    seconds = str(checked.now // 1000)
    proof = {
        "content-type": "application/json",
        "x-slack-request-timestamp": seconds,
        "x-slack-signature": signature(checked.fields["signing_secret"], seconds, CHALLENGE),
    }
    return [_token(checked), try_hook(checked, proof, CHALLENGE)]


def _token(checked: Checked) -> Finding:
    name = "bot_token"
    headers = {"content-type": _FORM, "authorization": f"Bearer {checked.fields[name]}"}
    url = f"{checked.settings.api_base}/api/auth.test"
    try:
        reply = checked.posts.post(url, headers, b"", timeout_seconds=SECONDS)
    except SendFailed as error:
        return Finding(name, ok=False, said=f"Slack could not be asked ({error.reason}); try again")
    if found := unasked(name, "Slack", reply.status):
        return found
    answer = said(reply)
    if answer.get("ok") is True:
        return Finding(name, ok=True, said="Slack accepts it")
    if answer.get("ok") is False:
        advice = "copy the new one, then `surgeline channel rotate ID --field bot_token=-`"
        word = str(answer.get("error"))[:60]
        return Finding(name, ok=False, said=f"Slack refuses it ({word}): {advice}")
    return Finding(
        name, ok=False, said=f"Slack could not be asked (HTTP {reply.status}); try again"
    )
