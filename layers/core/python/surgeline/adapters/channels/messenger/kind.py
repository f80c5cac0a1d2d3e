"""The kind `messenger` is put together here: its settings, its fields and its limits."""

from dataclasses import dataclass

from surgeline.adapters.channels.meta.graph import API_BASE
from surgeline.adapters.channels.meta.page_kind import check, page_kind
from surgeline.adapters.channels.meta.profile import asking_for
from surgeline.adapters.channels.meta.say import Limits
from surgeline.adapters.channels.text import utf16
from surgeline.adapters.configuration.providers import Provider

FIELDS = {
    "app_secret": "Meta for Developers, the app, 'App settings', 'Basic', 'App secret'",
    "verify_token": "a word of your own: letters and digits (such as of `openssl rand -hex 16`)",
    "access_token": (
        "Meta for Developers, the app, 'Messenger', 'Messenger API settings', the page, 'Generate'"
    ),
}
STEPS = (
    "Meta for Developers, the app, 'Messenger API settings', 'Callback URL': enter {hook_url}",
    "In the same place enter the verify_token, and press 'Verify and save'.",
    "Subscribe the page to messages, messaging_postbacks, message_edits and message_echoes.",
)


@dataclass(frozen=True, slots=True)
class MessengerChannel:
    """The settings of a Messenger channel. `api_base` is the server that takes what is sent.

    `after_window` says how people's words go out after 24 hours: `human_agent`, or not at all.
    `profiles` says if Meta is asked for customers' names: `on` or `off`.
    """

    api_base: str = API_BASE
    after_window: str = ""
    profiles: str = "on"


KIND = page_kind(
    "messenger",
    MessengerChannel,
    Provider(fields=FIELDS, steps=STEPS, check=check),
    Limits(2_000, utf16, tags=True),
    asking_for("first_name", "last_name"),
)
