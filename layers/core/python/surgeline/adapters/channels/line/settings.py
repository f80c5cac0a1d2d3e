"""The settings of a LINE channel, and what LINE's consoles show of it, are here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

KIND_NAME = "line"
API_BASE = "https://api.line.me"


@dataclass(frozen=True, slots=True)
class LineChannel:
    """The settings of a LINE channel. `api_base` is the server that takes what is sent.

    `profiles` says if LINE is asked for customers' names: `on` or `off`.
    """

    api_base: str = API_BASE
    profiles: str = "on"


FIELDS = {
    "channel_secret": (
        "LINE Developers console, the channel, tab 'Basic settings', 'Channel secret'"
    ),
    "channel_access_token": (
        "LINE Developers console, the channel, tab 'Messaging API', 'Channel access token'"
    ),
    "groups": "your wish: mentions, if the account answers in groups that mention it",
}
OPTIONAL = frozenset({"groups"})


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together."""
    if fields.get("groups", "mentions") != "mentions":
        yield "fields.groups: give mentions, or leave it out"


STEPS = (
    "LINE Developers console, the channel, tab 'Messaging API', 'Webhook URL': enter {hook_url}",
    "In the same place turn on 'Use webhook' and 'Webhook redelivery', and press 'Verify'.",
    "LINE Official Account Manager, 'Response settings': turn off 'Auto-response messages'.",
)
