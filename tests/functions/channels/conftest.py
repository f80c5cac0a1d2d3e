"""Every test here plays once for each kind of channel.

`SURGELINE_DRIVER=package.module:Class` plays them for that driver alone: for a channel of
somebody's own, which needs no line in this repository.
"""

import os
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from surgeline.adapters.configuration.kinds import CHANNELS, Kinds
from surgeline.adapters.hooks import HOOKS, PROVIDERS

from functions.channel_webhook.handler import build
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
from tests.functions.toys.harbour.driver import HarbourDriver
from tests.often import often

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


def _driven() -> dict[str, type[Driver]]:
    """Return the drivers of this run: the named one, or all. `make explore` has the example too."""
    if not (named := os.environ.get("SURGELINE_DRIVER")):
        return DRIVERS | often({}, {HarbourDriver.KIND: HarbourDriver})
    module, _, name = named.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    own: type[Driver] = getattr(import_module(module), name)
    return {own.KIND: own}


DRIVEN = _driven()


def home_of(kind: type[Driver], folder: Path) -> VirtualHome:
    """Return a home that knows the kind, also where no registry names it."""
    if not kind.MODULE:
        return VirtualHome(folder)
    hooks = {**HOOKS, kind.KIND: f"{kind.MODULE}.hook"}
    return VirtualHome(
        folder,
        kinds=Kinds(channels={**CHANNELS, kind.KIND: f"{kind.MODULE}.kind"}),
        builds={"channel_webhook": partial(build, hooks=hooks)},
    )


@pytest.fixture(params=DRIVEN.values(), ids=DRIVEN.keys())
def mine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """Yield a channel of each kind, or skip what its provider does not have."""
    kind: type[Driver] = request.param
    if reason := kind.CANNOT.get(request.function.__name__):
        pytest.skip(f"{kind.KIND} cannot: {reason}")
    home = home_of(kind, tmp_path)
    yield kind(home)
    home.close()
