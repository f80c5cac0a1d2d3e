"""A mail of the real world is read as its sender meant it, or kept with a reason."""

import base64
import quopri

import pytest
from surgeline.adapters.channels.email.settings import SES_RECEIVER, Mailbox

from tests.unit.mails.mails import BOX, KIM, THREAD, mail, parts, raw, read

KOREAN = "배송은 언제 되나요?"
PLAIN, HTML = "Content-Type: text/plain\r\n\r\n", "Content-Type: text/html\r\n\r\n"


def test_a_plain_mail_is_a_message() -> None:
    """The words, the sender and the id of the mail are read."""
    found = read(mail())
    assert (found.kind, found.text, found.sender) == ("message", "Where is my parcel?", KIM)
    assert found.event_id == "mail/<1@customer.example>"
    assert found.customer == {
        "email": KIM,
        "email_verified": False,
        "name": "Kim Lee",
        "subject": "Re: Hours",
    }


ENCODED = {
    "euc-kr": ("euc-kr", KOREAN.encode("euc-kr")),
    "cp949 called euc-kr": ("euc-kr", "똠방각하 펲시콜라".encode("cp949")),
    "ks_c_5601-1987": ("ks_c_5601-1987", KOREAN.encode("cp949")),
    "iso-2022-kr": ("iso-2022-kr", KOREAN.encode("iso2022_kr")),
    "cp949 without a name": ("", KOREAN.encode("cp949")),
    "cp949 called utf-8": ("utf-8", KOREAN.encode("cp949")),
    "utf-8 called us-ascii": ("us-ascii", KOREAN.encode()),
    "utf-8 in quotes": ('"UTF-8"', KOREAN.encode()),
    "an unknown name": ("x-made-up", KOREAN.encode()),
    "shift_jis": ("shift_jis", "いつ届きますか①".encode("cp932")),
    "iso-2022-jp": ("iso-2022-jp", "いつ届きますか".encode("iso2022_jp")),
    "gb2312": ("gb2312", "什么时候到镕".encode("gb18030")),
    "big5": ("big5", "什麼時候到".encode("big5")),
    "windows-1252 called latin-1": ("iso-8859-1", "Où est-il ? 5 €".encode("cp1252")),
    "koi8-r": ("koi8-r", "Где посылка?".encode("koi8-r")),
    "tis-620": ("tis-620", "เมื่อไหร่…".encode("cp874")),
    "windows-874": ("windows-874", "“เมื่อไหร่”".encode("cp874")),
    "utf-16": ("utf-16", KOREAN.encode("utf-16")),
}
EXPECTED = {
    "cp949 called euc-kr": "똠방각하 펲시콜라",
    "shift_jis": "いつ届きますか①",
    "iso-2022-jp": "いつ届きますか",
    "gb2312": "什么时候到镕",
    "big5": "什麼時候到",
    "windows-1252 called latin-1": "Où est-il ? 5 €",
    "koi8-r": "Где посылка?",
    "tis-620": "เมื่อไหร่…",
    "windows-874": "“เมื่อไหร่”",
}


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_every_charset_is_read(name: str, transfer: str) -> None:
    """Korean, Japanese, Chinese, European and Thai mails are read, also under a wrong name."""
    charset, body = ENCODED[name]
    coded = {
        "8bit": lambda b: b,
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
    }
    if transfer == "8bit" and charset == "utf-16":
        pytest.skip("a mail with bare UTF-16 has no lines")
    media = f"text/plain; charset={charset}" if charset else "text/plain"
    content = raw(
        {"From": KIM, "Content-Type": media, "Content-Transfer-Encoding": transfer},
        coded[transfer](body),
    )
    assert read(content).text == EXPECTED.get(name, KOREAN)


SUBJECTS = {
    "=?euc-kr?B?" + base64.b64encode(KOREAN.encode("euc-kr")).decode() + "?=": KOREAN,
    "=?utf-8?Q?Wo_ist_mein_P=C3=A4ckchen=3F?=": "Wo ist mein Päckchen?",
    "=?utf-8?B?67Cw?= =?utf-8?B?7Iah?=": "배송",
    KOREAN: KOREAN,
    "=?made-up?Q?x?=": "x",
}


@pytest.mark.parametrize(("written", "meant"), SUBJECTS.items())
def test_a_mail_that_says_all_in_its_subject_is_read(written: str, meant: str) -> None:
    """The subject is the text of a mail without one."""
    assert read(mail("", Subject=written)).text == meant


def test_a_subject_that_asks_stands_before_the_text() -> None:
    """A new mail's subject is part of what the customer says; an answer's is not."""
    asked = "Where is my order A-17?"
    assert read(mail("Thanks, Kim", Subject=asked)).text == f"{asked}\n\nThanks, Kim"
    for mark in ("Re:", "RES:", "RV:", "TR :", "RE[2]:", "Re：", "답장:", "ตอบกลับ:"):
        assert read(mail("Thanks, Kim", Subject=f"{mark} {asked}")).text == "Thanks, Kim"
    assert read(mail(asked, Subject=asked)).text == asked


def test_a_mail_without_any_word_is_kept_only() -> None:
    """Nothing was said, so nothing is answered."""
    assert (read(mail(" \r\n", Subject="")).kind, read(mail("", Subject="")).why) == (
        "ignored",
        "without words",
    )


def test_the_plain_part_is_read_before_the_html_part() -> None:
    """Of two forms of one text the plain one counts, unless it is empty."""
    both = parts(f"{PLAIN}Where is it?", f"{HTML}<p>Elsewhere</p>", kind="alternative")
    assert read(both).text == "Where is it?"
    empty = parts(f"{PLAIN}\r\n \r\n", f"{HTML}<p>Where is it?</p>", kind="alternative")
    assert read(empty).text == "Where is it?"
    assert read(mail("<p>Where is it?</p>", Content_Type="text/html")).text == "Where is it?"


def test_a_flowed_text_is_joined() -> None:
    """Lines that a program broke softly are one line, and quotations stay apart."""
    flowed = "Where is my \nparcel now?\n\n> We are \n> open.\nIt is late \n-- \nKim"
    content = mail(flowed, Content_Type="text/plain; charset=utf-8; format=flowed")
    assert read(content).text == "Where is my parcel now?\n\nIt is late"


def test_attachments_are_counted_and_named() -> None:
    """Files are noted by name, a forwarded mail too; a signature and a small logo are not."""
    picture = "Content-Type: image/jpeg; name=a.jpg\r\nContent-Disposition: attachment\r\n\r\nx"
    named = "Content-Type: application/pdf; name*=utf-8''%EC%98%81.pdf\r\n\r\nx"
    signature = "Content-Type: application/pgp-signature; name=s.asc\r\n\r\nx"
    inner = "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny"
    found = read(parts(f"{PLAIN}See these.", picture, named, signature, inner))
    assert (found.text, found.attachments) == ("See these.", 3)
    assert found.customer
    assert found.customer["attached"] == "a.jpg, 영.pdf, message/rfc822"
    logo = "Content-Type: image/png\r\nContent-ID: <l>\r\n\r\n" + "x" * 100
    assert read(parts(f"{HTML}<p>Hi there</p>", logo, kind="related")).attachments == 0
    photo = "Content-Type: image/png\r\nContent-ID: <l>\r\n\r\n" + "x" * 30_000
    assert read(parts(f"{HTML}<p>Hi there</p>", photo, kind="related")).attachments == 1


def test_a_picture_alone_is_a_message_without_words() -> None:
    """A person is asked for what has only a file in it."""
    picture = "Content-Type: image/jpeg; name=a.jpg\r\n\r\nx"
    found = read(parts(picture, Subject=""))
    assert (found.kind, found.text, found.attachments) == ("message", "", 1)


def test_a_long_text_says_that_it_goes_on() -> None:
    """A text of more than 10,000 characters ends with a mark."""
    text = read(mail("word " * 5_000)).text
    assert len(text) <= 10_000
    assert text.endswith("[…]")


# ---------------------------------------------------------------- threads


OURS = f"<r123.{THREAD}@shop.example>"


@pytest.mark.parametrize(
    "headers",
    [
        {"To": f"support+{THREAD}@shop.example"},
        {"To": f"Shop <SUPPORT+{THREAD.upper()}@shop.example>"},
        {"Delivered_To": f"support+{THREAD}@shop.example"},
        {"In_Reply_To": OURS},
        {"References": f"<0@customer.example> {OURS} <9@customer.example>"},
        {"References": f"<{THREAD}@shop.example> <0102@eu-west-1.amazonses.com>"},
        {"Subject": "Something else", "In_Reply_To": OURS},
    ],
)
def test_an_answer_belongs_to_its_thread(headers: dict[str, str]) -> None:
    """The tagged address or any id of ours names the thread, whatever the subject says."""
    assert read(mail(**headers)).thread == THREAD


@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "Re: Hours"},
        {"In_Reply_To": "<1@other.example>"},
        {"To": "support+parcel@shop.example"},
        {"References": f"<x{THREAD}y@shop.example>"},
        {"In_Reply_To": ""},
    ],
)
def test_a_subject_alone_names_no_thread(headers: dict[str, str]) -> None:
    """A mail without our marks begins or goes on with its sender's own thread."""
    assert read(mail(**headers)).thread == ""


def test_what_an_answer_needs_is_kept() -> None:
    """The ids of the mail and of its ancestors are kept in order, and its subject."""
    found = read(mail(References="<a@x> <b@x>", In_Reply_To="<b@x>")).answer
    assert found
    assert (found.message_id, found.references) == ("<1@customer.example>", ("<a@x>", "<b@x>"))
    assert (found.subject, found.address) == ("Re: Hours", KIM)


def test_answers_go_where_the_sender_wants_them() -> None:
    """A single Reply-To is the sender, as from a form on a web page."""
    form = mail(From="noreply@shop.example", Reply_To=f"Kim <{KIM}>")
    assert (read(form).kind, read(form).sender) == ("message", KIM)
    two = mail(Reply_To="a@x.example, b@x.example")
    assert read(two).sender == KIM


def test_a_mail_without_an_id_is_known_by_its_bytes() -> None:
    """The same bytes are the same mail."""
    one = read(mail(Message_ID="")).event_id
    assert one == read(mail(Message_ID="")).event_id != read(mail("Other", Message_ID="")).event_id


# ---------------------------------------------------------------- machines


MACHINES = {
    "automatic": [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (rejected)"},
        {"Auto_Submitted": "auto-notified; owner-email=x"},
        {"Precedence": "auto_reply"},
        {"Precedence": "junk"},
        {"Precedence": "list"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "1"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"X_Loop": "other"},
        {"Return_Path": "<>", "Auto_Submitted": "auto-replied"},
        {"Subject": "Automatic reply: Hours"},
        {"Subject": "Out of office: back on Monday"},
        {"Subject": "자동 회신: 부재중"},
        {"Subject": "[자동응답] 휴가 중입니다"},
        {"Subject": "Automatische Antwort: Zeiten"},
        {"Subject": "Réponse automatique : Horaires"},
        {"Subject": "ตอบกลับอัตโนมัติ: เวลา"},
    ],
    "list": [{"List_Id": "<news.x>"}, {"List_Unsubscribe": "<mailto:x>"}],
    "machine": [
        {"From": "MAILER-DAEMON@x.example"},
        {"From": "no-reply@x.example"},
        {"From": "noreply+17@x.example"},
        {"From": "postmaster@x.example"},
        {"From": "bounces+1-2@x.example"},
    ],
    "our own": [
        {"From": BOX.address},
        {"From": f"support+{THREAD}@shop.example"},
        {"X_Surgeline": BOX.address},
    ],
    "no sender": [{"From": ""}, {"From": "undisclosed"}, {"From": "<>"}],
    "virus": [{"X_SES_Virus_Verdict": "FAIL"}],
    "spam": [{"X_SES_Spam_Verdict": "FAIL"}],
}
CASES = [(why, headers) for why, listed in MACHINES.items() for headers in listed]


@pytest.mark.parametrize(("why", "headers"), CASES)
def test_a_machines_mail_is_never_a_message(why: str, headers: dict[str, str]) -> None:
    """Automatic answers, lists, our own mails and mails of machines are kept and not answered."""
    found = read(mail(**headers))
    kind = "note" if why == "automatic" else "ignored"
    assert (found.kind, found.why) == (kind, why)


def test_an_automatic_answer_is_marked_as_such() -> None:
    """People see the words of a customer's machine, and that a machine wrote them."""
    assert read(mail("I am away.", Auto_Submitted="auto-replied")).text == (
        "[automatic answer] I am away."
    )
    assert read(mail("", Auto_Submitted="auto-replied")).kind == "ignored"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "bulk"},
        {"From": "noreen@x.example"},
        {"From": "bounceking@x.example"},
        {"Subject": "Automatic replyer does not work"},
        {"X_SES_Spam_Verdict": "PASS", "X_SES_Virus_Verdict": "PASS"},
    ],
)
def test_a_persons_mail_is_a_message(headers: dict[str, str]) -> None:
    """What only looks like a machine is answered. Helpdesks mark people's mails as bulk."""
    assert read(mail(**headers)).kind == "message"


# ---------------------------------------------------------------- proof of the sender


CLAIM = "dmarc=pass header.from=customer.example"
PASS = "mx.shop.example; spf=pass; dmarc=pass (p=reject) header.from=customer.example"


def verified(*results: str, box: Mailbox = BOX, **headers: str) -> object:
    lines = "".join(f"Authentication-Results: {each}\r\n" for each in results)
    customer = read(lines.encode() + mail(**headers), box).customer
    assert customer
    return customer["email_verified"]


def test_a_sender_is_proved_by_our_receivers_dmarc() -> None:
    """DMARC that our own receiver found to pass for the domain in From proves the sender."""
    assert verified(PASS) is True
    assert verified("mx.shop.example 1; dmarc=pass header.from=CUSTOMER.example") is True
    assert verified('mx.shop.example; dmarc=pass header.from="customer.example"') is True
    quoted = (
        'spf=pass (sender "kim; lee"@customer.example) smtp.mailfrom="kim; lee"@customer.example'
    )
    assert verified(PASS.replace("spf=pass", quoted)) is True
    ses = "amazonses.com; spf=pass; dkim=pass; dmarc=pass header.from=customer.example;"
    assert verified(ses, box=Mailbox(BOX.address, SES_RECEIVER)) is True


@pytest.mark.parametrize(
    "results",
    [
        (),
        (PASS.replace("dmarc=pass", "dmarc=fail"),),
        (PASS.replace("mx.shop", "mx.evil"),),
        ("mx.shop.example; dmarc=fail header.from=customer.example", PASS),
        (PASS.replace("header.from=customer.example", "header.from=evil.example"),),
        ("mx.shop.example; spf=pass; dkim=pass",),
        ("mx.shop.example; dmarc=pass",),
        ("mx.shop.example; none (dmarc=pass header.from=customer.example)",),
        ("mx.shop.example.evil; dmarc=pass header.from=customer.example",),
        (f'mx.shop.example; spf=pass smtp.mailfrom="a; {CLAIM}; b"@evil.example; dmarc=fail',),
        (f'mx.shop.example; spf=pass smtp.mailfrom="a; {CLAIM} b"@evil.example',),
        (f'mx.shop.example; spf=pass smtp.mailfrom="a\\"; {CLAIM} b"@evil.example',),
        (f'mx.shop.example; spf=pass (domain of "a); {CLAIM} (b"@evil.example)',),
        (f"mx.shop.example; spf=pass (domain of a); {CLAIM} (b@evil.example",),
        (f"mx.shop.example; spf=pass ({'a' * 600}; {CLAIM} )",),
        (f"mx.shop.example; dmarc=fail header.from=customer.example; {CLAIM}",),
        ('mx.shop.example; dmarc=fail reason="dmarc=pass" header.from=customer.example',),
    ],
)
def test_nothing_else_proves_a_sender(results: tuple[str, ...]) -> None:
    """Other servers' words, older results, other domains, comments and quotes prove nothing."""
    assert verified(*results) is False


def test_a_proof_is_about_the_writer_only() -> None:
    """Two writers, or an answer address of another, are not proved by From's domain."""
    assert verified(PASS, Reply_To="victim@other.example") is False
    assert verified(PASS, From=f"{KIM}, other@customer.example") is False
    assert verified(PASS, box=Mailbox(BOX.address)) is False


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?victim=40customer.example_=28?=",
        "=?utf-8?q?=22victim=22_=3Cvictim=40customer.example=3E_=28?=",
        '"=?utf-8?q?x=22_=3Cvictim=40customer.example=3E_=28?="',
        "=?utf-8?b?dmljdGltQGN1c3RvbWVyLmV4YW1wbGUsIA==?=",
        "=?utf-8?q?<victim@customer.example>,?=",
    ],
)
@pytest.mark.parametrize("header", ["From", "Reply-To"])
def test_an_encoded_name_is_no_address(header: str, name: str) -> None:
    """An address inside the words of a name is neither answered nor proved, only shown."""
    found = read(
        f"Authentication-Results: {PASS}\r\n".encode() + mail(**{header: f"{name} <{KIM}>"})
    )
    assert found.sender == KIM
    assert found.customer
    assert found.customer["email_verified"] is True


@pytest.mark.parametrize(
    "address",
    [
        "kim@evil.example，victim＠bank.example",  # wide signs, which become narrow
        "kim@evil.example；bank.example",
        "k\x00im@evil.example",
        "kim@evil\x01.example",
    ],
)
def test_an_address_in_disguise_is_nobodys(address: str) -> None:
    """An address that would become two, or that has control characters, is not answered."""
    assert read(mail(From=address)).why == "no sender"
