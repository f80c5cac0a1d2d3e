"""A message to a customer becomes a mail here, in plain text and in HTML.

Its ids follow from the delivery, so that a repeat is the same mail.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import formataddr, formatdate
from html import escape
from urllib.parse import quote

from surgeline.adapters.channels.attached import Shown, in_words
from surgeline.adapters.channels.choices import labels_of, numbered_text, own_text
from surgeline.adapters.channels.email.headers import is_answer
from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.adapters.channels.enclosed import Enclosed, shown_in_html, with_files
from surgeline.application.conversations.take_mail import MailAnswer
from surgeline.application.ports.deliveries import Delivery

MOST_REFERENCES = 10
MOST_SUBJECT = 200
_PAGE = re.compile(r"https://[^\s<>\"]{1,500}")
_POLICY = Compat32(linesep="\r\n")
"""The older policy never takes a long id apart, which some mail programs then would not know."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail that is ready to go."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The facts in the headers of a mail of ours.

    `id` is the mail's own, and `root` the id that all mails of its thread refer to. Both are
    without angle brackets. `reply_to` is where answers go. `at` is in UTC epoch ms.
    """

    name: str
    sender: str
    recipient: str
    subject: str
    at: int
    id: str
    root: str
    reply_to: str
    mark: str
    is_automatic: bool = False


def write(
    delivery: Delivery,
    mailbox: Mailbox,
    answered: MailAnswer | None,
    attached: Sequence[Shown] = (),
    files: Mapping[Shown, Enclosed] | None = None,
) -> Written:
    """Return the mail for a delivery, which answers the customer's mail if there is one.

    `attached` is what the delivery has besides its text. `files` are those of it that go with the
    mail. The mail has the addresses of the others.
    """
    message = delivery.payload["message"]
    assert isinstance(message, Mapping)
    thread, tagged = delivery.thread_id, mailbox.tagged(delivery.thread_id)
    recipient = str(delivery.payload["sender"])
    subject = _subject(answered, mailbox)
    head = Head(
        name=_name(message),
        sender=mailbox.address,
        recipient=recipient,
        subject=subject,
        at=delivery.at,
        id=f"{delivery.id}.{thread}@{mailbox.domain}",
        root=f"{thread}@{mailbox.domain}",
        reply_to=tagged,
        mark=mailbox.address,
        is_automatic=message.get("speaker") != "person",
    )
    enclosed = files or {}
    others = [each for each in attached if each not in enclosed]
    said = in_words(others)
    text = own_text(message, said)
    links = [(label, mailto(tagged, subject, n)) for n, label in enumerate(labels_of(message), 1)]
    hidden = [each.words for each in others if not each.url]
    parts = (
        (numbered_text(message, said) + "\n", "plain"),
        (_html("\n\n".join([text, *hidden]), links, shown_in_html(others)), "html"),
    )
    content = whole_mail(head, answered, parts, delivery.id, list(enclosed.values()))
    return Written(tagged, sendable(recipient), content)


def whole_mail(
    head: Head,
    answered: MailAnswer | None,
    parts: Sequence[tuple[str, str]],
    boundary: str,
    files: Sequence[Enclosed] = (),
) -> bytes:
    """Return the bytes of a mail. `parts` are its texts with their subtypes, the plainest first."""
    recipient = sendable(head.recipient)
    said = MIMEMultipart("alternative", boundary=f"=_{boundary}")
    for text, subtype in parts:
        said.attach(_part(text, subtype))
    mail = with_files(said, files, f"=_f{boundary}") if files else said
    mail["From"] = formataddr((head.name, head.sender))
    mail["To"] = recipient if recipient.isascii() else "undisclosed-recipients:;"
    subject = head.subject
    mail["Subject"] = subject if subject.isascii() else Header(subject, "utf-8").encode()
    mail["Date"] = formatdate(head.at / 1000)
    mail["Message-ID"] = f"<{head.id}>"
    if answered and answered.message_id:
        mail["In-Reply-To"] = answered.message_id
    mail["References"] = " ".join(_references(f"<{head.root}>", answered))
    mail["Reply-To"] = head.reply_to
    if head.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Surgeline"] = head.mark
    return mail.as_bytes(policy=_POLICY)


def sendable(address: str) -> str:
    """Return the address with its domain in ASCII, which every server takes, if it has such."""
    local, _, domain = address.rpartition("@")
    try:
        return address if domain.isascii() else f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _part(text: str, subtype: str) -> MIMEText:
    charset = Charset("utf-8")
    mostly_ascii = 2 * sum(each.isascii() for each in text) >= len(text)
    charset.body_encoding = QP if mostly_ascii else BASE64
    sent = text.encode("utf-8", "replace").decode()  # half a character can't be sent
    return MIMEText(sent, subtype, charset)  # type: ignore[arg-type] # it takes charsets too


def _name(message: Mapping[str, object]) -> str:
    agent = message.get("agent")
    name = str(agent.get("name", "")) if isinstance(agent, Mapping) else ""
    return "".join(each for each in name if each.isprintable())[:80]


def _subject(answered: MailAnswer | None, mailbox: Mailbox) -> str:
    subject = " ".join(answered.subject.split())[:MOST_SUBJECT] if answered else ""
    if not subject:
        return f"Re: {mailbox.address}"
    return subject if is_answer(subject) else f"Re: {subject}"


def _references(root: str, answered: MailAnswer | None) -> list[str]:
    """Return the ids of the thread, ours first, because some services replace a mail's own id."""
    if answered is None:
        return [root]
    known = [each for each in answered.references if each != root][-MOST_REFERENCES:]
    return list(dict.fromkeys(filter(None, [root, *known, answered.message_id])))


def _html(text: str, links: Sequence[tuple[str, str]], shown: str = "") -> str:
    paragraphs = "".join(
        f"<p>{'<br>'.join(map(_linked, each.splitlines()))}</p>\n"
        for each in text.split("\n\n")
        if each.strip()
    )
    items = "".join(
        f'<li><a href="{escape(url)}">{escape(label)}</a></li>\n' for label, url in links
    )
    listed = f"<ol>\n{items}</ol>\n" if items else ""
    return f"<!DOCTYPE html>\n<html><body>\n{paragraphs}{shown}{listed}</body></html>\n"


def _linked(line: str) -> str:
    """Return a line as HTML, in which addresses of pages can be pressed."""
    said, place = [], 0
    for found in _PAGE.finditer(line):
        url = found[0].rstrip(".,;:!?)'\"")
        said += [escape(line[place : found.start()]), f'<a href="{escape(url)}">{escape(url)}</a>']
        place = found.start() + len(url)
    return "".join([*said, escape(line[place:])])


def mailto(address: str, subject: str, said: int | str) -> str:
    """Return a link that opens a mail with that subject and text."""
    return f"mailto:{quote(address, safe='@+')}?subject={quote(subject)}&body={quote(str(said))}"
