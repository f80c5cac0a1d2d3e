"""The way out to subscribers is here. A subscription that was ended is sent nothing any more."""

from surgeline.adapters.channels.email.judge import judge
from surgeline.adapters.channels.email.settings import KIND_NAME, mailbox_of
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.adapters.subscriptions.chat import in_chat
from surgeline.adapters.subscriptions.letter import letter_of
from surgeline.adapters.webhook_delivery import post_delivery
from surgeline.application.deliveries.targets import TargetParts, Targets
from surgeline.application.ports.deliveries import Delivery, SendFailed
from surgeline.application.ports.targets import Refused, SendResult
from surgeline.application.subscriptions.messages import in_test
from surgeline.domain.alerts.subscription import Subscription


class Subscribers:
    """Sends each delivery to its subscriber, by mail, into a chat or as a signed webhook.

    A chat is reached as the customers of its channel are, or as the people of its pool.
    """

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts
        self._chats = Targets(parts)

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        found = self._parts.configuration.subscription(delivery.target_id)
        if found is None:
            return Refused(outcome="subscription ended", final=True, attempted=False)
        found = in_test(found, delivery)
        if found.kind == "email":
            return self._mail(delivery, found, timeout_seconds)
        if found.kind == "chat":
            said = in_chat(delivery, found)
            return self._chats.find(said).send(said, timeout_seconds=timeout_seconds)
        result, _ = post_delivery(
            self._parts.webhooks,
            delivery,
            url=found.url,
            secret=f"subscriptions/{found.id}",
            timeout_seconds=timeout_seconds,
        )
        return result

    def _mail(self, delivery: Delivery, found: Subscription, timeout_seconds: float) -> SendResult:
        sets = field_sets(self._parts.secrets, found.channel, KIND_NAME)
        if not sets:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        mailbox = mailbox_of(sets[0])
        letter = letter_of(delivery, sender=mailbox.address, to=found.to)
        try:
            reply = self._parts.mails.send(
                letter, mailbox.smarthost, timeout_seconds=timeout_seconds
            )
        except SendFailed as error:
            return Refused(
                outcome=error.reason,
                milliseconds=error.milliseconds,
                unhealthy=True,
                attempted=error.attempted,
            )
        return judge(reply)


TARGET = Subscribers
