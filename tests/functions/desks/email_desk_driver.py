"""The kind `email` is driven here for the suite of all desks."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, ClassVar

from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.mails import MailReply

from local.simulators.desks.mailbox import TeamMailbox
from local.virtual.post_office import Posted
from tests.functions.desks.desk_driver import KIM, LEE, DeskDriver, Event

ADDRESS, TEAM, HOST = "desk@shop.example", "team@shop.example", "smtp.shop.example"
PEOPLE = {KIM: "Kim <kim@shop.example>", LEE: "Lee <lee@shop.example>"}


class EmailDeskDriver(DeskDriver):
    """A pool that works in a mailbox."""

    KIND = "email"
    CANNOT: ClassVar = {
        "test_the_people_of_a_pool_are_told_of_alerts": "mails have a kind of their own",
        "test_a_file_reaches_the_customer": "its files are not fetched, and the person is told so",
        "test_changed_words_are_corrected": "a mail that was sent cannot be edited (RFC 5322)",
        "test_words_that_are_deleted_stay": "a mail that was sent cannot be edited (RFC 5322)",
        "test_whoever_takes_it_reads_the_customers_file": "the mail that takes an offer is the "
        "answer itself, so that a file would come too late; an offer after the look-up has it",
        "test_a_lost_answer_doubles_nothing": "SMTP has no key for repeats (RFC 5321, 6.1); the "
        "repeat has the same Message-ID, which mail programs show once",
    }

    def open_tool(self) -> None:
        self.mailbox = TeamMailbox(TEAM)
        self.lost = 0
        self.stored = 0
        self.home.post_office.serve(HOST, self._take)

    def new_pool(self) -> dict[str, Any]:
        fields = {"address": ADDRESS, "host": HOST}
        return {"reached_by": "email", "mailbox": TEAM, "fields": fields, "priority": 10}

    def places(self) -> list[EmailMessage]:
        return self.mailbox.places()

    def seen(self) -> list[str]:
        return self.mailbox.texts()

    def accept(self, place: EmailMessage, person: str = KIM) -> Event:
        return self._command(place, "accept", person)

    def decline(self, place: EmailMessage, person: str = KIM) -> Event:
        return self._command(place, "decline", person)

    def write(self, place: EmailMessage, text: str, person: str = KIM) -> Event:
        now = self.home.clock.now()
        return self.mailbox.answer(place, text, person=PEOPLE[person], now=now)

    def resolve(self, place: EmailMessage, person: str = KIM) -> Event:
        return self.write(place, "#resolve", person)

    def with_file(self, event: Event) -> Event:
        mail = message_from_bytes(event, policy=SMTP)
        mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
        return mail.as_bytes()

    def echo(self) -> Event:
        return self.mailbox.received[-1].as_bytes()

    def forged(self, place: EmailMessage, text: str) -> Event:
        now = self.home.clock.now()
        return self.mailbox.answer(place, text, person="Kim <kim@elsewhere.example>", now=now)

    def deliver(self, event: Event) -> int:
        """Store a mail as a receiving server does."""
        self.stored += 1
        key = f"mail/pool.{self.pool_id}/{self.stored}"
        self.home.backend.blobs().put(key, event)
        self.home.drain("uploads")
        return 200 if key not in self.home.backend.blobs().keys("mail/") else 503

    def break_tool(self, answers: int, *, before: int = 0) -> None:
        assert before in (0, 1)  # an offer is one mail
        if before:
            return
        self.mailbox.faults += [MailReply(421, "4.3.2", "sender")] * answers

    def refuse_field(self) -> None:
        self.mailbox.faults.append(MailReply(535, "5.7.8", "login"))

    def lose_answer(self, before: int = 0) -> None:
        assert not before
        self.lost += 1

    def _command(self, place: EmailMessage, word: str, person: str) -> Event:
        now = self.home.clock.now()
        return self.mailbox.answer(place, "", person=PEOPLE[person], now=now, command=word)

    def _take(self, posted: Posted) -> MailReply:
        reply = self.mailbox.take(posted.letter)
        if self.lost:
            self.lost -= 1
            raise SendFailed("timeout", sent=True)
        return reply
