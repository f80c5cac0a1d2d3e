"""A mail to a pool's own address is read here as what a person did."""

import hashlib
import re
from typing import Final, Literal

from surgeline.adapters.channels.email.headers import (
    addresses,
    machine,
    message_id,
    proved,
    references,
)
from surgeline.adapters.channels.email.history import MOST_LINES, own_words
from surgeline.adapters.channels.email.hypertext import text_of
from surgeline.adapters.channels.email.mime import Mime, read_mime
from surgeline.adapters.channels.email.reports import report_of
from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.adapters.desks.email.settings import EmailDesk
from surgeline.application.conversations.take_mail import MailAnswer
from surgeline.application.desks.acts import (
    Act,
    Closed,
    DeskSaid,
    GaveBack,
    Left,
    Noted,
    Took,
    Unsent,
)
from surgeline.application.desks.take_desk_mail import ReadDeskMail
from surgeline.application.desks.words import read_words
from surgeline.domain.ids import OFFER
from surgeline.domain.plain_text import plain_text, says_something

LINE: Final = "-- Answer above this line --"
"""The first line of our mails. What stands below it in an answer is history."""
MOST_SUBJECT: Final = 200
MOST_NAME: Final = 100
MOST_REFERENCES: Final = 20
_TAGGED = re.compile(rf"\+({OFFER})(?:-([a-z]{{2,10}}))?@")
_NAMED = re.compile(rf"(?:^|[.<])({OFFER})(?=[.@])")
_BY_ADDRESS: dict[str, Act] = {
    "accept": Took(),
    "decline": Left(),
    "resolve": Closed(),
    "return": GaveBack(),
}


def read_desk_mail(raw: bytes, mailbox: Mailbox, desk: EmailDesk) -> ReadDeskMail:
    """Return what a mail to a pool's address is. Raises nothing."""
    mime = read_mime(raw)
    offer_id, word = _place(mime)
    report = report_of(mime)
    if report is not None:
        quoted = "\n".join(text for _, text in mime.reports)
        about = offer_id or _named(quoted)
        kind: Literal["bounced", "ignored"] = "bounced" if report == "bounced" else "ignored"
        return ReadDeskMail(kind if about else "ignored", report, about)
    if not offer_id:
        return ReadDeskMail("ignored", "no place")
    [(name, sender), *_] = addresses(mime, "from") or [("", "")]
    known = desk.knows(sender)
    answer = _answer(mime, sender) if known else None
    if why := machine(mime, mailbox.address):
        return ReadDeskMail("ignored", why, offer_id, answer=answer)
    if not known:
        return ReadDeskMail("ignored", "not of the pool", offer_id)
    if mailbox.receiver and not proved(mime, mailbox.receiver, sender):
        return ReadDeskMail("ignored", "not proved", offer_id)
    said = DeskSaid(
        ref=offer_id,
        own_id=_own_id(mime, raw),
        acts=_acts(mime, word),
        person=sender,
        agent=plain_text(name).strip()[:MOST_NAME] or None,
    )
    return ReadDeskMail("said", "", offer_id, said, answer)


def _place(mime: Mime) -> tuple[str, str]:
    """Return the offer that a mail is about, and the command in its address, if any."""
    for name in ("delivered-to", "x-original-to", "envelope-to", "to", "cc"):
        for value in mime.every(name):
            if found := _TAGGED.search(value.lower()):
                return found[1], found[2] or ""
    return _named("\n".join(references(mime))), ""


def _named(text: str) -> str:
    """Return the offer that the last id of ours in a text names, or that an address names."""
    lower = text.lower()
    if found := _TAGGED.search(lower):
        return found[1]
    ids = [each[1] for each in re.finditer(_NAMED, lower)]
    return ids[-1] if ids else ""


def _acts(mime: Mime, word: str) -> tuple[Act, ...]:
    """Return what the person did.

    A command in the address stands alone, because a signature below it is no words.
    """
    if word:
        return (_BY_ADDRESS.get(word, Unsent("word", word)),)
    if not mime.whole:
        return (Unsent("empty"),)
    acts = read_words(_words(mime))
    if mime.attachments and not any(isinstance(each, Noted) for each in acts):
        acts = (*acts, Unsent("file"))
    return acts or (Unsent("empty"),)


def _words(mime: Mime) -> str:
    """Return the person's own words. Where no program marked our mail as quoted, its line does."""
    said = _framed(mime.plain) or own_words(mime.plain)
    if not says_something(said):
        html = text_of(mime.html)
        said = _framed(html) or own_words(html)
    return plain_text(said.partition(LINE)[0]).strip()


def _framed(text: str) -> str:
    """Return the words that a helpdesk's template has put between the lines `[[` and `]]`."""
    lines = [each.strip() for each in text.splitlines()[:MOST_LINES]]
    if "[[" not in lines or "]]" not in lines[(first := lines.index("[[")) :]:
        return ""
    return "\n".join(text.splitlines()[first + 1 : lines.index("]]", first)])


def _answer(mime: Mime, sender: str) -> MailAnswer:
    subject = plain_text(mime.first("subject")).strip()[:MOST_SUBJECT]
    known = tuple(references(mime)[-MOST_REFERENCES:])
    return MailAnswer(message_id(mime), known, subject, sender)


def _own_id(mime: Mime, raw: bytes) -> str:
    return f"mail/{(message_id(mime) or hashlib.sha256(raw).hexdigest())[:200]}"
