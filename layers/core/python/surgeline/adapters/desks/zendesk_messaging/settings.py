"""The settings of a pool that works in Zendesk's messaging, and what its pages show, are here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from surgeline.adapters.configuration.kinds import api_base_problems

KIND_NAME: Final = "zendesk-messaging"
RING_SECONDS: Final = 300
"""How long an offer stands in the agents' workspace, where people look every few minutes."""
_APP_ID: Final = re.compile(r"[0-9a-f]{24}")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True)
class ZendeskMessagingDesk:
    """The settings of a pool that works in Zendesk's messaging.

    `api_base` is the account's own server, such as https://shop.zendesk.com, and `app_id` its app
    of conversations. Control passes to the switchboard integration `agents`.
    """

    api_base: str
    app_id: str
    agents: str = "zd-agentWorkspace"


FIELDS = {
    "key_id": "Admin Center, Apps and integrations, APIs, Conversations API: the key's id",
    "key_secret": "the same page: the key's secret, which is shown once",
    "webhook_secret": "Admin Center, Integrations, Conversations integrations: shared secret",
}
STEPS = (
    "Zendesk's Admin Center, Apps and integrations, Conversations integrations: make one",
    "Its webhook is {hook_url}, in the form v2.",
    "Let it tell of messages, typing, and the switchboard's passControl and releaseControl.",
    "If its secret is another one: surgeline pool rotate {channel_id} --field webhook_secret=-",
    "Triggers of messaging: say nothing by themselves in conversations with the tag surgeline.",
)


def settings_problems(settings: ZendeskMessagingDesk, allow_loopback: bool) -> Iterable[str]:
    """Yield the problems of the settings."""
    if not _APP_ID.fullmatch(settings.app_id):
        yield "app_id: give the 24 characters of the app that the page Conversations API shows"
    if not _NAME.fullmatch(settings.agents):
        yield "agents: give the name of a switchboard integration, such as zd-agentWorkspace"
    yield from api_base_problems(settings, allow_loopback)
