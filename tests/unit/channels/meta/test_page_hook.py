"""Messenger's and Instagram's webhooks are read alike: every event, each for what it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from surgeline.adapters.channels.instagram.hook import HOOK as INSTAGRAM
from surgeline.adapters.channels.messenger.hook import HOOK as MESSENGER
from surgeline.adapters.hooks import Heard, Ignored
from surgeline.application.conversations.intake import WORDLESS, Deleted, Inbound, Left, Spoke

from tests.often import often

BODIES = Path("tests/events/channels/page")
CUSTOMER, PAGE = "710000000000007", "410000000000007"


def body_of(name: str) -> Any:
    return json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8"))


def heard(*events: object) -> list[Heard]:
    return MESSENGER.read(
        "shop", {"object": "page", "entry": [{"id": PAGE, "messaging": list(events)}]}
    )


def event(**told: Any) -> dict[str, Any]:
    return {"sender": {"id": CUSTOMER}, "recipient": {"id": PAGE}, "timestamp": 5, **told}


def said(**message: Any) -> Inbound:
    [found] = heard(event(message={"mid": "m_1", **message}))
    assert isinstance(found, Inbound)
    return found


def test_every_event_of_a_batch_is_read() -> None:
    """Texts, choices, presses, pictures, echoes, receipts and an edit are told apart."""
    assert MESSENGER.read("shop", body_of("batch")) == [
        Inbound("shop", CUSTOMER, "message/m_B1", "Where is my parcel? 📦"),
        Inbound("shop", CUSTOMER, "message/m_B2", "Where can I see when it comes?"),
        Inbound("shop", CUSTOMER, "postback/m_B3", "Opening hours"),
        Inbound(
            "shop",
            CUSTOMER,
            "message/m_B4",
            "",
            attachments=2,
            media=tuple(
                {"kind": "image", "ref": f"https://cdn.example/{each}.jpg", "name": ""}
                for each in "ab"
            ),
        ),
        Ignored("echo"),
        Spoke("shop", CUSTOMER, "echo/m_O2", "Kim here."),
        Ignored("delivery"),
        Ignored("read"),
        Inbound(
            "shop",
            CUSTOMER,
            "message/m_B1/edit/4a5881b738da78e1",
            "Where is my parcel 42?",
            edits="message/m_B1",
        ),
        Ignored("standby"),
    ]


def test_instagrams_events_are_read() -> None:
    """A reply to a story, a deletion, a mention and an echo without a tag are told apart."""
    assert INSTAGRAM.read("shop", body_of("instagram")) == [
        Inbound("shop", CUSTOMER, "message/i_1", "still in stock?"),
        Deleted("shop", CUSTOMER, "delete/i_2", "message/i_2"),
        Inbound("shop", CUSTOMER, "message/i_3", "[story mention]"),
        Ignored("read"),
        Spoke("shop", CUSTOMER, "echo/i_o2", "Yes."),
    ]


def test_the_events_of_another_object_are_left_out() -> None:
    """A request about Instagram is not read by Messenger's hook, and the other way round."""
    assert MESSENGER.read("shop", body_of("instagram")) == [Ignored("other object")]
    assert INSTAGRAM.read("shop", body_of("batch")) == [Ignored("other object")]


@pytest.mark.parametrize(
    ("attachment", "text", "attachments"),
    [
        ({"type": "video"}, "", 1),
        ({"type": "file"}, "", 1),
        ({"type": "image", "payload": {"sticker_id": 1}}, "[sticker]", 0),
        ({"type": "like_heart"}, "[sticker]", 0),
        ({"type": "fallback"}, "[message]", 0),
        (
            {"type": "location", "payload": {"coordinates": {"lat": 37.5, "long": 127.0}}},
            "[place: 37.5, 127.0]",
            0,
        ),
        ({"type": 5}, "[message]", 0),
    ],
)
def test_what_is_no_text_is_told_in_words(
    attachment: dict[str, Any], text: str, attachments: int
) -> None:
    """A file counts as an attachment, and everything else stands on the record in words."""
    found = said(attachments=[attachment])
    assert (found.text, found.attachments) == (text, attachments)


def test_a_text_beside_a_picture_is_kept() -> None:
    """A picture with words is an attachment with its text."""
    found = said(text="Broken", attachments=[{"type": "image"}])
    assert (found.text, found.attachments) == ("Broken", 1)


def test_an_echo_of_a_picture_is_without_words() -> None:
    """Instagram brings no tag of ours back. The writer of the thread decides whose it is."""
    picture = {"type": "image", "payload": {"url": "https://cdn.example/lamp.png"}}
    [found] = heard(event(message={"mid": "m_O", "is_echo": True, "attachments": [picture]}))
    assert isinstance(found, Spoke)
    assert found.text == WORDLESS


def test_a_press_without_an_id_is_known_by_its_time() -> None:
    """A postback of an older form has no id, so its sender and time are the id."""
    [found] = heard(event(postback={"title": "Opening hours", "payload": "HOURS"}))
    assert isinstance(found, Inbound)
    assert found.event_id == "postback/5"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (event(reaction={"emoji": "👍"}), "reaction"),
        (event(optin={}), "optin"),
        (event(pass_thread_control={}), "other event"),
        (event(postback={"title": "Get started", "payload": "x"}), "start"),
        (event(postback={}), "without words"),
        (event(message={"text": "hi"}), "malformed"),
        (event(message={"mid": "m", "text": " \u200b"}), "without words"),
        (event(message={"mid": "m", "is_echo": True, "is_deleted": True}), "other echo"),
        (event(message_edit={"mid": "m"}), "without words"),
        ({"message": {"mid": "m", "text": "hi"}}, "no sender"),
        (5, "malformed"),
    ],
)
def test_all_else_is_ignored_by_name(told: object, kind: str) -> None:
    """Events that are no customer's message are ignored, each with a word for the log."""
    assert heard(told) == [Ignored(kind)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
PARTS = ["text", "mid", "attachments", "quick_reply", "is_echo", "metadata", "is_deleted"]


@settings(
    max_examples=often(30, 100),
    suppress_health_check=[HealthCheck.too_slow],  # the first one makes the strategy
)
@given(st.dictionaries(st.sampled_from(PARTS), JSON), JSON)
def test_i12_no_body_is_an_error(parts: dict[str, Any], other: Any) -> None:
    """Any JSON in any place is read as something or ignored."""
    message = {"mid": "m", **parts}
    events = (
        event(message=message),
        event(message=other),
        event(postback=other),
        event(message_edit=other),
        {"sender": other, "message": message},
        other,
    )
    for each in heard(*events):
        assert isinstance(each, Inbound | Left | Spoke | Ignored)
    for whole in ({"object": "page", "entry": other}, {"object": other}):
        MESSENGER.read("shop", whole)
    MESSENGER.read("shop", {"object": "page", "entry": [{"messaging": other, "standby": other}]})
