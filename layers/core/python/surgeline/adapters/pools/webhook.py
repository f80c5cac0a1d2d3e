"""Pools that are reached over signed webhooks live here (docs/pool-protocol.md)."""

from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, url_problems


@dataclass(frozen=True, slots=True)
class Webhook:
    """`url` is where the pool takes in events."""

    url: str


def _problems(settings: Webhook, allow_loopback: bool) -> Iterable[str]:  # the Kind's
    return url_problems("url", settings.url, allow_loopback)


KIND = Kind(Webhook, _problems)
