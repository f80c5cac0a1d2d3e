"""A file at WhatsApp is fetched here: its address is asked for first, and is good for minutes."""

from urllib.parse import quote

from surgeline.adapters.channels.meta.graph import VERSION, bearer
from surgeline.adapters.media.fetching import CannotFetch, Fetching, is_of
from surgeline.application.ports.targets import Refused

FILES = "https://lookaside.fbsbx.com"
"""The server of Meta's files, the only other one that gets the token."""


def fetch(fetching: Fetching) -> bytes:
    """Return a file by its id. Raises CannotFetch."""
    base, proof = fetching.settings.api_base, bearer(fetching.fields)
    asked = f"{base}/{VERSION}/{quote(fetching.ref, safe='')}"
    url = fetching.ask(asked, proof).get("url")
    if not isinstance(url, str) or not is_of(url, base, FILES):
        raise CannotFetch(Refused(outcome="protocol"))
    return fetching.download(url, proof)
