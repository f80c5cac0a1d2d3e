"""The hook of a Meta channel is tried here as Meta tries it: by a request that Meta could sign."""

import hashlib
import hmac

from surgeline.adapters.channels.own_hook import try_hook
from surgeline.adapters.configuration.providers import Checked, Finding


def try_signed(checked: Checked) -> Finding:
    """Post a signed request without events to the hook."""
    body = b'{"object":"test","entry":[]}'
    secret = checked.fields.get("app_secret", "").encode()
    proof = f"sha256={hmac.digest(secret, body, hashlib.sha256).hex()}"
    headers = {"content-type": "application/json", "x-hub-signature-256": proof}
    return try_hook(checked, headers, body)
