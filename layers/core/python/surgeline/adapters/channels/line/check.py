"""A LINE channel's settings are tried here, with calls that send nothing to anybody."""

import json
from typing import Any

from surgeline.adapters.channels.calls import said
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

UNAUTHORIZED, NOT_FOUND, OK = 401, 404, 200
SECONDS = 10.0
_PROBE = {"messages": [{"type": "text", "text": "Surgeline checks this channel."}]}


def check(checked: Checked) -> list[Finding]:
    """Try the access token, and let LINE call the hook with a signed request without events."""
    token = _token(checked)
    return [token, _hook(checked)] if token.ok else [token]


def _token(checked: Checked) -> Finding:
    name = "channel_access_token"
    status, _ = _call(checked, "message/validate/push", _PROBE)
    if status == OK:
        return Finding(name, ok=True, said="LINE accepts it")
    if status == UNAUTHORIZED:
        advice = (
            f"LINE refuses it: issue a new one, then `surgeline channel rotate ID --field {name}=-`"
        )
        return Finding(name, ok=False, said=advice)
    return Finding(name, ok=False, said=_unclear(status))


def _hook(checked: Checked) -> Finding:
    """Judge how LINE found the webhook URL that its console has."""
    status, answer = _call(checked, "channel/webhook/test", {})
    if status == NOT_FOUND:
        return Finding("hook", ok=False, said=f"no webhook URL is set: enter {checked.hook_url}")
    if status != OK:
        return Finding("hook", ok=False, said=_unclear(status))
    if answer.get("success") is True:
        return Finding("hook", ok=True, said="LINE reached it and its signature was accepted")
    if answer.get("statusCode") == UNAUTHORIZED:
        advice = "LINE reached it, but the channel_secret is another channel's: rotate it"
        return Finding("hook", ok=False, said=advice)
    reason = str(answer.get("reason", "no reason"))[:40]
    return Finding(
        "hook", ok=False, said=f"LINE could not use it ({reason}): is it {checked.hook_url}?"
    )


def _call(checked: Checked, path: str, body: object) -> tuple[int | str, dict[str, Any]]:
    """Return the status of the answer and its JSON, or why there was no answer."""
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {checked.fields.get('channel_access_token', '')}",
    }
    url = f"{checked.settings.api_base}/v2/bot/{path}"
    try:
        reply = checked.posts.post(url, headers, json.dumps(body).encode(), timeout_seconds=SECONDS)
    except SendFailed as error:
        return error.reason, {}
    return reply.status, said(reply)


def _unclear(status: int | str) -> str:
    said = f"HTTP {status}" if isinstance(status, int) else status
    return f"LINE could not be asked ({said}); try again"
