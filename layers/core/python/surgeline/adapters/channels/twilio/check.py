"""A Twilio channel's settings are tried here, with calls that send nothing to anybody."""

from urllib.parse import urlencode

from surgeline.adapters.channels.own_hook import SECONDS, try_hook
from surgeline.adapters.channels.twilio.api import headers_of, messages_url
from surgeline.adapters.channels.twilio.proof import form_of, sign
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

DENIED = (401, 403)
OK = 200
RECEIPT = urlencode({"MessageSid": "SM0", "MessageStatus": "sent"}).encode()
"""A receipt, which has no effect."""


def check(checked: Checked) -> list[Finding]:
    """Try the account's fields, and the hook with a receipt as Twilio signs it."""
    token = checked.fields["auth_token"].encode()
    proof = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": sign(checked.hook_url, form_of(RECEIPT), token).decode(),
    }
    return [_account(checked), try_hook(checked, proof, RECEIPT)]


def _account(checked: Checked) -> Finding:
    """Ask for the newest message, which only the account itself may see."""
    name = "auth_token"
    url = f"{messages_url(checked.settings.api_base, checked.fields)}?PageSize=1"
    try:
        reply = checked.posts.get(url, headers_of(checked.fields), timeout_seconds=SECONDS)
    except SendFailed as error:
        said = f"Twilio could not be asked ({error.reason}); try again"
        return Finding(name, ok=False, said=said)
    if reply.status == OK:
        return Finding(name, ok=True, said="Twilio accepts it with the account_sid")
    if reply.status in DENIED:
        advice = "copy both again, then `surgeline channel rotate ID --field auth_token=-`"
        return Finding(name, ok=False, said=f"Twilio refuses it with that account_sid: {advice}")
    return Finding(
        name, ok=False, said=f"Twilio could not be asked (HTTP {reply.status}); try again"
    )
