"""A mail is read here as a customer's message, as a report, or as what is never answered."""

import hashlib
from typing import Literal

from surgeline.adapters.channels.email.headers import (
    follows,
    machine,
    message_id,
    proved,
    references,
    sender_of,
    thread_named,
)
from surgeline.adapters.channels.email.history import own_words
from surgeline.adapters.channels.email.hypertext import text_of
from surgeline.adapters.channels.email.mime import Mime, kinds_of, read_mime
from surgeline.adapters.channels.email.reports import report_of, reported_thread
from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.application.conversations.take_mail import MailAnswer, ReadMail
from surgeline.domain.plain_text import plain_text, says_something

MOST_TEXT = 10_000
MOST_SUBJECT = 200
MOST_NAME = 100
MOST_ATTACHMENTS = 100
MOST_REFERENCES = 20
UNREADABLE = "[a mail that could not be read]"
AUTOMATIC = "[automatic answer]"
CUT = "\n[…]"


def read_mail(raw: bytes, mailbox: Mailbox) -> ReadMail:
    """Return what a mail is. One without an id of its own is named by its bytes. Raises nothing."""
    mime = read_mime(raw)
    if (report := report_of(mime)) is not None:
        thread = reported_thread(mime)
        left = report in ("bounced", "complained") and thread
        return ReadMail("left" if left else "ignored", report, "mail-server", thread)
    name, sender = sender_of(mime)
    if why := machine(mime, mailbox.address):
        return _of_machine(mime, why, sender, raw)
    text = _words(mime)
    attached = min(len(mime.attachments), MOST_ATTACHMENTS)
    if not attached and not says_something(text):
        return ReadMail("ignored", "without words", sender, thread_named(mime))
    subject = _short(mime.first("subject"), MOST_SUBJECT)
    customer: dict[str, str | bool] = {
        "email": sender,
        "email_verified": proved(mime, mailbox.receiver, sender),
        "name": _short(name, MOST_NAME),
        "subject": subject,
        "attached": _short(", ".join(mime.attachments), MOST_SUBJECT),
    }
    return ReadMail(
        "message",
        sender=sender,
        thread=thread_named(mime),
        event_id=_event_id(mime, raw),
        text=text,
        attachments=attached,
        files=tuple(zip(kinds_of(mime), mime.attachments, strict=True))[:attached],
        customer={key: value for key, value in customer.items() if value != ""},
        answer=MailAnswer(
            message_id(mime), tuple(references(mime)[-MOST_REFERENCES:]), subject, sender
        ),
    )


def _of_machine(mime: Mime, why: str, sender: str, raw: bytes) -> ReadMail:
    """Return a machine's mail. Only a person's automatic answer is shown to people, as such."""
    said = own_words(mime.plain) or own_words(text_of(mime.html))
    noted = why == "automatic" and mime.whole and says_something(said)
    text = _cut(f"{AUTOMATIC} {plain_text(said).strip()}") if noted else ""
    kind: Literal["note", "ignored"] = "note" if noted else "ignored"
    thread = thread_named(mime)
    return ReadMail(kind, why, sender, thread, event_id=_event_id(mime, raw), text=text)


def _event_id(mime: Mime, raw: bytes) -> str:
    return f"mail/{(message_id(mime) or hashlib.sha256(raw).hexdigest())[:200]}"


def _words(mime: Mime) -> str:
    """Return the customer's own words, with the subject where it says what the text does not."""
    if not mime.whole:
        return UNREADABLE
    plain = own_words(mime.plain)
    html = "" if says_something(plain) else own_words(text_of(mime.html))
    text = plain_text(plain or html).strip()
    subject = plain_text(mime.first("subject")).strip()
    fresh = subject and not follows(subject)
    if not says_something(text):
        text = subject if fresh or not mime.attachments else ""
    elif fresh and len(subject.split()) > 2 and subject.lower() not in text.lower():  # noqa: PLR2004 # a sentence
        text = f"{subject}\n\n{text}"
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - len(CUT)] + CUT


def _short(text: str, most: int) -> str:
    return plain_text(text).strip()[:most]
