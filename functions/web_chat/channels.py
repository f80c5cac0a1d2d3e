"""The web channels of the configuration are looked up here, with the sites that may use them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from surgeline.adapters.channels.web import WebChannel
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.domain.company.look import Look
from surgeline.domain.hours import Hours
from surgeline.errors import Unauthorized, Unavailable
from surgeline.runtime.http import Request

ANY = "*"
CORS = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?")


class WebChannels:
    """Looks channels up by id. An unknown channel and a channel of another kind look the same."""

    def __init__(self, configuration: ConfigurationShelf) -> None:
        self._configuration = configuration

    def find(self, channel_id: str) -> WebChannel | None:
        """Return the settings of the web channel of that id, or None."""
        channel = self._configuration.channel(channel_id)
        if channel is None or channel.kind != "web":
            return None
        return channel.own(WebChannel)

    def look(self, channel_id: str) -> tuple[str, Look]:
        """Return the knowledge base and the look of a web channel.

        The look is Surgeline's own while the configuration can't be read.
        """
        with suppress(Unavailable):
            if channel := self._configuration.channel(channel_id):
                return channel.knowledge_base, self._configuration.current().look_of(channel_id)
        return "", Look()

    def hours_shown(self, look: Look) -> Hours | None:
        """Return the opening hours that a look shows, or None."""
        with suppress(Unavailable):
            pools = self._configuration.current().pools
            return next((each.hours for each in pools if each.id == look.hours_of), None)
        return None

    def takes_files(self, channel_id: str) -> bool:
        """Return whether visitors of the channel may send files."""
        channel = None
        with suppress(Unavailable):
            channel = self.find(channel_id)
        return channel is None or channel.files

    def looks(self) -> tuple[Look, ...]:
        """Return the company's look and those of its brands."""
        configuration = self._configuration.current()
        return (configuration.company, *configuration.brands.values())

    def current(self) -> Configuration:
        """Return the configuration in force."""
        return self._configuration.current()

    def used(self, channel_id: str, *, origin: str | None, hosts: tuple[str, ...]) -> str:
        """Return the channel's id if a page of that origin may use it. Raises Unauthorized.

        `hosts` are our own hosts. A page that we served may use every channel.
        """
        channel = self.find(channel_id)
        if channel is None:
            raise Unauthorized(reason="channel")
        if origin and _host_of(origin) not in hosts and not _lists(channel, origin):
            raise Unauthorized(reason="origin")
        return channel_id

    def frames_of(self, channel_id: str) -> str:
        """Return the sites that may frame the channel's page, written as in a content policy.

        No site may while the configuration cannot be read.
        """
        channel = None
        with suppress(Unavailable):
            channel = self.find(channel_id)
        if channel is None:
            return "'none'"
        if ANY in channel.origins:
            return ANY
        return " ".join(["'self'", *filter(_ORIGIN.fullmatch, channel.origins)])

    def crossing(self, request: Request) -> Mapping[str, str]:
        """Return the headers that let a page of another site read the answer to its request."""
        origin, channel_id = request.headers.get("origin"), request.path.get("channel_id")
        if not origin or channel_id is None:
            return {}
        channel = None
        with suppress(Unavailable):
            channel = self.find(channel_id)
        if channel is None or not _lists(channel, origin):
            return {"vary": "Origin"}
        allowed = ANY if ANY in channel.origins else origin
        return {"access-control-allow-origin": allowed, "vary": "Origin"}


def _host_of(origin: str) -> str | None:
    """Return the host and port of an origin, or None where it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _lists(channel: WebChannel, origin: str) -> bool:
    return ANY in channel.origins or origin in channel.origins
