"""The settings of a pool that works in Slack, and what Slack's pages show of it, are here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from surgeline.adapters.channels.slack.settings import API_BASE, FIELDS
from surgeline.adapters.configuration.kinds import api_base_problems

__all__ = ["FIELDS", "RING_SECONDS", "STEPS", "SlackDesk", "settings_problems", "wrong_place"]

KIND_NAME: Final = "slack"
RING_SECONDS: Final = 300
"""How long an offer stands in Slack, where people look every few minutes."""
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,40}")


@dataclass(frozen=True, slots=True)
class SlackDesk:
    """The settings of a pool that works in Slack.

    `channel` is the id of the channel in which its people are. `api_base` is the server that takes
    what is sent.
    """

    channel: str
    api_base: str = API_BASE


STEPS = (
    "api.slack.com/apps, your app, 'Event Subscriptions': turn it on, and enter {hook_url}",
    "In the same place subscribe to message.channels, message.groups and reaction_added.",
    "'Interactivity & Shortcuts': turn it on, and enter {hook_url} too.",
    "'OAuth & Permissions': the bot needs chat:write, channels:history and groups:history.",
    "In the same place add reactions:read, users:read and files:read.",
    "Install the app again, because new scopes count only then.",
    "In Slack, write /invite @YOUR-APP in the channel.",
)


def settings_problems(settings: SlackDesk, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    """Yield the problems of the settings."""
    if not _CHANNEL.fullmatch(settings.channel):
        yield "channel: give the channel's id, such as C0123ABCD: open its details in Slack"
    yield from api_base_problems(settings, allow_loopback)


def wrong_place(name: str) -> str:
    """Return what is wrong with a place that a person names: there is only the pool's channel."""
    return "leave it out: the pool's own channel is told" if name else ""
