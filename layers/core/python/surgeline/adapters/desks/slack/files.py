"""Files that people add to a reply in Slack are read and fetched here.

Only servers of Slack's get the bot's token, and nothing else is fetched.
"""

import re
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from surgeline.adapters.channels.readings import MAX_NAME, Part, media_of, parts, text_of
from surgeline.adapters.media.fetching import CannotFetch, Fetching, is_of
from surgeline.application.desks.acts import Act, Attached, Unsent
from surgeline.application.media.kept import MOST_BYTES
from surgeline.application.ports.targets import Refused

_ID = re.compile(r"F[A-Z0-9]{2,40}")
_SLACK: Final = "slack.com"
_GONE: Final = ("tombstone", "hidden_by_limit")
_SHARED_LATER: Final = "check_file_info"
"""Slack tells no more of a file that another workspace shares, until it is asked."""
_NOT_ALLOWED: Final = ("missing_scope", "not_allowed_token_type", "no_permission")


def files_of(message: Part) -> tuple[Act, ...]:
    """Return the files of a message as acts, with a reason for those that do not go."""
    return tuple(_act(each) for each in parts(message, "files"))


def _act(file: Part) -> Act:
    name = text_of(file.get("name") or file.get("title"), MAX_NAME).strip()
    mode, size = file.get("mode"), file.get("size")
    if mode in _GONE:
        return Unsent("file", name, "gone")
    if mode == "external" or file.get("is_external") is True:
        return Unsent("file", name, "elsewhere")
    if isinstance(size, int) and size > MOST_BYTES:
        return Unsent("file", name, "too large")
    ref = file.get("url_private_download") or file.get("url_private")
    if file.get("file_access") == _SHARED_LATER or not ref:
        ref = file.get("id")
    found = media_of("file", ref)
    return Attached(found[0]["ref"], name) if found else Unsent("file", name, "gone")


def fetch(fetching: Fetching) -> bytes:
    """Return the file at an address of Slack's, or of the id. Raises CannotFetch."""
    url = fetching.ref if "/" in fetching.ref else _address(fetching)
    if not _is_slacks(url) and not is_of(url, fetching.settings.api_base):
        raise CannotFetch(Refused(outcome="elsewhere", final=True, attempted=False))
    return fetching.download(url, _proof(fetching))


def _address(fetching: Fetching) -> str:
    """Ask Slack where a file is."""
    if not _ID.fullmatch(fetching.ref):
        raise CannotFetch(Refused(outcome="gone", final=True, attempted=False))
    asked = urlencode({"file": fetching.ref})
    url = f"{fetching.settings.api_base}/api/files.info?{asked}"
    answer = fetching.ask(url, _proof(fetching))
    file: Any = answer.get("file")
    found = file if isinstance(file, dict) else {}
    if answer.get("ok") is not True:
        scope = answer.get("error") in _NOT_ALLOWED
        raise CannotFetch(Refused(outcome="account: files" if scope else "gone", final=True))
    act = _act({**found, "file_access": "visible"})
    if not isinstance(act, Attached) or "/" not in act.ref:
        reason = act.reason if isinstance(act, Unsent) else "gone"
        raise CannotFetch(Refused(outcome=reason, final=True))
    return act.ref


def _proof(fetching: Fetching) -> dict[str, str]:
    return {"authorization": f"Bearer {fetching.fields.get('bot_token', '')}"}


def _is_slacks(url: str) -> bool:
    try:
        address = urlsplit(url)
        host = (address.hostname or "").lower()
    except ValueError:
        return False
    return address.scheme == "https" and (host == _SLACK or host.endswith(f".{_SLACK}"))
