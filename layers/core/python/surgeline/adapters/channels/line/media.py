"""A file at LINE is fetched here, from the server that LINE has for contents."""

from urllib.parse import quote

from surgeline.adapters.channels.line.settings import API_BASE
from surgeline.adapters.media.fetching import Fetching

DATA_BASE = "https://api-data.line.me"


def fetch(fetching: Fetching) -> bytes:
    """Return a message's content, or what is at the address of an app. Raises CannotFetch."""
    if "://" in fetching.ref:
        return fetching.download(fetching.ref)
    base = fetching.settings.api_base
    base = DATA_BASE if base == API_BASE else base
    token = fetching.fields.get("channel_access_token", "")
    return fetching.download(
        f"{base}/v2/bot/message/{quote(fetching.ref, safe='')}/content",
        {"authorization": f"Bearer {token}"},
    )
