"""Offers and messages are sent to a pool's mailbox here, each as one mail under one id."""

from surgeline.adapters.channels.email.judge import judge
from surgeline.adapters.channels.email.settings import Mailbox, mailbox_of
from surgeline.adapters.channels.email.write import Written
from surgeline.adapters.desks.email.settings import KIND_NAME, EmailDesk
from surgeline.adapters.desks.email.write import text_for, write_desk_mail, write_notice_mail
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.answers.notices.tell_pools import CHANGED
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.desks.take_desk_mail import desk_answer
from surgeline.application.ports.deliveries import Delivery, SendFailed
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.mails import Letter
from surgeline.application.ports.targets import Delivered, Refused, SendResult


class DeskMails:
    """Sends each delivery as one mail. Many threads may send at once.

    After a lost answer the same mail is sent once more, under the same Message-ID. Requests for
    more seats need no mail: people come by themselves.
    """

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        parts = self._parts
        pool = parts.configuration.pool(delivery.target_id)
        if pool is None:
            return Refused(outcome="unknown pool", final=True, attempted=False)
        sets = field_sets(parts.secrets, pool.id, KIND_NAME, item="pools")
        if not sets:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        mailbox, desk = mailbox_of(sets[0]), pool.own(EmailDesk)
        mail = self._mail(delivery, mailbox, desk)
        if mail is None:
            return Delivered()
        letter = Letter(mail.sender, mail.recipient, mail.content)
        try:
            return judge(
                parts.mails.send(letter, mailbox.smarthost, timeout_seconds=timeout_seconds)
            )
        except SendFailed as error:
            return Refused(
                outcome=error.reason,
                milliseconds=error.milliseconds,
                unhealthy=True,
                attempted=error.attempted,
            )

    def _mail(self, delivery: Delivery, mailbox: Mailbox, desk: EmailDesk) -> Written | None:
        """Return the mail, or None with nothing to say, or nobody who was ever told of it."""
        if delivery.event == CHANGED:
            return write_notice_mail(delivery, mailbox=mailbox, desk=desk)
        text = text_for(delivery)
        link = self._link(delivery) if text else None
        if link is None:
            return None
        answered = desk_answer(self._parts.blobs, delivery.thread_id, delivery.target_id)
        return write_desk_mail(
            delivery, text, link=link, mailbox=mailbox, desk=desk, answered=answered
        )

    def _link(self, delivery: Delivery) -> DeskLink | None:
        """Return the place of a delivery. An offer's place is there before its mail is sent."""
        links, pool_id, offer_id = self._parts.desk_links, delivery.target_id, delivery.offer_id
        if delivery.event == OFFERED and offer_id:
            link = DeskLink(
                pool_id=pool_id,
                ref=offer_id,
                conversation_id=delivery.conversation_id,
                offer_id=offer_id,
                epoch=delivery.epoch,
                at=delivery.at,
            )
            links.tie(link)
            return link
        if offer_id:
            return links.find(pool_id, offer_id)
        return links.of(pool_id, delivery.conversation_id, delivery.epoch)
