"""No bytes break the reading of mails, and none make it expensive."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.email.mime import Mime, read_mime, readable
from surgeline.adapters.channels.email.reports import report_of

from tests.unit.mails.mails import KIM, mail, parts, raw, read

TOKENS = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: message/external-body\r\n",
        b"Content-Type: text/plain; charset=\xff\r\n",
        b"Content-Type: text/html; charset=utf-7\r\n",
        b"Content-Type: text/plain; charset*=x'y'%FF; name*0*=a''%; name*1=b\r\n",
        b"Content-Type: \r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: uuencode\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Disposition: attachment; filename*1=x; filename*0*=%\r\n",
        b"From: =?utf-8?b?\xff?= <a@b>\r\n",
        b'From: "\xec\x98 (((\r\n',
        b"From: kim@customer.example\r\n",
        b"To: ,,;:<@@>\r\n",
        b"Subject: =?euc-kr?B?!?= =?x?Q?=FF?=\r\n",
        b"Authentication-Results: ((((((;;;dmarc=pass\r\n",
        b"References: <<<>>> <a b> <\xff>\r\n",
        b"Status: 5.1.1\r\nAction: failed\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"> quoted\n",
        b"begin 644 x\n#0V%T\n`\nend\n",
        b"aGVsbG8=\r\n",
        b"\x00\xff\xfe",
    ]
)


@given(st.lists(TOKENS | st.binary(max_size=20), max_size=30).map(b"".join))
def test_any_mail_is_read(content: bytes) -> None:
    """No bytes raise, and what is read can be queued and stored."""
    found = read(content)
    assert found.kind in ("message", "note", "left", "ignored")
    found.text.encode()
    str(found).encode()
    assert found.text.isprintable() or "\n" in found.text or "\t" in found.text
    assert found.kind != "message" or (found.text or found.attachments)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(content: bytes) -> None:
    """Bytes that are no mail at all are read as one that says nothing."""
    assert read(content).kind
    assert isinstance(report_of(read_mime(content)), str | None)


@given(st.text(max_size=200))
def test_any_header_is_readable(value: str) -> None:
    """A header's value becomes one line of text."""
    assert "\n" not in readable(value)


def nested(count: int) -> bytes:
    begins = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(count)
    )
    return f"From: {KIM}\r\n{begins}Content-Type: text/plain\r\n\r\nhello".encode()


def inside(count: int) -> bytes:
    return f"From: {KIM}\r\n".encode() + b"Content-Type: message/rfc822\r\n\r\n" * count + b"hello"


BOMBS = {
    "nested 50": nested(50),
    "nested 5000": nested(5_000),
    "mails in mails": inside(20_000),
    "many parts": mail("--b\r\n\r\nx\r\n" * 100_000, Content_Type="multipart/mixed; boundary=b"),
    "short lines": mail("a\n" * 4_000_000),
    "short lines in parts": nested(40) + b"\n" * 4_000_000,
    "one line": mail("a" * 9_000_000),
    "a huge header": mail(Subject="x" * 5_000_000),
    "many headers": raw({f"X-{n}": "y" for n in range(100_000)} | {"From": KIM}, b"hello"),
    "folded header": b"From: kim@customer.example\r\nSubject: a\r\n"
    + b" b\r\n" * 500_000
    + b"\r\nx",
    "addresses": mail(From="a@b.example, " * 100_000 + KIM),
    "comments": mail(From="(" * 200_000 + KIM),
    "encoded words": mail(Subject="=?utf-8?q?a?= " * 100_000),
    "references": mail(References="<a@b> " * 200_000),
    "results": mail(Authentication_Results="(" * 100_000 + ")" * 100_000),
    "parameters": mail(Content_Type="text/plain; " + "name*0*=a; " * 50_000),
    "parameters of a part": parts("Content-Type: text/plain; " + "a*0=b;" * 500_000),
    "parameters of a file": parts("content-DISPOSITION: attachment; " + "a=b;" * 500_000),
    "folded parameters": parts("Content-Type: text/plain;\r\n " + "a=b;\r " * 300_000),
    "quoted parameters": parts("Content-Type: multipart/mixed; " + 'a=";' * 500_000),
    "flowed": mail("> a \r\n" * 100_000, Content_Type="text/plain; format=flowed"),
    "flowed parts": parts(
        *["Content-Type: text/plain; format=flowed\r\n\r\n" + "> a \r\n" * 50_000] * 20
    ),
    "base64": mail("A" * 9_000_000, Content_Transfer_Encoding="base64"),
    "quoted printable": mail("=\r\n" * 2_000_000, Content_Transfer_Encoding="quoted-printable"),
    "uuencode": mail("begin 644 x\n" + "M" * 5_000_000, Content_Transfer_Encoding="uuencode"),
    "marks": mail("e" + "\u0301" * 200_000),
    "over the limit": mail("word " * 6_000_000),
    "punycode": mail("a-" * 500_000, Content_Type="text/plain; charset=punycode"),
    "unpacking": mail("a" * 500_000, Content_Type="text/plain; charset=zlib"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_bounded(bomb: bytes) -> None:
    """Mails that are built to be expensive take a few seconds of a processor at most."""
    began = time.process_time()
    found = read(bomb)
    assert time.process_time() - began < 8
    assert found.kind in ("message", "ignored")
    assert len(found.text) <= 10_000


def test_a_mail_that_costs_too_much_still_reaches_a_person() -> None:
    """Its sender and its subject are read, and its text says that it could not be."""
    found = read(nested(5_000))
    assert (found.kind, found.sender) == ("message", KIM)
    assert found.text == "[a mail that could not be read]"


def test_a_mail_is_read_up_to_its_limit() -> None:
    """The beginning of a huge mail counts, so that its words are not lost behind its files."""
    file = "A" * 12_000_000
    body = f"--b\r\n\r\nSee this.\r\n--b\r\nContent-Type: image/png\r\n\r\n{file}\r\n--b--"
    found = read(mail(body, Content_Type="multipart/mixed; boundary=b"))
    assert (found.text, found.attachments) == ("See this.", 1)


def test_nothing_at_all_is_read() -> None:
    """An empty file is a mail of nobody."""
    assert read_mime(b"") == Mime()
    assert read(b"").why == "no sender"
