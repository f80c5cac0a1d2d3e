"""A delivery to a pool becomes a mail to its mailbox here, in plain text and in HTML.

The mails of one conversation are one thread. Each mail's sender and answer address name its offer,
so that any answer finds its place.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.adapters.channels.email.write import Head, Written, mailto, sendable, whole_mail
from surgeline.adapters.desks.article_words import article_lines
from surgeline.adapters.desks.email.read import LINE
from surgeline.adapters.desks.email.settings import EmailDesk
from surgeline.adapters.desks.wording import (
    COMMANDS,
    ENDS,
    SILENT,
    code_of,
    offer_lines,
    told_text,
    words_of,
)
from surgeline.application.conversations.take_mail import MailAnswer
from surgeline.application.deliveries.offer_answers import OFFERED
from surgeline.application.deliveries.to_desks.telling import TOLD
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.desk_links import DeskLink

NAME: Final = "Surgeline"
_ANSWERS: Final = ("re:", "aw:", "sv:", "antw:", "회신:", "답장:")


def text_for(delivery: Delivery) -> str:
    """Return the text of the mail for a delivery, or nothing where no mail is sent."""
    write = _TEXTS.get(delivery.event)
    return write(delivery) if write else ""


def write_desk_mail(
    delivery: Delivery,
    text: str,
    *,
    link: DeskLink,
    mailbox: Mailbox,
    desk: EmailDesk,
    answered: MailAnswer | None,
) -> Written:
    """Return the mail to the pool's mailbox, in the thread of the link's conversation."""
    tagged = mailbox.tagged(link.ref)
    is_offer = delivery.event == OFFERED
    subject = f"[{code_of(link.conversation_id)}] A customer waits for a person"
    if not is_offer:
        known = answered.subject if answered and answered.subject else subject
        subject = known if known.lower().startswith(_ANSWERS) else f"Re: {known}"
    own = link.ref if is_offer else f"{delivery.id}.{link.ref}"
    head = Head(
        name=NAME,
        sender=tagged,
        recipient=desk.mailbox,
        subject=subject,
        at=delivery.at,
        id=f"{own}@{mailbox.domain}",
        root=f"{link.conversation_id}.{link.ref}@{mailbox.domain}",
        reply_to=tagged,
        mark=mailbox.address,
    )
    links = [
        (word, mailto(mailbox.tagged(f"{link.ref}-{word}"), subject, ""))
        for word in _words(delivery)
    ]
    whole = f"{LINE}\n\n{text}\n"
    parts = ((_with_commands(whole, links), "plain"), (_html(whole, links), "html"))
    content = whole_mail(head, None if is_offer else answered, parts, delivery.id)
    return Written(tagged, sendable(desk.mailbox), content)


def write_notice_mail(delivery: Delivery, *, mailbox: Mailbox, desk: EmailDesk) -> Written:
    """Return the mail that tells the pool's mailbox of changed articles. An answer is ignored."""
    own = f"{delivery.id}@{mailbox.domain}"
    head = Head(
        name=NAME,
        sender=mailbox.address,
        recipient=desk.mailbox,
        subject="Answers have changed",
        at=delivery.at,
        id=own,
        root=own,
        reply_to=mailbox.address,
        mark=mailbox.address,
        is_automatic=True,
    )
    text = "\n".join(article_lines(delivery)) + "\n"
    content = whole_mail(head, None, ((text, "plain"), (_html(text, []), "html")), delivery.id)
    return Written(mailbox.address, sendable(desk.mailbox), content)


def _offer(delivery: Delivery) -> str:
    return "\n".join(
        ["Answer this mail, and the customer gets your answer.", *offer_lines(delivery)]
    )


def _message(delivery: Delivery) -> str:
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    return f"The customer wrote:\n\n{words_of(message)}"


def _told(delivery: Delivery) -> str:
    return "" if delivery.payload.get("what") in SILENT else told_text(delivery)


_TEXTS: Mapping[str, Callable[[Delivery], str]] = {
    OFFERED: _offer,
    "conversation.message": _message,
    TOLD: _told,
    **ENDS,
}


def _words(delivery: Delivery) -> tuple[str, ...]:
    """Return the commands that a mail has links for."""
    if delivery.event == OFFERED:
        return ("accept", "decline")
    return ("resolve", "return") if delivery.event == "conversation.message" else ()


def _with_commands(text: str, links: list[tuple[str, str]]) -> str:
    if not links:
        return text
    commands = "\n".join(f"  {each}" for each in COMMANDS)
    return f"{text}\nCommands, each on a line of its own above or below your answer:\n{commands}\n"


def _html(text: str, links: list[tuple[str, str]]) -> str:
    lines = "<br>\n".join(escape(each) for each in _with_commands(text, links).splitlines())
    pressed = " &middot; ".join(f'<a href="{escape(url)}">{word}</a>' for word, url in links)
    return f"<!DOCTYPE html>\n<html><body>\n<p>{lines}</p>\n<p>{pressed}</p>\n</body></html>\n"
