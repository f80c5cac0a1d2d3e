"""The kind `instagram` is put together here: its settings, its fields and its limits."""

from dataclasses import dataclass

from surgeline.adapters.channels.meta.page_kind import check, page_kind
from surgeline.adapters.channels.meta.profile import asking_for
from surgeline.adapters.channels.meta.say import Limits
from surgeline.adapters.configuration.providers import Provider

API_BASE = "https://graph.instagram.com"
FIELDS = {
    "app_secret": (
        "Meta for Developers, the app, 'Instagram', 'API setup with Instagram login', "
        "'Instagram app secret'"
    ),
    "verify_token": "a word of your own: letters and digits (such as of `openssl rand -hex 16`)",
    "access_token": (
        "Meta for Developers, the app, 'Instagram', 'API setup with Instagram login', the account, "
        "'Generate token'"
    ),
}
STEPS = (
    "Meta for Developers, the app, 'Instagram', 'API setup', 'Callback URL': enter {hook_url}",
    "In the same place enter the verify_token, and press 'Verify and save'.",
    "Subscribe to messages, messaging_postbacks and messaging_seen.",
    "Instagram, 'Settings', 'Messages', 'Connected tools': allow access to messages.",
)


@dataclass(frozen=True, slots=True)
class InstagramChannel:
    """The settings of an Instagram channel. `api_base` is the server that takes what is sent.

    `after_window` says how people's words go out after 24 hours: `human_agent`, or not at all.
    `profiles` says if Meta is asked for customers' names: `on` or `off`.
    """

    api_base: str = API_BASE
    after_window: str = ""
    profiles: str = "on"


def utf8(text: str) -> int:
    """Return the length in bytes of UTF-8."""
    return len(text.encode(errors="replace"))


KIND = page_kind(
    "instagram",
    InstagramChannel,
    Provider(fields=FIELDS, steps=STEPS, check=check),
    Limits(1_000, utf8, tags=False),
    asking_for("name"),
)
