"""Groups are ignored, unless a channel says that it answers mentions there."""

import json
from itertools import product
from types import SimpleNamespace
from typing import Any

from surgeline.adapters.channels.line.hook import HOOK as LINE
from surgeline.adapters.channels.line.send import LineMessages
from surgeline.adapters.channels.line.settings import LineChannel
from surgeline.adapters.channels.line.settings import wrong_fields as wrong_at_line
from surgeline.adapters.channels.telegram.hook import HOOK as TELEGRAM
from surgeline.adapters.channels.telegram.settings import wrong_fields as wrong_at_telegram
from surgeline.adapters.hooks import Ignored
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.configuration import ChannelSettings
from surgeline.application.conversations.intake import Inbound
from surgeline.application.ports.deliveries import Delivery, Reply

PLACE = ("r1", "t1", "t1-1", "channel", "mine", "message.created", 1, 1)
TAKEN = Reply(200, b"{}", None, 7)


def line(text: str, **mentioned: object) -> dict[str, Any]:
    """Return a request with a message of a group."""
    return {
        "events": [
            {
                "type": "message",
                "webhookEventId": "01K1",
                "replyToken": "rt",
                "source": {"type": "group", "groupId": "C1", "userId": "U1"},
                "message": {
                    "id": "9",
                    "type": "text",
                    "text": text,
                    "mention": {"mentionees": [mentioned]},
                },
            }
        ]
    }


def telegram(text: str, **more: object) -> dict[str, Any]:
    """Return an update with a message of a group."""
    chat = {"id": -100, "type": "supergroup"}
    return {"update_id": 1, "message": {"message_id": 7, "chat": chat, "text": text, **more}}


def test_a_mention_at_line_is_a_message_of_the_group() -> None:
    """The mention is taken out by its place in UTF-16, and the group is the sender."""
    said = line("📦 @Shop when?", index=3, length=5, isSelf=True)
    [heard] = LINE.read("mine", LINE.part_for([{"groups": "mentions"}], said))
    assert isinstance(heard, Inbound)
    assert (heard.sender, heard.text, heard.reply_token) == ("C1", "📦  when?", "rt")


def test_line_leaves_everything_else_of_groups_alone() -> None:
    """Without the field, or without a mention of the account, nothing of a group is read."""
    ours, other = ({"index": 0, "length": 5, "isSelf": each} for each in (True, False))
    for keys, said in (
        ([{}], line("@Shop x", **ours)),
        ([{"groups": "mentions"}], line("@Shop x", **other)),
    ):
        assert LINE.read("mine", LINE.part_for(keys, said)) == [Ignored("group")]


def test_a_mention_at_telegram_is_a_message_of_the_group() -> None:
    """A mention of the bot's name and a reply to the bot are heard from the group."""
    ours = {"reply_to_message": {"from": {"id": 600}}}
    said = (telegram("@Shop_bot when?"), telegram("when?", **ours))
    for name, update in product(("shop_bot", "@shop_bot"), said):
        keys = [{"groups": name, "bot_token": "600:x"}]
        [heard] = TELEGRAM.read("mine", TELEGRAM.part_for(keys, update))
        assert isinstance(heard, Inbound)
        assert (heard.sender, heard.text) == ("-100", "when?")


def test_telegram_leaves_everything_else_of_groups_alone() -> None:
    """Without the field, and for words to others, nothing of a group is read."""
    theirs = {"reply_to_message": {"from": {"id": 601}}}
    named = [{"groups": "@shop_bot", "bot_token": "600:x"}]
    for keys, update in (
        ([{"bot_token": "600:x"}], telegram("@shop_bot x")),
        (named, telegram("hello")),
        (named, telegram("@shop_bot_2 hello")),
        (named, telegram("hello", **theirs)),
    ):
        assert TELEGRAM.read("mine", TELEGRAM.part_for(keys, update)) == [Ignored("group")]


def test_a_picture_with_a_mention_at_telegram_is_heard() -> None:
    """A mention may stand below a picture, whose words are its caption."""
    update = telegram("", photo=[{"file_id": "f1"}], caption="@shop_bot this one")
    del update["message"]["text"]
    keys = [{"groups": "@shop_bot", "bot_token": "600:x"}]
    [heard] = TELEGRAM.read("mine", TELEGRAM.part_for(keys, update))
    assert isinstance(heard, Inbound)
    assert (heard.sender, heard.text, heard.attachments) == ("-100", "this one", 1)


def test_a_button_in_a_group_at_telegram_is_heard() -> None:
    """A press of a button has the group as its sender, and the permission to stop the spinning."""
    button = {"text": "Opening hours", "callback_data": "1"}
    message = telegram("1. Opening hours")["message"]
    message |= {"from": {"id": 600}, "reply_markup": {"inline_keyboard": [[button]]}}
    update = {"update_id": 2, "callback_query": {"id": "q1", "data": "1", "message": message}}
    [heard] = TELEGRAM.read("mine", TELEGRAM.part_for([{"groups": "@shop_bot"}], update))
    assert isinstance(heard, Inbound)
    told = (heard.sender, heard.text, heard.reply_token)
    assert told == ("-100", "Opening hours", "q1")
    assert TELEGRAM.read("mine", TELEGRAM.part_for([{}], update)) == [Ignored("group")]


def test_choices_in_a_group_at_line_are_numbers_alone() -> None:
    """A quick reply writes words without a mention, which nothing in a group would hear."""
    posted: list[Any] = []
    channel = ChannelSettings("mine", "line", settings=LineChannel())
    parts: Any = SimpleNamespace(
        configuration=SimpleNamespace(channel=lambda _: channel),
        secrets=SimpleNamespace(get=lambda _: write_fields("line", {"channel_access_token": "t"})),
        posts=SimpleNamespace(post=lambda *said, **_: posted.append(said[2]) or TAKEN),
        clock=SimpleNamespace(now=lambda: 1),
    )
    said = {"text": "Which?", "choices": [{"label": "Hours"}]}
    for sender, shows in (("C1", False), ("R1", False), ("U1", True)):
        sent = Delivery(*PLACE, {"sender": sender, "message": said})
        LineMessages(parts).send(sent, timeout_seconds=5)
        [told] = json.loads(posted.pop())["messages"]
        assert ("quickReply" in told) == shows
        assert "1. Hours" in told["text"]


def test_the_field_is_checked() -> None:
    """Each kind says what it takes."""
    assert list(wrong_at_line({"groups": "all"}))
    assert list(wrong_at_telegram({"groups": "shop-bot"}))
    assert not [*wrong_at_line({}), *wrong_at_telegram({}), *wrong_at_line({"groups": "mentions"})]
    assert not [*wrong_at_telegram({"groups": "shop_bot"})]
