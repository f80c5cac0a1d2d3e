"""The kind `email` is driven here for the suite of all kinds."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.mails import Letter, MailReply
from surgeline.domain.ids import thread_id
from surgeline.errors import TooMany

from local.simulators.mailboxes import Mailboxes
from local.simulators.providers.files import PICTURE
from local.virtual.front import Answered
from local.virtual.home import VirtualHome
from local.virtual.network import Post
from local.virtual.post_office import Posted
from local.virtual.shop import KEY
from tests.functions.channels.driver import Driver, Event, Refusal

NO_SIGNATURE = "mails are not signed by a secret of ours (RFC 5321); DMARC proves senders"
UNAVAILABLE = 421
HOST, NEXT_HOST = "smtp.shop.example", "smtp2.shop.example"


class EmailServer(Mailboxes):
    """The customers' mailboxes, whose faults may also be written as an HTTP status."""

    def take(self, letter: Any) -> MailReply:
        if self.faults and not isinstance(self.faults[0], MailReply):
            code, said = self.faults.pop(0)
            status, stage = said.get("status", ""), said.get("stage", "data")
            self.faults.insert(0, MailReply(code if said else UNAVAILABLE, status, stage))
        return super().take(letter)


class EmailDriver(Driver):
    """An e-mail channel."""

    KIND = "email"
    DOCUMENTS: ClassVar = {
        "RFC 5321": "https://www.rfc-editor.org/rfc/rfc5321",
        "RFC 5322": "https://www.rfc-editor.org/rfc/rfc5322",
    }
    FIELDS: ClassVar = {
        "address": "support@shop.example",
        "host": HOST,
        "user": "user-1",
        "password": "password-1",
    }
    NEXT_FIELDS: ClassVar = {
        "address": "help@shop.example",
        "host": NEXT_HOST,
        "user": "user-2",
        "password": "password-2",
    }
    CUSTOMERS = ("kim@customer.example", "lee@customer.example")
    CANNOT: ClassVar = {
        "test_the_companys_people_are_told": "subscriptions by mail have a kind of their own",
        "test_a_deleted_text_is_forgotten": "a mail that was sent cannot be taken back (RFC 5322)",
        "test_a_missing_signature_is_refused": NO_SIGNATURE,
        "test_a_foreign_signature_is_refused": NO_SIGNATURE,
        "test_a_changed_body_is_refused": NO_SIGNATURE,
        "test_an_old_request_is_refused": NO_SIGNATURE,
        "test_both_secrets_of_a_rotation_are_accepted": NO_SIGNATURE,
        "test_a_finished_rotation_refuses_the_old_secret": NO_SIGNATURE,
        "test_the_secret_opens_nothing_else": NO_SIGNATURE,
        "test_a_menus_button_is_read": "mails have no menus (RFC 5322)",
        "test_a_person_in_the_providers_app_silences_the_bot": "a mail that people send elsewhere "
        "does not come to us (RFC 5321)",
        "test_a_file_that_can_not_be_fetched_is_told": "a mail brings its files (RFC 2046)",
        "test_an_edit_is_read": "a mail that was sent cannot be edited (RFC 5322)",
        "test_a_long_text_is_whole": "one mail holds a text of any length (RFC 5322, 2.1.1)",
        "test_a_lost_answer_doubles_nothing": "SMTP has no key for repeats (RFC 5321, 6.1); the "
        "repeat has the same Message-ID",
        "test_a_picture_that_is_refused_is_told": "a mail is refused as a whole (RFC 5321)",
        "test_a_closed_window_is_told": "mails may be answered at any time",
        "test_a_missing_profile_holds_nothing_up": "a mail tells its sender's name (RFC 5322)",
        "test_the_language_of_the_profile_counts": "a mail tells the language of its text only",
        "test_a_changed_address_keeps_the_thread": "another address is another sender (RFC 5322)",
        "test_stop_and_start_are_heeded": "the law's STOP is for SMS (47 CFR 64.1200)",
        "test_a_reaction_is_no_message": "a mail has no reactions (RFC 5322)",
        "test_no_character_is_cut": "one mail holds a text of any length (RFC 5322, 2.1.1)",
        "test_a_file_of_no_known_type_is_told": "a mail brings its files (RFC 2046)",
        "test_a_text_that_is_lost_later_is_listed": "a report of a bounce ends the chat (RFC 3464)",
    }
    REFUSED_MESSAGE: ClassVar[Refusal] = (552, {"status": "5.3.4", "stage": "data"})
    REFUSED_RECIPIENT: ClassVar[Refusal] = (550, {"status": "5.1.1", "stage": "recipient"})
    REFUSED_ACCOUNT: ClassVar[Refusal] = (535, {"status": "5.7.8", "stage": "login"})
    SPENT_QUOTA: ClassVar[Refusal] = (550, {"status": "5.4.5", "stage": "data"})
    THROTTLED: ClassVar[Refusal] = (451, {"status": "4.7.1", "stage": "recipient"})
    ONE_MESSAGE = 1_000_000
    MOST_BUTTONS = 13

    server: EmailServer

    def __init__(self, home: VirtualHome) -> None:
        super().__init__(home)
        self._stored = 0
        self.letters: list[Letter | None] = []
        for host in (HOST, NEXT_HOST):
            home.post_office.serve(host, self._post)

    def new_server(self) -> EmailServer:
        return EmailServer()

    def new_channel(self) -> dict[str, Any]:
        return {"kind": self.KIND, "fields": dict(self.FIELDS)}

    def text(self, user: str, text: str) -> Event:
        to = self.FIELDS["address"]
        mail = self.server.text(user, text, to=to, now=self.home.clock.now())
        return {"mail": mail.replace(f"From: {user}".encode(), f"From: Sam <{user}>".encode(), 1)}

    def picture(self, user: str) -> Event:
        lines = {
            "From": user,
            "To": self.FIELDS["address"],
            "Message-ID": "<picture@customer.example>",
            "Content-Type": "image/png; name=photo.png",
            "Content-Transfer-Encoding": "base64",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return {"mail": f"{head}\r\n".encode() + base64.b64encode(PICTURE)}

    def events(self, user: str) -> Mapping[str, Event]:
        thread = thread_id(KEY, "mine", user)

        def mail(body: str = "", **headers: str) -> Event:
            self._stored += 1
            usual = {
                "From": user,
                "To": self.FIELDS["address"],
                "Message-ID": f"<e{self._stored}@customer.example>",
                "Content-Type": "text/plain; charset=utf-8",
            }
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            lines = "".join(f"{name}: {value}\r\n" for name, value in {**usual, **given}.items())
            return {"mail": f"{lines}\r\n{body}".encode()}

        report = "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        about = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nReferences: <{thread}@x>\r\n"
        receipt = "--b\r\nContent-Type: message/disposition-notification\r\n\r\nx: y\r\n--b--\r\n"
        feedback = "multipart/report; report-type=feedback-report; boundary=b"
        file = "--b\r\nContent-Type: image/png; name={}.png\r\n\r\nx\r\n"
        two = f"{file.format('one')}{file.format('two')}--b--\r\n"
        return {
            "picture": mail("x", Content_Type="image/jpeg; name=photo.jpg"),
            "two pictures": mail(two, Content_Type="multipart/mixed; boundary=b"),
            "contact": mail("BEGIN:VCARD", Content_Type="text/vcard; name=kim.vcf"),
            "sticker": mail("👍"),
            "place": mail("https://maps.example/?q=37.5,127.0"),
            "quote": mail("And this one?\r\n\r\n> An earlier answer."),
            "unknown message": mail("x", Subject="Look", Content_Type="model/hologram"),
            "group": mail("Hello all", List_Id="<friends.customer.example>"),
            "other module": mail("x", X_Loop="helpdesk"),
            "read receipt": mail(receipt, Content_Type="multipart/report; boundary=b"),
            "no sender": mail("x", From=""),
            "unknown event": mail("x", Auto_Submitted="auto-generated"),
            "joined": mail("Welcome", From="no-reply@customer.example"),
            "echo": mail("x", From=self.FIELDS["address"]),
            "left": mail(f"{report}{about}--b--\r\n", Content_Type=feedback),
        }

    def repeated(self, event: Event) -> Event:
        return {"mail": b"Received: from another.example\r\n" + event["mail"]}

    def request(
        self, events: list[Event], fields: Mapping[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        raise NotImplementedError("each mail is stored alone")

    def resigned(self, body: bytes) -> dict[str, str]:
        del body
        return {}

    # ------------------------------------------------------------ what happens

    def send(self, *events: Event, fields: Mapping[str, str] | None = None) -> Answered:
        """Store each mail, and return the worst answer."""
        del fields
        worst = 200
        for each in events:
            content = each["mail"] if isinstance(each, dict) and "mail" in each else b"%r" % (each,)
            worst = max(worst, self.post(content, {}).status)
        return Answered(worst, {}, "")

    def post(
        self, body: bytes, headers: Mapping[str, str], *, kind: str = "", channel: str = "mine"
    ) -> Answered:
        """Store a mail as a receiving server does. What is not taken in answers 401 or 429."""
        del headers, kind
        self._stored += 1
        key, blobs = f"mail/{channel}/{self._stored}", self.home.backend.blobs()
        blobs.put(key, body)
        try:
            self.home.drain("uploads")
        except TooMany:
            return Answered(429, {}, "")
        return Answered(401 if key in blobs.keys("mail/") else 200, {}, "")

    def _post(self, posted: Posted) -> MailReply:
        seen = {"user": posted.by.user, "password": posted.by.password}
        content = posted.letter.content if posted.letter else b""
        self.calls.append(Post(posted.by.host, seen, content, posted.at))
        self.letters.append(posted.letter)
        reply = self.server.take(posted.letter)
        if self.lost:
            raise SendFailed(self.lost.pop(0), sent=True)
        return reply
