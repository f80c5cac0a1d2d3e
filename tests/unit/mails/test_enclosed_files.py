"""The files of a person's reply go with its mail, and one that does not fit has its address."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import SimpleNamespace
from typing import Any, cast

from surgeline.adapters.channels.email.send import Replies
from surgeline.adapters.channels.enclosed import MOST_BYTES
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.media.kept import key_of
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.mails import Letter, MailReply
from surgeline.application.ports.refusals import Absent
from surgeline.domain.media.files import MediaPlace

from tests.unit.mails.mails import KIM, THREAD

FIELDS = {
    "address": "support@shop.example",
    "host": "ses",
    "hook_url": "https://chat.shop.example/v1/hooks/email/mail",
}
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * (MOST_BYTES // 2 + 1)


def mailed(*names: str, text: str = "Here they are.") -> EmailMessage:
    """Return the mail of a reply with pictures of those names, each over half of a mail's room."""
    kept = {key_of(MediaPlace(THREAD, name)): PICTURE for name in names}
    sent: list[Letter] = []

    def get(key: str) -> bytes:
        if key not in kept:
            raise Absent("no such file")
        return kept[key]

    def send(letter: Letter, *_: object, **__: object) -> MailReply:
        sent.append(letter)
        return MailReply(250)

    parts: Any = SimpleNamespace(
        secrets=SimpleNamespace(get=lambda _: write_fields("email", FIELDS)),
        blobs=SimpleNamespace(get=get),
        mails=SimpleNamespace(send=send),
    )
    attached = [
        {"kind": "image", "title": name, "file": name, "path": f"/v1/media/{name}"}
        for name in names
    ]
    message = {"text": text, "speaker": "person", "attached": attached}
    place = ("r1", THREAD, f"{THREAD}-1", "channel", "mail", "message.created", 1, 1)
    Replies(parts).send(Delivery(*place, {"sender": KIM, "message": message}), timeout_seconds=5)
    return cast(EmailMessage, message_from_bytes(sent[0].content, policy=default))


def test_a_file_that_does_not_fit_has_its_address_in_the_mail() -> None:
    """Both texts of the mail have the link of the second file, and of no file that is inside."""
    mail = mailed("first", "second")
    assert [each.get_filename() for each in mail.iter_attachments()] == ["first.png"]
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()  # type: ignore[union-attr] # it has both
        assert "https://chat.shop.example/v1/media/second" in text
        assert "/v1/media/first" not in text
        assert "<img" not in text, "a link that ends after a day is no picture"


def test_a_name_stands_once() -> None:
    """A file's name has one ending, and the names of files without words are no text besides."""
    mail = mailed("a.png", "b.png", text="a.png, b.png")
    assert [each.get_filename() for each in mail.iter_attachments()] == ["a.png"]
    [plain, page] = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr] # it has both
    assert plain.split() == ["b.png", "https://chat.shop.example/v1/media/b.png"]
    assert page.count(">b.png<") == 1
    assert "a.png" not in page
