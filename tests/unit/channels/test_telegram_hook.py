"""Telegram's updates are accepted by their secret token, and each is read or ignored by name."""

import json
from pathlib import Path
from typing import Any

import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.channels.telegram.hook import HOOK
from surgeline.adapters.hooks import Call, Heard, Ignored
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.application.conversations.intake import Inbound, Left
from surgeline.errors import Unauthorized

from tests.often import often

BODIES = Path("tests/events/channels/telegram")
KEYS = ({"secret_token": "new-token"}, {"secret_token": "old-token"})
CUSTOMER = "7100000001"
MINA = {"name": "Mina Cho", "first_name": "Mina"}


def body_of(name: str) -> Any:
    return json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8"))


def one(update: dict[str, Any]) -> Heard:
    [found] = HOOK.read("shop", update)
    return found


def message(**fields: Any) -> dict[str, Any]:
    known = dict(body_of("text")["message"])
    del known["text"], known["entities"]
    return {"update_id": 1, "message": {**known, **fields}}


def said(update: dict[str, Any]) -> Inbound:
    found = one(update)
    assert isinstance(found, Inbound)
    return found


# ---------------------------------------------------------------- verification


def verified(token: str | None, keys: tuple[dict[str, str], ...] = KEYS) -> None:
    headers = {} if token is None else {"x-telegram-bot-api-secret-token": token}
    HOOK.verify(keys, Call(headers, b"{}", query="", now=0))


@pytest.mark.parametrize("token", ["new-token", "old-token"])
def test_each_token_of_a_rotation_is_accepted(token: str) -> None:
    """The old secret token is good beside the new one until the rotation is finished."""
    verified(token)


@pytest.mark.parametrize("token", [None, "", "another", "new-token ", "\ud800", "é"])
def test_i11_any_other_token_is_refused(token: str | None) -> None:
    """A missing, foreign or unreadable token is refused."""
    with pytest.raises(Unauthorized):
        verified(token)


@pytest.mark.parametrize("token", ["", DECOY.decode()])
@pytest.mark.parametrize("keys", [(), ({},), ({"secret_token": ""},)])
def test_i11_a_channel_without_a_token_takes_nothing(
    token: str, keys: tuple[dict[str, str], ...]
) -> None:
    """Neither an empty token nor the public stand-in opens a channel."""
    with pytest.raises(Unauthorized):
        verified(token, keys)


# ---------------------------------------------------------------- reading


def test_a_text_is_read_with_language_and_name() -> None:
    """A text is kept as it was written, with what the customer's profile tells."""
    assert one(body_of("text")) == Inbound(
        "shop",
        CUSTOMER,
        "message/41",
        "Where is my parcel? 📦 https://shop.example",
        language="ko",
        customer=MINA,
    )


def test_a_photo_is_an_attachment_with_its_caption() -> None:
    """A photo of an album counts once, and its caption is the text."""
    found = said(body_of("photo"))
    assert (found.text, found.attachments) == ("It came broken", 1)


@pytest.mark.parametrize(
    "kind", ["photo", "video", "animation", "audio", "voice", "video_note", "document"]
)
def test_media_count_as_an_attachment(kind: str) -> None:
    """Each kind of file is an attachment without words."""
    found = said(message(**{kind: {"file_id": "f"}}))
    assert (found.text, found.attachments) == ("", 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sticker", "[sticker: 👍]"),
        ("venue", "[place: Office, 1 Sample Road, 37.5, 127.0]"),
        ("contact", "[contact: Kim, +15550100]"),
    ],
)
def test_what_is_no_text_is_told_in_words(name: str, text: str) -> None:
    """A sticker, a place and a contact stand on the record in words."""
    assert said(body_of(name)).text == text


def test_a_message_of_an_unknown_kind_is_still_a_message() -> None:
    """A kind that Telegram adds later is told to people, and never lost."""
    assert said(message(hologram={})).text == "[message]"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/hours", "hours"),
        ("/opening_hours@shop_bot today?", "opening hours today?"),
        ("/", "/"),
        ("a /b", "a /b"),
        ("/starting", "starting"),
    ],
)
def test_a_command_is_its_words(text: str, words: str) -> None:
    """A command of the bot's menu asks what its words ask."""
    assert said(message(text=text)).text == words


def test_an_edit_names_the_message_that_it_changes() -> None:
    """An edit is a message of its own, the same for each update with that text."""
    found = said(body_of("edited"))
    assert (found.edits, found.text) == ("message/41", "Where is my parcel 42?")
    again = body_of("edited")
    again["update_id"] += 1
    assert one(again) == found
    again["edited_message"]["text"] += "!"
    assert said(again).event_id != found.event_id


def test_a_pressed_button_is_its_label() -> None:
    """A pressed button counts as its words, with the permission to stop its spinning."""
    found = said(body_of("pressed"))
    assert (found.text, found.event_id, found.reply_token) == (
        "Opening hours",
        "choice/cq-77",
        "cq-77",
    )
    assert (found.sender, found.customer) == (CUSTOMER, MINA)


@pytest.mark.parametrize("label", ["A label that was cut…", None])
def test_a_button_whose_words_are_not_known_is_its_number(label: str | None) -> None:
    """A cut label, and a keyboard that is gone, leave the choice's number."""
    update = body_of("pressed")
    if label is None:
        del update["callback_query"]["message"]["reply_markup"]
    else:
        rows = update["callback_query"]["message"]["reply_markup"]["inline_keyboard"]
        rows[0][0]["text"] = label
    assert said(update).text == "1"


def test_blocking_ends_the_conversation() -> None:
    """A customer who blocks the bot has left."""
    assert one(body_of("blocked")) == Left("shop", CUSTOMER, "leave/820006", blocked=True)


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        (body_of("start"), "start"),
        (body_of("group"), "group"),
        (message(pinned_message={}), "service"),
        (message(text=" \u200b"), "without words"),
        (message(text=5), "without words"),
        (message(text="hi", message_id="x"), "malformed"),
        (message(text="hi", chat={"id": "x", "type": "private"}), "malformed"),
        (message(text="hi", chat=None), "no sender"),
        ({"update_id": 1, "message": None}, "no sender"),
        ({"update_id": 1, "channel_post": {}}, "other update"),
        ({"update_id": 1, "business_message": {}}, "other update"),
        ({"update_id": 1, "message_reaction": {}}, "other update"),
    ],
)
def test_all_else_is_ignored_by_name(update: dict[str, Any], kind: str) -> None:
    """Updates that are no customer's message are ignored, each with a word for the log."""
    assert one(update) == Ignored(kind)


NAMES = ["text", "photo", "edited", "sticker", "venue", "contact"]


@pytest.mark.parametrize("name", NAMES)
def test_an_update_is_read_as_the_providers_library_reads_it(name: str) -> None:
    """Texts, ids, senders and languages are those that python-telegram-bot finds."""
    theirs = telegram.Update.de_json(body_of(name), None)
    found = theirs.effective_message
    assert found is not None
    assert found.from_user is not None
    ours = said(body_of(name))
    assert ours.event_id.split("/")[1] == str(found.message_id)
    assert (ours.sender, ours.language) == (str(found.chat_id), found.from_user.language_code)
    assert ours.customer == {
        "name": found.from_user.full_name,
        "first_name": found.from_user.first_name,
    }
    assert ours.attachments == bool(found.photo)
    if words := found.text or found.caption:
        assert ours.text == words


def test_a_press_and_a_block_are_read_as_the_providers_library_reads_them() -> None:
    """The pressed button and the end of a membership are those that the library finds."""
    pressed = telegram.Update.de_json(body_of("pressed"), None).callback_query
    assert pressed is not None
    assert said(body_of("pressed")).reply_token == pressed.id
    blocked = telegram.Update.de_json(body_of("blocked"), None).my_chat_member
    assert blocked is not None
    assert blocked.new_chat_member.status == "kicked"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
PARTS = ["chat", "from", "text", "photo", "sticker", "venue", "contact", "message", "data"]


@settings(max_examples=often(30, 100))
@given(st.sampled_from(UPDATES), st.dictionaries(st.sampled_from(PARTS), JSON), JSON, st.booleans())
def test_i12_no_update_is_an_error(
    update: str, parts: dict[str, Any], other: Any, whole: bool
) -> None:
    """Any JSON in any place is read as something or ignored."""
    base = body_of("pressed")["callback_query"] | body_of("text")["message"]
    for each in HOOK.read("shop", {"update_id": 1, update: base | parts if whole else other}):
        assert isinstance(each, Inbound | Left | Ignored)
    keyboard = {"message": base | {"reply_markup": {"inline_keyboard": other}}, "data": "1"}
    HOOK.read("shop", {"callback_query": base | keyboard})
