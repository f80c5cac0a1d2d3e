"""A Telegram channel's settings are tried here, with calls that send nothing to anybody.

Telegram has no console for a bot's hook. So the check enters the hook and its newest token, and
never takes the place of another program's URL.
"""

import json
from typing import Any

from surgeline.adapters.channels.calls import said as object_of
from surgeline.adapters.channels.telegram.render import method_path
from surgeline.adapters.channels.telegram.settings import EVENTS
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

OK, BAD_REQUEST, DENIED = 200, 400, (401, 404)
SECONDS = 10.0
LATELY_SECONDS = 600


def check(checked: Checked) -> list[Finding]:
    """Try the bot's token, and compare the hook that Telegram calls with the channel's."""
    token = _token(checked)
    return [token, _hook(checked)] if token.ok else [token]


def _token(checked: Checked) -> Finding:
    name = "bot_token"
    status, _ = _call(checked, "getMe", {})
    if status == OK:
        return Finding(name, ok=True, said="Telegram accepts it")
    if status in DENIED:
        advice = (
            "Telegram refuses it: ask @BotFather for it, then "
            f"`surgeline channel rotate ID --field {name}=-`"
        )
        return Finding(name, ok=False, said=advice)
    return Finding(name, ok=False, said=_unclear(status))


def _hook(checked: Checked) -> Finding:
    status, said = _call(checked, "getWebhookInfo", {})
    entered = said.get("result")
    if status != OK or not isinstance(entered, dict):
        return Finding("hook", ok=False, said=_unclear(status))
    if entered.get("url") not in ("", None, checked.hook_url):
        advice = (
            f"Telegram calls another URL, not {checked.hook_url}: end that use of the bot with "
            "Telegram's method deleteWebhook, then check again"
        )
        return Finding("hook", ok=False, said=advice)
    finding = _enter(checked)
    if finding.ok and _failed_lately(entered, checked.now):
        reason = str(entered.get("last_error_message"))[:60]
        advice = f"Telegram's last call of {checked.hook_url} failed ({reason}); check again later"
        return Finding("hook", ok=False, said=advice)
    return finding


def _failed_lately(entered: dict[str, Any], now: int) -> bool:
    failed_at = entered.get("last_error_date")
    return isinstance(failed_at, int) and now // 1000 - failed_at < LATELY_SECONDS


def _enter(checked: Checked) -> Finding:
    """Let Telegram call the channel's hook, with its newest secret token."""
    body = {
        "url": checked.hook_url,
        "secret_token": checked.fields.get("secret_token", ""),
        "allowed_updates": list(EVENTS),
    }
    status, said = _call(checked, "setWebhook", body)
    if status == OK:
        return Finding("hook", ok=True, said="Telegram calls it, with the newest secret_token")
    if status == BAD_REQUEST:
        reason = str(said.get("description", "no reason"))[:100]
        advice = f"Telegram does not take {checked.hook_url} with the secret_token ({reason})"
        return Finding("hook", ok=False, said=advice)
    return Finding("hook", ok=False, said=_unclear(status))


def _call(checked: Checked, method: str, body: object) -> tuple[int | str, dict[str, Any]]:
    """Return the status of the answer and its JSON, or why there was no answer."""
    url = f"{checked.settings.api_base}{method_path(checked.fields, method)}"
    headers = {"content-type": "application/json"}
    try:
        reply = checked.posts.post(url, headers, json.dumps(body).encode(), timeout_seconds=SECONDS)
    except SendFailed as error:
        return error.reason, {}
    return reply.status, object_of(reply)


def _unclear(status: int | str) -> str:
    said = f"HTTP {status}" if isinstance(status, int) else status
    return f"Telegram could not be asked ({said}); try again"
