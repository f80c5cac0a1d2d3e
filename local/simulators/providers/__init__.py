"""Stand-ins for the servers of channels' providers live here, one module each.

A new one is its module and one line in `SERVERS`.
"""

from collections.abc import Mapping

from local.simulators.providers.kakao import KakaoServer
from local.simulators.providers.line import LineServer
from local.simulators.providers.page import InstagramServer, MessengerServer
from local.simulators.providers.server import ProviderServer
from local.simulators.providers.slack import SlackServer
from local.simulators.providers.telegram import TelegramServer
from local.simulators.providers.twilio import TwilioServer
from local.simulators.providers.whatsapp import WhatsAppServer

SERVERS: Mapping[str, type[ProviderServer]] = {
    "instagram": InstagramServer,
    "kakao": KakaoServer,
    "line": LineServer,
    "messenger": MessengerServer,
    "slack": SlackServer,
    "telegram": TelegramServer,
    "twilio": TwilioServer,
    "whatsapp": WhatsAppServer,
}
