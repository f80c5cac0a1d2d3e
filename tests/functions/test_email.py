"""Whole conversations by e-mail play through the production functions and a stand-in server."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from surgeline.domain.ids import thread_id
from surgeline.errors import Unavailable

from local.virtual.home import VirtualHome
from local.virtual.shop import KEY
from tests.functions.channels.driver import HOURS, RETURNS
from tests.functions.channels.email_driver import EmailDriver

QUESTION = "When are you open?"
PERSON = "I want to talk to a person"
KIM, LEE = EmailDriver.CUSTOMERS
SUPPORT = EmailDriver.FIELDS["address"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[EmailDriver]:
    """Yield an e-mail channel in a virtual home."""
    home = VirtualHome(tmp_path)
    yield EmailDriver(home)
    home.close()


def sent(shop: EmailDriver) -> EmailMessage:
    """Return the newest mail that a customer got."""
    return cast("EmailMessage", shop.server.received[-1])


def deliver(shop: EmailDriver, text: str = QUESTION, **headers: str) -> None:
    """Store a customer's mail, and let everything happen that is due now."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    usual = {"From": KIM, "To": SUPPORT, "Message-ID": f"<{len(shop.calls)}.{hash(text)}@kim>"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**usual, **given}.items() if value)
    assert shop.post(f"{lines}\r\n{text}".encode(), {}).status == 200
    shop.home.drain()


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n").strip()


# ---------------------------------------------------------------- answers


def test_an_answer_has_the_headers_of_an_answer(shop: EmailDriver) -> None:
    """It names the mail that it answers, its thread, and that a machine wrote it."""
    deliver(shop, Subject="Opening", Message_ID="<q@kim>", References="<old@kim>")
    mail, thread = sent(shop), thread_id(KEY, "mine", KIM)
    assert (mail["From"], mail["To"], mail["Subject"]) == (SUPPORT, KIM, "Re: Opening")
    assert mail["In-Reply-To"] == "<q@kim>"
    assert str(mail["References"]).split() == [f"<{thread}@shop.example>", "<old@kim>", "<q@kim>"]
    assert mail["Reply-To"] == f"support+{thread}@shop.example"
    assert f".{thread}@shop.example>" in mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert (body(mail, "plain"), "<p>We are open" in body(mail, "html")) == (HOURS, True)


def test_a_persons_words_are_a_persons_mail(shop: EmailDriver) -> None:
    """A person's name stands in From, nothing says that it is automatic, and it stays in thread."""
    deliver(shop, PERSON, Subject="Hello", Message_ID="<q@kim>")
    shop.person_says("Hello, Kim here.\n\nWhat <is> it? See https://shop.example/a?b&c=1.")
    mail = sent(shop)
    assert mail["From"] == f"Kim <{SUPPORT}>"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == (None, None)
    assert (mail["In-Reply-To"], mail["Subject"]) == ("<q@kim>", "Re: Hello")
    html = body(mail, "html")
    assert "<p>What &lt;is&gt; it? See <a href=" in html
    assert '"https://shop.example/a?b&amp;c=1">https://shop.example/a?b&amp;c=1</a>.</p>' in html


def test_each_answer_names_the_mail_that_it_answers(shop: EmailDriver) -> None:
    """Two mails at once get an answer each, under their own subjects."""
    for name, text in (("a", QUESTION), ("b", "How long can I return an item?")):
        lines = f"From: {KIM}\r\nSubject: {name}\r\nMessage-ID: <{name}@kim>\r\n"
        shop.post(f"{lines}\r\n{text}".encode(), {})
    shop.home.drain()
    assert [(each["Subject"], each["In-Reply-To"]) for each in shop.server.received] == [
        ("Re: a", "<a@kim>"),
        ("Re: b", "<b@kim>"),
    ]


def test_an_answer_of_many_languages_arrives(shop: EmailDriver) -> None:
    """Subjects, names and texts beyond ASCII are sent in the ways that every program reads."""
    deliver(shop, PERSON, Subject="=?euc-kr?B?udnL2w==?= 배송 📦")
    text = "안녕하세요 👨‍👩‍👧‍👦\n\né" + " long" * 500
    shop.person_says(text)
    mail, raw = sent(shop), shop.calls[-1].body
    assert body(mail, "plain").split() == text.split()
    assert "배송 📦" in mail["Subject"]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("written", "recipient", "to"),
    [
        ("kim@예시.example", "kim@xn--vv4b11d.example", "kim@xn--vv4b11d.example"),
        ("김@customer.example", "김@customer.example", "undisclosed-recipients:;"),
    ],
)
def test_a_sender_beyond_ascii_is_answered(
    shop: EmailDriver, written: str, recipient: str, to: str
) -> None:
    """International domains are called by their ASCII names, and other names stay off the mail."""
    deliver(shop, From=written)
    [letter] = [each for each in shop.letters if each]
    assert letter.recipient == recipient
    assert sent(shop)["To"] == to
    assert shop.calls[-1].body.isascii()


def test_a_repeat_is_the_same_mail(shop: EmailDriver) -> None:
    """After a lost answer the mail goes out again byte for byte, so programs show it once."""
    shop.lost.append("timeout")
    deliver(shop)
    shop.home.run_for(600)
    first, second = (each.body for each in shop.calls)
    assert first == second
    assert shop.screen() == [HOURS]


def test_choices_can_be_pressed(shop: EmailDriver) -> None:
    """Each choice is a link that opens an answer with its number."""
    deliver(shop, "open or return?")
    assert "1. " in body(sent(shop), "plain")
    thread = thread_id(KEY, "mine", KIM)
    link = f'<a href="mailto:support+{thread}@shop.example?subject=Re%3A%20support%40shop.example'
    assert f"{link}&amp;body=1" in body(sent(shop), "html")


# ---------------------------------------------------------------- threads


def test_an_answer_from_another_address_goes_on_with_its_thread(shop: EmailDriver) -> None:
    """Whoever answers our mail speaks in its thread, and the answer goes to its customer."""
    deliver(shop)
    thread = thread_id(KEY, "mine", KIM)
    deliver(shop, "How long can I return an item?", From="kim@home", References=f"<{thread}@x>")
    assert shop.said(KIM) == [QUESTION, "How long can I return an item?"]
    assert shop.screen(KIM) == [HOURS, RETURNS]


def test_a_thread_that_is_not_there_or_anothers_is_not_named(shop: EmailDriver) -> None:
    """A tag of no thread of this channel counts for nothing."""
    shop.shop.write(QUESTION, sender="c1")
    shop.home.drain("events")
    other = thread_id(KEY, "shop", "c1")
    for tag in ("t" + "a" * 26, other):
        deliver(shop, f"{QUESTION} {tag}", To=f"support+{tag}@shop.example")
    assert len(shop.said(KIM)) == 2


def test_history_is_not_asked_again(shop: EmailDriver) -> None:
    """The quoted answer below a customer's answer is not read as their words."""
    shop.write(QUESTION)
    shop.write("How long can I return an item?")
    assert shop.said() == [QUESTION, "How long can I return an item?"]


def test_a_person_sees_who_wrote(shop: EmailDriver) -> None:
    """The pool gets the address, the name, the subject and whether the sender is proved."""
    secret = {"fields": {"authserv_id": "mx.shop.example"}}
    shop.shop.admin("POST", f"{shop.admin_path}/secret", secret)
    passed = "mx.shop.example; dmarc=pass header.from=customer.example"
    deliver(shop, PERSON, Authentication_Results=passed, From=f"Kim Lee <{KIM}>", Subject="Help")
    [offer] = [each for each in shop.told if each["type"] == "handoff.offered"]
    assert offer["data"]["context"]["customer"]["attributes"] == {
        "email": KIM,
        "email_verified": True,
        "name": "Kim Lee",
        "subject": "Help",
    }


# ---------------------------------------------------------------- machines and reports


def test_two_robots_do_not_talk_to_each_other(shop: EmailDriver) -> None:
    """An automatic answer to our answer ends there, also without any header that says so."""
    shop.write(QUESTION)
    event = shop.text(KIM, "I am away.")["mail"]
    shop.post(b"Auto-Submitted: auto-replied\r\n" + event, {})
    shop.home.drain()
    assert shop.said() == [QUESTION, "[automatic answer] I am away."]
    assert len(shop.server.received) == 1
    for number in range(20):
        words = f"[Ticket {number}] We have received your request."
        deliver(shop, words, Message_ID=f"<ticket{number}@kim>")
        shop.home.run_for(300)
    assert sum("Ticket" in each for each in shop.said()) == 5


def test_a_person_learns_that_the_customer_is_away(shop: EmailDriver) -> None:
    """A pool that has the conversation sees a machine's words, and owes no answer to them."""
    deliver(shop, PERSON)
    shop.person_says("Hello")
    deliver(shop, "Away until Monday.", Auto_Submitted="auto-replied")
    assert shop.told[-1]["data"]["message"]["text"] == "[automatic answer] Away until Monday."
    shop.home.run_for(3_600)
    assert [each["type"] for each in shop.told].count("handoff.offered") == 1


def test_a_machine_opens_no_conversation(shop: EmailDriver) -> None:
    """An automatic mail of a stranger is kept beside, and says nothing to anybody."""
    deliver(shop, "Away until Monday.", Auto_Submitted="auto-replied")
    assert (shop.said(), shop.told, shop.server.received) == ([], [], [])


def test_the_same_words_another_day_are_a_message(shop: EmailDriver) -> None:
    """Only within a day do many equal mails count as a machine's."""
    words = "Where is my parcel now?"
    for number in range(6):
        deliver(shop, words, Message_ID=f"<{number}@kim>")
        shop.home.run_for(300)
    shop.home.clock.advance(86_000)
    shop.home.run_for(400)
    deliver(shop, words, Message_ID="<next@kim>")
    assert shop.said() == [words] * 6


def test_a_person_may_say_short_words_often(shop: EmailDriver) -> None:
    """The number of a choice and a word of thanks are no robot's."""
    for number in range(8):
        deliver(shop, "1", Message_ID=f"<{number}@kim>")
        shop.home.run_for(60)
    assert shop.said() == ["1"] * 8


def test_our_own_answer_is_no_message(shop: EmailDriver) -> None:
    """A copy of our mail that comes back is kept, and not answered."""
    shop.write(QUESTION)
    shop.post(shop.calls[-1].body, {})
    shop.home.drain()
    assert (shop.said(), len(shop.server.received)) == ([QUESTION], 1)


def test_a_bounce_ends_the_thread(shop: EmailDriver) -> None:
    """Nothing more is written to an address that is not there, and its pool is told."""
    deliver(shop, PERSON)
    before = len(shop.server.received)
    ours = shop.server.received[-1]["Message-ID"]
    report = (
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nX: y\r\n\r\n"
        f"Action: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {ours}\r\n\r\nx\r\n--b--\r\n"
    )
    kind = "multipart/report; report-type=delivery-status; boundary=b"
    deliver(shop, report, From="MAILER-DAEMON@x", Return_Path="<>", Content_Type=kind)
    assert shop.told[-1]["type"] == "conversation.abandoned"
    assert len(shop.server.received) == before


def test_a_mail_of_a_machine_is_kept(shop: EmailDriver) -> None:
    """What is not answered is not lost: it is kept with the thread of its sender."""
    deliver(shop, "News", List_Id="<news.x>")
    thread = thread_id(KEY, "mine", KIM)
    [kept] = shop.home.backend.blobs().keys(f"mail-kept/{thread}/")
    assert kept.startswith(f"mail-kept/{thread}/other/")


# ---------------------------------------------------------------- nothing is lost, all is forgotten


def test_a_mail_that_could_not_be_taken_in_is_tried_again(shop: EmailDriver) -> None:
    """A mail stays below `mail/` until its message is queued, and the clock tries it again."""
    blobs = shop.home.backend.blobs()
    blobs.put("mail/mine/late", f"From: {KIM}\r\n\r\n{QUESTION}".encode())
    notes = shop.home.backend.queue("uploads")
    notes.delete([each.receipt for each in notes.receive(10)])
    shop.home.run_for(900)
    assert (shop.said(), shop.screen(), blobs.keys("mail/")) == ([QUESTION], [HOURS], [])


def test_a_broken_queue_leaves_the_mail_where_it_is(
    shop: EmailDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the message can't be queued, the stored mail is not moved."""
    queue = shop.home.backend.queue("events")

    def refuse(_messages: object) -> None:
        raise Unavailable("full")

    monkeypatch.setattr(queue, "send", refuse)
    shop.home.backend.blobs().put("mail/mine/1", f"From: {KIM}\r\n\r\n{QUESTION}".encode())
    with pytest.raises(Unavailable):
        shop.home.drain("uploads")
    assert shop.home.backend.blobs().keys("mail/") == ["mail/mine/1"]
    monkeypatch.undo()
    shop.home.run_for(900)
    assert shop.said() == [QUESTION]


def test_one_bad_mail_holds_up_no_other(shop: EmailDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that fails each time is told, and the others are taken in."""
    blobs = shop.home.backend.blobs()
    get = blobs.get

    def fail(key: str) -> bytes:
        if key == "mail/mine/a":
            raise RuntimeError("a bug")
        return get(key)

    for name in ("a", "b"):
        blobs.put(f"mail/mine/{name}", f"From: {KIM}\r\n\r\n{QUESTION} {name}".encode())
    notes = shop.home.backend.queue("uploads")
    notes.delete([each.receipt for each in notes.receive(10)])
    monkeypatch.setattr(blobs, "get", fail)
    shop.home.run_for(900)
    assert shop.said() == [f"{QUESTION} b"]


def test_mails_of_a_channel_that_is_not_there_wait_for_it(
    shop: EmailDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong folder loses nothing: the mail is taken in once the channel is added."""
    shop.home.backend.blobs().put("mail/help/1", f"From: {KIM}\r\n\r\n{QUESTION}".encode())
    shop.home.drain()
    assert '"no channel"' in capsys.readouterr().out
    shop.shop.admin("PUT", "/v1/admin/channels/help", shop.new_channel())
    shop.home.run_for(900)
    assert shop.screen() == [HOURS]


def erase(shop: EmailDriver, sender: str) -> Any:
    asked = {"channel": "mine", "sender": sender}
    for _ in range(3):
        answer = shop.shop.admin("POST", "/v1/admin/erasures", asked)
        shop.home.drain()
    return answer


def test_an_erasure_reaches_every_stored_mail(shop: EmailDriver, tmp_path: Path) -> None:
    """Mails, attachments, what answers needed and mails of machines are gone, others' are not."""
    private = "My flat is at Rue Cler"
    deliver(shop, private, Subject="Rue Cler")
    deliver(shop, private, Auto_Submitted="auto-replied")
    deliver(shop, private, From=LEE)
    assert erase(shop, KIM).status == 200
    blobs = shop.home.backend.blobs()
    left = {key: blobs.get(key) for key in blobs.keys("mail")}
    assert left
    assert all(thread_id(KEY, "mine", LEE) in key for key in left)
    assert not any(KIM.encode() in each for each in left.values())
    shop.home.run_for(1)
    shop.write(QUESTION)
    assert shop.screen()[-1] == HOURS


def test_a_reply_after_an_erasure_needs_nothing_that_is_gone(shop: EmailDriver) -> None:
    """A reply whose mail was erased meanwhile still has a subject and a thread."""
    deliver(shop, PERSON)
    for key in shop.home.backend.blobs().keys("mail-kept/"):
        shop.home.backend.blobs().delete(key)
    shop.person_says("Hello")
    mail = sent(shop)
    assert (mail["Subject"], mail["In-Reply-To"]) == (f"Re: {SUPPORT}", None)
    assert mail["References"] == f"<{thread_id(KEY, 'mine', KIM)}@shop.example>"


def test_the_stored_mail_is_the_one_that_came(shop: EmailDriver) -> None:
    """The whole mail is kept as it came, with its files."""
    raw = f"From: {KIM}\r\nMessage-ID: <x@kim>\r\n\r\n{QUESTION}\r\n".encode()
    shop.post(raw, {})
    blobs = shop.home.backend.blobs()
    [kept] = [each for each in blobs.keys("mail-kept/") if each.endswith(".eml")]
    assert blobs.get(kept) == raw
    assert message_from_bytes(raw, policy=policy.default)["From"] == KIM
