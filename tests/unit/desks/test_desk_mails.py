"""A mail to a pool's own address is read as what a person did."""

import pytest
from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.adapters.desks.email.read import read_desk_mail
from surgeline.adapters.desks.email.settings import EmailDesk, settings_problems, wrong_fields
from surgeline.application.desks.acts import Act, Closed, GaveBack, Left, Noted, Said, Took, Unsent

OFFER = "o" + "a2" * 13
MAILBOX = Mailbox("desk@shop.example")
DESK = EmailDesk("team@shop.example")
TO = f"desk+{OFFER}@shop.example"


def mail(text: str = "Hello", **headers: str) -> bytes:
    """Return a mail of Kim with these headers instead of the usual ones."""
    usual = {"From": "Kim <kim@shop.example>", "To": TO, "Message-ID": "<1@team>"}
    given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"{lines}\r\n{text}".encode()


def acts(raw: bytes, desk: EmailDesk = DESK, mailbox: Mailbox = MAILBOX) -> tuple[Act, ...]:
    said = read_desk_mail(raw, mailbox, desk).said
    return said.acts if said else ()


def test_an_answer_names_its_place_and_its_person() -> None:
    """The tag leads to the offer, and the sender's name is what the customer may see."""
    read = read_desk_mail(mail(Subject="Re: x"), MAILBOX, DESK)
    assert read.said is not None
    assert (read.said.ref, read.said.person, read.said.agent) == (OFFER, "kim@shop.example", "Kim")
    assert read.said.acts == (Said("Hello"),)
    assert read.answer is not None
    assert (read.answer.message_id, read.answer.subject) == ("<1@team>", "Re: x")


@pytest.mark.parametrize(
    "headers",
    [
        {"To": "desk@shop.example", "References": f"<x@y> <n1.{OFFER}@shop.example>"},
        {"To": "desk@shop.example", "In_Reply_To": f"<{OFFER}@shop.example>"},
        {"To": f"Desk <DESK+{OFFER.upper()}@SHOP.example>"},
        {"To": "other@shop.example", "Cc": TO},
        {"To": "other@shop.example", "Delivered_To": TO},
    ],
)
def test_a_place_is_found_however_it_is_named(headers: dict[str, str]) -> None:
    """Any address and any id of ours leads to the offer."""
    assert read_desk_mail(mail(**headers), MAILBOX, DESK).ref == OFFER


@pytest.mark.parametrize(
    ("word", "act"),
    [
        ("accept", Took()),
        ("decline", Left()),
        ("resolve", Closed()),
        ("return", GaveBack()),
        ("dance", Unsent("word", "dance")),
    ],
)
def test_a_command_in_the_address_stands_alone(word: str, act: Act) -> None:
    """A signature below a pressed link is not sent to anybody."""
    raw = mail("Kim Lee\r\nShop Ltd.", To=f"desk+{OFFER}-{word}@shop.example")
    assert acts(raw) == (act,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello\r\n\r\n> -- Answer above this line --\r\n> old", (Said("Hello"),)),
        ("Hello\r\n-- Answer above this line --\r\nold", (Said("Hello"),)),
        ("> -- Answer above this line --\r\n> old\r\n\r\nBelow it", (Said("Below it"),)),
        ("Dear you,\r\n[[\r\nHello\r\n#resolve\r\n]]\r\nThe team", (Said("Hello"), Closed())),
        ("[[ is no frame", (Said("[[ is no frame"),)),
        ("", (Unsent("empty"),)),
    ],
)
def test_only_the_persons_words_are_sent(text: str, found: tuple[Act, ...]) -> None:
    """History, our own text and a helpdesk's frame are left out."""
    assert acts(mail(text)) == found


def test_a_file_is_told_and_the_words_are_sent() -> None:
    """The customer gets the words, and the person hears of the file."""
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee this\r\n"
        "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--b--\r\n"
    )
    raw = mail(body, Content_Type="multipart/mixed; boundary=b")
    assert acts(raw) == (Said("See this"), Unsent("file"))
    note = mail(body.replace("See this", "// See this"), Content_Type="multipart/mixed; boundary=b")
    assert acts(note) == (Noted("See this"),)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"From": "Kim <kim@elsewhere.example>"}, "not of the pool"),
        ({"From": ""}, "no sender"),
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"X_Surgeline": "desk@shop.example"}, "our own"),
        ({"From": TO}, "our own"),
        ({"List_Id": "<team.shop.example>"}, "list"),
        ({"To": "desk@shop.example"}, "no place"),
    ],
)
def test_other_mails_are_ignored(headers: dict[str, str], why: str) -> None:
    """Strangers, machines, lists, our own mails and mails about nothing say nothing."""
    read = read_desk_mail(mail(**headers), MAILBOX, DESK)
    assert (read.kind, read.why, read.said) == ("ignored", why, None)


def test_a_helpdesks_precedence_is_a_persons() -> None:
    """Helpdesks put `bulk` on what people write."""
    assert acts(mail(Precedence="bulk")) == (Said("Hello"),)


def test_named_people_and_domains_count() -> None:
    """The setting takes the place of the mailbox's own domain."""
    desk = EmailDesk("team@mail.example", people=("kim@shop.example", "@Other.example"))
    assert acts(mail(), desk) == (Said("Hello"),)
    assert acts(mail(From="a@other.example"), desk) == (Said("Hello"),)
    assert acts(mail(From="a@mail.example"), desk) == ()


def test_proof_is_needed_where_a_server_gives_it() -> None:
    """With a receiver an answer counts only if that receiver found DMARC to pass."""
    mailbox = Mailbox("desk@shop.example", "mx.shop.example")
    proof = "mx.shop.example; dmarc=pass header.from=shop.example"
    assert acts(mail(), mailbox=mailbox) == ()
    assert acts(mail(Authentication_Results=proof), mailbox=mailbox) == (Said("Hello"),)


def test_a_bounce_names_its_offer() -> None:
    """A report about one of our mails is a bounce of its offer, and a delay is nothing."""
    status = "--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\nAction: {}\r\nStatus: {}\r\n"
    about = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {TO}\r\n--b--\r\n"
    media = "multipart/report; report-type=delivery-status; boundary=b"
    headers = {"From": "MAILER-DAEMON@x", "To": "desk@shop.example", "Content_Type": media}
    gone = read_desk_mail(mail(status.format("failed", "5.1.1") + about, **headers), MAILBOX, DESK)
    assert (gone.kind, gone.ref) == ("bounced", OFFER)
    late = read_desk_mail(mail(status.format("delayed", "4.4.1") + about, **headers), MAILBOX, DESK)
    assert late.kind == "ignored"


def test_wrong_settings_are_told_with_their_place() -> None:
    """A mailbox, people and an address that can't be used are named."""
    wrong = EmailDesk("team", people=("x", "@shop.example"))
    assert [each.partition(":")[0] for each in settings_problems(wrong, allow_loopback=False)] == [
        "mailbox",
        "people[0]",
    ]
    assert list(wrong_fields({"address": "a" * 27 + "@shop.example"})) == [
        "fields.address: give at most 26 characters before the @"
    ]
    assert list(wrong_fields({"address": "desk@shop.example"})) == []
