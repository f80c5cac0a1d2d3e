"""The settings of a pool that works in Zendesk, and what its pages show of it, are here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from surgeline.adapters.configuration.kinds import api_base_problems

KIND_NAME: Final = "zendesk"
RING_SECONDS: Final = 900
"""How long an offer stands in Zendesk, where people look now and then."""


@dataclass(frozen=True, slots=True)
class ZendeskDesk:
    """The settings of a pool that works in Zendesk.

    `api_base` is the account's own server, such as https://shop.zendesk.com.
    """

    api_base: str


FIELDS = {
    "email": "the address of an agent for this system, in Zendesk's Admin Center, People",
    "api_token": "Admin Center, Apps and integrations, APIs, Zendesk API: a token",
    "webhook_secret": "Admin Center, Apps and integrations, Webhooks, yours: 'Reveal secret'",
}
STEPS = (
    "Zendesk's Admin Center, Apps and integrations, Webhooks: create one to {hook_url}",
    "Let it tell of Zendesk events: ticket comment added, status changed, agent assigned.",
    "If its secret is another one: surgeline pool rotate {channel_id} --field webhook_secret=-",
    "Admin Center, Triggers: mail requesters nothing about tickets with the tag surgeline.",
)


def settings_problems(settings: ZendeskDesk, allow_loopback: bool) -> Iterable[str]:  # as Kind
    """Yield the problems of the settings."""
    yield from api_base_problems(settings, allow_loopback)
