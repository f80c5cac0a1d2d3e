"""The settings of a LINE channel, and what LINE's consoles show of it, are here."""

from dataclasses import dataclass

KIND_NAME = "line"
API_BASE = "https://api.line.me"


@dataclass(frozen=True, slots=True)
class LineChannel:
    """The settings of a LINE channel. `api_base` is the server that takes what is sent."""

    api_base: str = API_BASE


FIELDS = {
    "channel_secret": (
        "LINE Developers console, the channel, tab 'Basic settings', 'Channel secret'"
    ),
    "channel_access_token": (
        "LINE Developers console, the channel, tab 'Messaging API', 'Channel access token'"
    ),
}
STEPS = (
    "LINE Developers console, the channel, tab 'Messaging API', 'Webhook URL': enter {hook_url}",
    "In the same place turn on 'Use webhook' and 'Webhook redelivery', and press 'Verify'.",
    "LINE Official Account Manager, 'Response settings': turn off 'Auto-response messages'.",
)
