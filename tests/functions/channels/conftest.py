"""Every test here plays once for each kind of channel."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from surgeline.adapters.hooks import PROVIDERS

from local.virtual.home import VirtualHome
from tests.functions.channels.driver import Driver
from tests.functions.channels.email_driver import EmailDriver
from tests.functions.channels.kakao_driver import KakaoDriver
from tests.functions.channels.line_driver import LineDriver
from tests.functions.channels.page_drivers import InstagramDriver, MessengerDriver
from tests.functions.channels.slack_driver import SlackDriver
from tests.functions.channels.telegram_driver import TelegramDriver
from tests.functions.channels.twilio_driver import TwilioDriver
from tests.functions.channels.whatsapp_driver import WhatsAppDriver

DRIVERS: dict[str, type[Driver]] = {
    "instagram": InstagramDriver,
    "kakao": KakaoDriver,
    "line": LineDriver,
    "messenger": MessengerDriver,
    "slack": SlackDriver,
    "telegram": TelegramDriver,
    "twilio": TwilioDriver,
    "email": EmailDriver,
    "whatsapp": WhatsAppDriver,
}
assert set(DRIVERS) == {*PROVIDERS, "email"}


@pytest.fixture(params=DRIVERS.values(), ids=DRIVERS.keys())
def mine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """Yield a channel of each kind, or skip what its provider does not have."""
    kind: type[Driver] = request.param
    if reason := kind.CANNOT.get(request.function.__name__):
        pytest.skip(f"{kind.KIND} cannot: {reason}")
    home = VirtualHome(tmp_path)
    yield kind(home)
    home.close()
