"""Pools that are reached over signed webhooks live here (docs/pool-protocol.md)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, url_problems
from surgeline.adapters.webhook_delivery import post_delivery
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Accepted, Declined, Refused, SendResult, Target

ANSWER_CHARACTERS = 100
"""A name or a reason in the answer to an offer is cut to this many characters."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """The settings of a pool's webhook. `url` is the URL that takes the events."""

    url: str


class PoolWebhooks:
    """Posts each event to its pool's URL. A pool may answer an offer in its reply."""

    def __init__(self, parts: TargetParts) -> None:
        self._configuration = parts.configuration
        self._webhooks = parts.webhooks

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        pool = self._configuration.pool(delivery.target_id)
        if pool is None:
            return Refused(outcome="unknown pool", final=True, attempted=False)
        result, body = post_delivery(
            self._webhooks,
            delivery,
            url=pool.own(Webhook).url,
            secret=f"pools/{pool.id}",
            timeout_seconds=timeout_seconds,
        )
        if isinstance(result, Refused) or delivery.event != OFFERED:
            return result
        return _offer_answer(body, result.status, result.milliseconds) or result


def _offer_answer(body: bytes, status: int | None, milliseconds: int) -> SendResult | None:
    """Return the pool's answer to an offer, or None if its reply is only a receipt."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, or nested without end
        return None
    if not isinstance(said, dict):
        return None
    if said.get("accepted") is True:
        name = said["agent"].get("name") if isinstance(said.get("agent"), dict) else None
        agent = name[:ANSWER_CHARACTERS] if isinstance(name, str) else None
        return Accepted(status, milliseconds, agent)
    if said.get("accepted") is False:
        reason = str(said.get("reason", "declined"))[:ANSWER_CHARACTERS]
        return Declined(status, milliseconds, reason)
    return None


def _problems(settings: Webhook, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    return url_problems("url", settings.url, allow_loopback)


def _target(parts: TargetParts) -> Target:
    return PoolWebhooks(parts)


KIND = Kind(Webhook, _problems, target=_target)
