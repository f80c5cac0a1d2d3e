"""Replies to customers' mails are sent here, each as one mail under one id."""

from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.email.judge import judge
from surgeline.adapters.channels.email.settings import KIND_NAME, mailbox_of
from surgeline.adapters.channels.email.write import write
from surgeline.adapters.channels.enclosed import enclosed
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.conversations.take_mail import answered_mail
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, SendFailed
from surgeline.application.ports.mails import Letter
from surgeline.application.ports.targets import Refused, SendResult


class Replies:
    """Sends each delivery as one mail. Many threads may send at once.

    SMTP has no key by which a server knows a repeat. After a lost answer the same mail is sent once
    more, under the same Message-ID.
    """

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        parts = self._parts
        sets = field_sets(parts.secrets, delivery.target_id, KIND_NAME)
        if not sets:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        mailbox = mailbox_of(sets[0])
        message = delivery.payload["message"]
        named = message.get("in_reply_to") if isinstance(message, dict) else None
        answered = answered_mail(parts.blobs, delivery.thread_id, named)
        attached = attached_to(message, sets[0]) if isinstance(message, dict) else []
        files = enclosed(attached, parts.blobs, delivery.thread_id)
        mail = write(delivery, mailbox, answered, attached, files)
        letter = Letter(mail.sender, mail.recipient, mail.content)
        try:
            reply = parts.mails.send(letter, mailbox.smarthost, timeout_seconds=timeout_seconds)
        except SendFailed as error:
            return Refused(
                outcome=error.reason,
                milliseconds=error.milliseconds,
                unhealthy=True,
                attempted=error.attempted,
            )
        return judge(reply)
