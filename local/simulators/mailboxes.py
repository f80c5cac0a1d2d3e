"""Customers' mailboxes are played here: they take our mails, and customers write from them.

They are pure, with the time as an argument. An SMTP server and the virtual network both fill them.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP, default
from email.utils import formatdate
from typing import cast

from surgeline.application.ports.mails import Letter, MailReply, Stage

from local.simulators.providers.server import Shown

_LINK = re.compile(r'<li><a href="mailto:[^"]*">([^<]*)</a></li>')
_PICTURE = re.compile(r'<img src="([^"]*)"')
OK = 250


@dataclass
class Mailboxes:
    """The mailboxes of all customers, behind one mail server.

    `faults` are answers that the next mails get in place of the usual one, in their order. Each is
    a code, a status such as `5.1.1`, and the step at which it comes.
    """

    faults: list[MailReply] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _newest: dict[str, Message] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _number: int = 0

    def take(self, letter: Letter | None) -> MailReply:
        """Take a mail, or a login without a mail, and answer as a mail server does.

        A mail under a Message-ID that is there already is shown once, as most programs do.
        """
        self.counts["mails" if letter else "logins"] += 1
        if self.faults:
            return self.faults.pop(0)
        if letter is None:
            return MailReply(OK, "2.0.0", "login")
        if "@" not in letter.recipient:
            return MailReply(553, "5.1.3", "recipient")
        mail = message_from_bytes(letter.content, policy=default)
        self.received.append(mail)
        self._newest[str(mail["To"])] = mail
        if (named := str(mail["Message-ID"])) not in self._seen:
            self._seen.add(named)
            self.shown.append(_shown(letter.recipient, mail))
        return MailReply(OK, "2.0.0", "data")

    def text(self, user: str, text: str, *, to: str, now: int, subject: str = "") -> bytes:
        """Return a customer's mail. It answers the newest mail that the customer has."""
        self._number += 1
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Date"] = user, to, formatdate(now / 1000)
        mail["Message-ID"] = f"<{now}.{self._number}@customer.example>"
        last = self._newest.get(user)
        if last is None:
            mail["Subject"] = subject or "Question"
            quoted = ""
        else:
            mail["Subject"] = str(last["Subject"])
            mail.replace_header("To", str(last["Reply-To"]))
            mail["In-Reply-To"] = str(last["Message-ID"])
            mail["References"] = f"{last['References']} {last['Message-ID']}"
            quoted = _quoted(cast("EmailMessage", last))
        mail.set_content(f"{text}\n{quoted}", cte="base64")
        return mail.as_bytes()

    def screen(self, user: str) -> list[str]:
        """Return the texts in a customer's mailbox, in order."""
        return [each.text for each in self.shown if each.user == user]


def fault(code: int, status: str = "", stage: Stage = "data") -> MailReply:
    """Return an answer for `Mailboxes.faults`."""
    return MailReply(code, status, stage)


def _shown(user: str, mail: EmailMessage) -> Shown:
    html = _body(mail, "html")
    labels, pictures = tuple(_LINK.findall(html)), _PICTURE.findall(html)
    files = [str(each.get_filename()) for each in mail.iter_attachments()]
    media = (*pictures, *files, "")[0]
    return Shown(user, str(mail["Subject"]), _body(mail, "plain").strip(), labels, media)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _quoted(mail: EmailMessage) -> str:
    lines = _body(mail, "plain").strip().splitlines()
    said = "\n".join(f"> {line}" for line in lines)
    return f"\nOn {mail['Date']}, {mail['From']} wrote:\n\n{said}\n"
