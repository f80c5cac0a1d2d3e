"""The settings of a pool that works in Chatwoot, and what its pages show of it, are here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from surgeline.adapters.configuration.kinds import api_base_problems

KIND_NAME: Final = "chatwoot"
RING_SECONDS: Final = 300
"""How long an offer stands in Chatwoot, where people look every few minutes."""


@dataclass(frozen=True, slots=True)
class ChatwootDesk:
    """The settings of a pool that works in Chatwoot.

    `account_id` is the number of the account, which stands in the address of its pages. `api_base`
    is the Chatwoot server.
    """

    account_id: int
    api_base: str = "https://app.chatwoot.com"


FIELDS = {
    "inbox_identifier": "Settings, Inboxes, your API inbox, Configuration: 'Inbox Identifier'",
    "api_access_token": "Profile settings of an agent for this system: 'Access Token'",
    "webhook_secret": "Settings, Integrations, Webhooks, your webhook: its secret",
}
STEPS = (
    "Chatwoot, Settings, Integrations, Webhooks: add {hook_url}",
    "Let it tell of message_created, message_updated and conversation_updated.",
    "Let it tell of conversation_status_changed and conversation_typing_on too.",
    "If its secret is another one: surgeline pool rotate {channel_id} --field webhook_secret=-",
    "Let people who take conversations be agents of the inbox.",
)


def settings_problems(settings: ChatwootDesk, allow_loopback: bool) -> Iterable[str]:  # as Kind
    """Yield the problems of the settings."""
    if settings.account_id < 1:
        yield "account_id: give the number in the address of your Chatwoot's pages"
    yield from api_base_problems(settings, allow_loopback)
