"""The driver of each kind of desk stands here under the kind's name."""

from tests.functions.desks.chatwoot_desk_driver import ChatwootDeskDriver
from tests.functions.desks.desk_driver import DeskDriver
from tests.functions.desks.email_desk_driver import EmailDeskDriver
from tests.functions.desks.slack_desk_driver import SlackDeskDriver
from tests.functions.desks.zendesk_desk_driver import ZendeskDeskDriver
from tests.functions.desks.zendesk_messaging_desk_driver import ZendeskMessagingDeskDriver

DESKS: dict[str, type[DeskDriver]] = {
    "email": EmailDeskDriver,
    "slack": SlackDeskDriver,
    "chatwoot": ChatwootDeskDriver,
    "zendesk": ZendeskDeskDriver,
    "zendesk-messaging": ZendeskMessagingDeskDriver,
}
