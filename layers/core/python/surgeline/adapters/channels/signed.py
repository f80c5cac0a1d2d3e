"""The channel kind `signed` lives here: a company's own system, over signed webhooks both ways."""

from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, url_problems
from surgeline.adapters.webhook_delivery import post_delivery
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused, SendResult, Target


@dataclass(frozen=True, slots=True)
class SignedChannel:
    """The settings of a signed channel. `reply_url` is the URL that takes the replies."""

    reply_url: str


class ReplyWebhooks:
    """Posts each reply to its channel's reply URL."""

    def __init__(self, parts: TargetParts) -> None:
        self._configuration = parts.configuration
        self._webhooks = parts.webhooks

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        result, _ = post_delivery(
            self._webhooks,
            delivery,
            url=channel.own(SignedChannel).reply_url,
            secret=f"channels/{channel.id}",
            timeout_seconds=timeout_seconds,
        )
        return result


def _problems(settings: SignedChannel, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    return url_problems("reply_url", settings.reply_url, allow_loopback)


def _target(parts: TargetParts) -> Target:
    return ReplyWebhooks(parts)


KIND = Kind(SignedChannel, _problems, target=_target)
