"""A file at Twilio is fetched here. Only Twilio's own server gets the account's credentials.

Twilio sends on to a server of files, which gets none of them.
"""

import base64

from surgeline.adapters.media.fetching import Fetching, is_of


def fetch(fetching: Fetching) -> bytes:
    """Return the file at a message's address. Raises CannotFetch."""
    fields = fetching.fields
    account = fields.get("account_sid", "")
    ours = f"{fetching.settings.api_base}/2010-04-01/Accounts/{account}/"
    if not is_of(fetching.ref, ours) or not fetching.ref.startswith(ours):
        return fetching.download(fetching.ref)
    proof = base64.b64encode(f"{account}:{fields.get('auth_token', '')}".encode()).decode()
    return fetching.download(fetching.ref, {"authorization": f"Basic {proof}"})
