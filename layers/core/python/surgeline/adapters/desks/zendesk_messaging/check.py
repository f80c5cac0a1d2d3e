"""The settings of a pool in Zendesk's messaging are tried here, with calls that write nothing."""

from collections.abc import Mapping
from typing import Any, Final

from surgeline.adapters.channels.calls import said
from surgeline.adapters.channels.own_hook import SECONDS, try_hook
from surgeline.adapters.configuration.providers import Checked, Finding, unasked
from surgeline.adapters.desks.zendesk_messaging.api import OK, base_of, proof_of
from surgeline.application.ports.deliveries import SendFailed

NOTHING: Final = b'{"events":[]}'


def check(checked: Checked) -> list[Finding]:
    """Try the key, the switchboard's integration of the agents, and the hook."""
    secret = checked.fields["webhook_secret"]
    proof = {"content-type": "application/json", "x-api-key": secret}
    return [*_switchboard(checked), try_hook(checked, proof, NOTHING)]


def _switchboard(checked: Checked) -> list[Finding]:
    """Ask for the switchboard with the key, and for the integration that gets control."""
    name = "key_secret"
    try:
        status, found = _asked(checked, "/switchboards", "switchboards")
        if later := unasked(name, "Zendesk", status):
            return [later]
        if status != OK:
            rotate = f"`surgeline pool rotate ID --field {name}=-`"
            advice = f"look at app_id and key_id too, then {rotate}"
            return [Finding(name, ok=False, said=f"Zendesk refuses it (HTTP {status}): {advice}")]
        accepted = Finding(name, ok=True, said="Zendesk accepts it")
        boards = [each.get("id") for each in found if each.get("enabled") is True]
        if not boards:
            advice = "no switchboard is on; turn messaging on in the Admin Center"
            return [accepted, Finding("switchboard", ok=False, said=advice)]
        place = f"/switchboards/{boards[0]}/switchboardIntegrations"
        _, listed = _asked(checked, place, "switchboardIntegrations")
    except SendFailed as error:
        told = f"Zendesk could not be asked ({error.reason}); look at api_base, and try again"
        return [Finding(name, ok=False, said=told)]
    return [accepted, _agents(checked, [str(each.get("name")) for each in listed])]


def _agents(checked: Checked, names: list[str]) -> Finding:
    agents = checked.settings.agents
    if agents in names:
        return Finding("switchboard", ok=True, said=f"control can pass to {agents}")
    known = ", ".join(names) or "none"
    told = f"it has no integration {agents}; set agents to one of these: {known}"
    return Finding("switchboard", ok=False, said=told)


def _asked(checked: Checked, place: str, key: str) -> tuple[int, list[Mapping[str, Any]]]:
    """Return the status of an answer, and the objects of its list."""
    url = f"{base_of(checked.settings)}{place}"
    reply = checked.posts.get(url, proof_of(checked.fields), timeout_seconds=SECONDS)
    found = said(reply).get(key)
    listed = found if isinstance(found, list) else []
    return reply.status, [each for each in listed if isinstance(each, Mapping)]
