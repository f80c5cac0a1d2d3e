"""Mails for tests: bytes as they arrive, from a few words."""

from collections.abc import Mapping

from surgeline.adapters.channels.email.read import read_mail
from surgeline.adapters.channels.email.settings import Mailbox
from surgeline.application.conversations.take_mail import ReadMail

BOX = Mailbox("support@shop.example", receiver="mx.shop.example")
THREAD = "t" + "a2" * 13
KIM = "kim@customer.example"


def mail(text: str = "Where is my parcel?", /, **headers: str) -> bytes:
    """Return a mail in plain text. A header's `_` is `-`, and an empty value leaves it out."""
    usual = {
        "Return-Path": f"<{KIM}>",
        "From": f"Kim Lee <{KIM}>",
        "To": BOX.address,
        "Subject": "Re: Hours",
        "Message-ID": "<1@customer.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return raw({**usual, **given}, text.encode())


def raw(headers: Mapping[str, str], body: bytes) -> bytes:
    """Return the bytes of a mail with those headers and that body."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items() if value]
    return "".join(lines).encode("utf-8", "surrogateescape") + b"\r\n" + body


def parts(*bodies: str, kind: str = "mixed", **headers: str) -> bytes:
    """Return a mail of several parts. Each begins with its headers."""
    whole = "".join(f"--b\r\n{each}\r\n" for each in bodies) + "--b--\r\n"
    return mail(whole, Content_Type=f"multipart/{kind}; boundary=b", **headers)


def read(content: bytes, box: Mailbox = BOX) -> ReadMail:
    """Return the mail as the channel reads it."""
    return read_mail(content, box)
