"""The kind `signed` lives here: a system of the company's own, over signed webhooks both ways."""

from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, url_problems


@dataclass(frozen=True, slots=True)
class SignedChannel:
    """`reply_url` is where the replies go."""

    reply_url: str


def _problems(settings: SignedChannel, allow_loopback: bool) -> Iterable[str]:  # the Kind's
    return url_problems("reply_url", settings.reply_url, allow_loopback)


KIND = Kind(SignedChannel, _problems)
