"""The mailbox of a team is played here: it takes our mails, and its people answer them.

It is pure, with the time as an argument.
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import formatdate, parseaddr

from surgeline.application.ports.mails import Letter, MailReply

from local.simulators.desks.tools import Acts, Brought

OK = 250
_WROTE = re.compile(r"The customer wrote:\n\n(.*?)\n+Commands, each on a line", re.DOTALL)
_LINK = re.compile(r'<a href="mailto:([^?"]*)[^"]*">(\w+)</a>')


@dataclass
class TeamMailbox:
    """One team's mailbox. `faults` are answers that the next mails get in place of the usual one.

    A mail under an id that is there already is shown once, as mail programs do.
    """

    address: str
    faults: list[MailReply] = field(default_factory=list)
    received: list[EmailMessage] = field(default_factory=list)
    _number: int = 0

    def take(self, letter: Letter | None) -> MailReply:
        """Take a mail, or a login without a mail."""
        if self.faults:
            return self.faults.pop(0)
        if letter is not None:
            mail = message_from_bytes(letter.content, policy=default)
            if str(mail["Message-ID"]) not in {str(each["Message-ID"]) for each in self.received}:
                self.received.append(mail)
        return MailReply(OK, "2.0.0", "data")

    def places(self) -> list[EmailMessage]:
        """Return the mails that begin a conversation, the oldest first."""
        return [each for each in self.received if "In-Reply-To" not in each and _is_offer(each)]

    def answer(
        self, mail: EmailMessage, text: str, *, person: str, now: int, command: str = ""
    ) -> bytes:
        """Return a person's answer to a mail of ours, with that mail quoted below.

        With a `command` it is the mail that the command's link opens.
        """
        self._number += 1
        links = {word: address for address, word in _LINK.findall(_body(mail, "html"))}
        answer = EmailMessage(policy=SMTP)
        answer["From"] = person
        answer["To"] = links[command] if command else parseaddr(str(mail["Reply-To"]))[1]
        answer["Date"] = formatdate(now / 1000)
        answer["Subject"] = _answering(str(mail["Subject"]))
        answer["Message-ID"] = f"<{now}.{self._number}@team.example>"
        answer["In-Reply-To"] = str(mail["Message-ID"])
        answer["References"] = f"{mail['References']} {mail['Message-ID']}"
        quoted = "" if command else _quoted(mail)
        answer.set_content(f"{text}\n{quoted}", cte="base64")
        return answer.as_bytes()

    def texts(self) -> list[str]:
        """Return the subject and text of every mail, the oldest first."""
        return [f"{each['Subject']}\n{_body(each, 'plain')}" for each in self.received]


class MailboxTool(Acts):
    """The people of a mailbox. A place is a thread of mails, by the id that they all refer to."""

    def __init__(self, address: str) -> None:
        self.mailbox = TeamMailbox(address)

    def take(self, letter: Letter | None) -> tuple[MailReply, list[Brought]]:
        """Take a mail, or a login without one, and return what it brought."""
        known = len(self.mailbox.received)
        reply = self.mailbox.take(letter)
        return reply, [_brought(each) for each in self.mailbox.received[known:]]

    def accept(self, place: str, person: str, *, now: int) -> bytes:
        """Send the mail that the offer's link opens."""
        return self._answer(self._mails(place)[0], person, "", now, "accept")

    def decline(self, place: str, person: str, *, now: int) -> bytes:
        """Send the mail that the offer's link opens."""
        return self._answer(self._mails(place)[0], person, "", now, "decline")

    def write(self, place: str, person: str, text: str, *, now: int) -> bytes:
        """Answer the newest mail of the place."""
        return self._answer(self._mails(place)[-1], person, text, now)

    def _mails(self, place: str) -> list[EmailMessage]:
        return [each for each in self.mailbox.received if _place_of(each) == place]

    def _answer(
        self, mail: EmailMessage, person: str, text: str, now: int, command: str = ""
    ) -> bytes:
        local = ".".join(person.lower().split())
        sender = f"{person} <{local}@{self.mailbox.address.partition('@')[2]}>"
        return self.mailbox.answer(mail, text, person=sender, now=now, command=command)


def _brought(mail: EmailMessage) -> Brought:
    text = _body(mail, "plain")
    found = _WROTE.search(text)
    return Brought(_place_of(mail), found[1] if found else text, found is not None)


def _place_of(mail: EmailMessage) -> str:
    return str(mail["References"]).split()[0]


def _is_offer(mail: EmailMessage) -> bool:
    return not str(mail["Subject"]).startswith("Re:")


def _answering(subject: str) -> str:
    return subject if subject.startswith("Re:") else f"Re: {subject}"


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _quoted(mail: EmailMessage) -> str:
    lines = _body(mail, "plain").strip().splitlines()
    said = "\n".join(f"> {line}" for line in lines)
    return f"\nOn {mail['Date']}, Surgeline wrote:\n\n{said}\n"
