"""Groups are ignored, unless a channel says that it answers mentions there."""

from typing import Any

from surgeline.adapters.channels.line.hook import HOOK as LINE
from surgeline.adapters.channels.line.settings import wrong_fields as wrong_at_line
from surgeline.adapters.channels.telegram.hook import HOOK as TELEGRAM
from surgeline.adapters.channels.telegram.settings import wrong_fields as wrong_at_telegram
from surgeline.adapters.hooks import Ignored
from surgeline.application.conversations.intake import Inbound


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
    keys = [{"groups": "@shop_bot", "bot_token": "600:x"}]
    ours = {"reply_to_message": {"from": {"id": 600}}}
    for update in (telegram("@Shop_bot when?"), telegram("when?", **ours)):
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
        (named, telegram("hello", **theirs)),
    ):
        assert TELEGRAM.read("mine", TELEGRAM.part_for(keys, update)) == [Ignored("group")]


def test_the_field_is_checked() -> None:
    """Each kind says what it takes."""
    assert list(wrong_at_line({"groups": "all"}))
    assert list(wrong_at_telegram({"groups": "shop"}))
    assert not [*wrong_at_line({}), *wrong_at_telegram({}), *wrong_at_line({"groups": "mentions"})]
