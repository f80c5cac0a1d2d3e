"""A file at Telegram is fetched here: its path is asked for first."""

from urllib.parse import quote

from surgeline.adapters.channels.telegram.render import method_path
from surgeline.adapters.media.fetching import CannotFetch, Fetching
from surgeline.application.ports.targets import Refused


def fetch(fetching: Fetching) -> bytes:
    """Return a file by its id. Raises CannotFetch. Bots get files of up to 20 MB."""
    base = fetching.settings.api_base
    asked = f"{method_path(fetching.fields, 'getFile')}?file_id={quote(fetching.ref, safe='')}"
    found = fetching.ask(f"{base}{asked}", {}).get("result")
    path = found.get("file_path") if isinstance(found, dict) else None
    if not isinstance(path, str):
        raise CannotFetch(Refused(outcome="protocol"))
    token = quote(fetching.fields.get("bot_token", ""), safe=":")
    return fetching.download(f"{base}/file/bot{token}/{quote(path)}")
