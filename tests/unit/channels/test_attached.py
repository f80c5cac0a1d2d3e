"""Files and links that go with a text take each provider's form, or stand in words."""

from typing import Any

import pytest
from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.kakao.render import render as for_kakao
from surgeline.adapters.channels.line.render import render as for_line
from surgeline.adapters.channels.slack.render import render as for_slack
from surgeline.adapters.channels.twilio.render import render as for_twilio
from surgeline.adapters.channels.whatsapp.render import calls as for_whatsapp
from surgeline.adapters.channels.whatsapp.settings import WhatsAppChannel
from surgeline.adapters.pool_protocol import pool_says
from surgeline.application.media.links import told_media
from surgeline.application.pools.pool_says import Writes
from surgeline.application.ports.deliveries import Delivery

HOOK = {"hook_url": "https://here.example/v1/hooks/line/mine"}


def attached(kind: str = "image", **told: object) -> dict[str, Any]:
    """Return one file of a message as the delivery tells it."""
    usual = {"title": "", "alt": "A plan", "type": None, "url": None, "file": None, "path": None}
    return {"kind": kind, **usual, **told}


def message(*files: dict[str, Any]) -> dict[str, Any]:
    """Return a message with files."""
    return {"text": "Hello", "choices": [], "attached": list(files)}


def test_a_kept_file_opens_below_this_systems_address() -> None:
    """The address of a kept file is made of the hook's, and stays empty without a hook."""
    said = message(attached(path="/v1/media/x"))
    [known], [unknown] = attached_to(said, HOOK), attached_to(said, {})
    assert known.url == "https://here.example/v1/media/x"
    assert unknown.words == "[A plan]"


def test_words_have_a_title_and_an_address() -> None:
    """In words a file is its title, and its address on a line of its own."""
    [shown] = attached_to(message(attached("link", title="Guide", url="https://x.example/g")), {})
    assert shown.words == "Guide\nhttps://x.example/g"


@pytest.mark.parametrize("url", ["https://x.example/a.webp", "https://x.example/a"])
def test_line_shows_only_the_pictures_that_it_takes(url: str) -> None:
    """A picture of another type than JPEG or PNG stands in words at LINE."""
    said = message(attached(url=url))
    [[words]] = for_line(said, attached_to(said, {}))
    assert words["text"] == f"Hello\n\nA plan\n{url}"


def test_the_names_of_files_alone_stand_once() -> None:
    """A person's files without words have their names as the text, which their words say too."""
    files = [attached("file", title=f"{n}.pdf", alt="", url=f"https://x.example/{n}") for n in "ab"]
    alone = message(*files) | {"text": "a.pdf, b.pdf"}
    [[words]] = for_line(alone, attached_to(alone, {}))
    assert words["text"] == "a.pdf\nhttps://x.example/a\n\nb.pdf\nhttps://x.example/b"
    [[words]] = for_line(message(*files), attached_to(message(*files), {}))
    assert words["text"].startswith("Hello\n\na.pdf\n")


def test_a_kept_picture_has_the_type_of_its_upload() -> None:
    """A person's picture with the upload's type is one at LINE and WhatsApp, not a mere link."""
    thread = "t" + "a" * 26
    picture = {"kind": "image", "file": "f" + "a" * 26, "type": "image/png", "title": "Plan"}
    data = {"conversation_id": f"{thread}-1", "epoch": 1, "text": "Hello", "media": [picture]}
    wrote = pool_says({"type": "message.sent", "timestamp": "2026-03-01T09:30:04Z", "data": data})
    assert isinstance(wrote, Writes)
    said = message(*told_media(wrote.media, thread, lambda *_: "/v1/media/x", now=1))

    [[shown, words]] = for_line(said, attached_to(said, HOOK))
    assert (shown["type"], words["text"]) == ("image", "Hello")
    place = ("r1", thread, f"{thread}-1", "channel", "mine", "message.created", 1, 1)
    sent = Delivery(*place, {"sender": "15550111", "message": said})
    assert [each.body["type"] for each in for_whatsapp(sent, WhatsAppChannel(), HOOK)] == [
        "image",
        "text",
    ]


def test_a_sms_has_the_address_and_whatsapp_the_file() -> None:
    """Over Twilio a file is a file on WhatsApp, and an address in an SMS."""
    said = message(attached(url="https://x.example/a.png"))
    shown = attached_to(said, {})
    assert for_twilio(said, "+15550111", shown)[0].media_url == ""
    assert for_twilio(said, "whatsapp:+15550111", shown)[0].media_url == "https://x.example/a.png"


def test_slack_shows_pictures_before_the_text() -> None:
    """A picture at Slack is a message of its own, whose notice has the words."""
    said = message(attached(url="https://x.example/a.png"))
    picture, text = for_slack(said, "d1", attached_to(said, {}))
    assert picture["blocks"] == [
        {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A plan"}
    ]
    assert text["text"] == "Hello"


def test_a_callback_has_pictures_as_long_as_the_text_leaves_room() -> None:
    """One template of Kakao has three outputs. Pictures beyond them stand in words."""
    few = message(attached(url="https://x.example/a.png"))
    many = message(*[attached(url="https://x.example/a.png")] * 3)
    outputs: Any = for_kakao(few, attached_to(few, {}))["template"]
    assert [list(each) for each in outputs["outputs"]] == [["simpleImage"], ["simpleText"]]
    outputs = for_kakao(many, attached_to(many, {}))["template"]
    assert [list(each) for each in outputs["outputs"]] == [["simpleText"]]
