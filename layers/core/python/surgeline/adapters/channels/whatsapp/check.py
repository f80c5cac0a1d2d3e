"""A WhatsApp channel's settings are tried here, with calls that send nothing to anybody."""

from surgeline.adapters.channels.meta.graph import try_token
from surgeline.adapters.channels.meta.own_hook import try_signed
from surgeline.adapters.channels.whatsapp.render import messages_path
from surgeline.adapters.configuration.providers import Checked, Finding


def check(checked: Checked) -> list[Finding]:
    """Try the access token, and the hook by a request that Meta could have signed."""
    body = {"messaging_product": "whatsapp"}
    return [try_token(checked, messages_path(checked.fields), body), try_signed(checked)]
