"""LINE's webhooks are verified over their exact bytes, and every event of them is read."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.channels.line.hook import HOOK
from surgeline.adapters.hooks import Call, Heard, Ignored
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.application.conversations.intake import Inbound, Left
from surgeline.errors import Unauthorized

from tests.often import often

BODIES = Path("tests/events/channels")
KEYS = ({"channel_secret": "new-secret"}, {"channel_secret": "old-secret"})
CUSTOMER = "U00000000000000000000000000000001"


def body_of(name: str) -> Any:
    return json.loads((BODIES / f"line-{name}.json").read_text(encoding="utf-8"))


NEW, OLD = (each["channel_secret"] for each in KEYS)


def signed(body: bytes, with_secret: str = NEW) -> dict[str, str]:
    digest = hmac.digest(with_secret.encode(), body, hashlib.sha256)
    return {"x-line-signature": base64.b64encode(digest).decode()}


def call(headers: dict[str, str], body: bytes) -> Call:
    return Call(headers, body, query="", now=0)


def event(**changes: Any) -> dict[str, Any]:
    [known] = body_of("text")["events"]
    return {**known, **changes}


def heard(*events: object) -> list[Heard]:
    return HOOK.read("shop", {"events": list(events)})


def message(**fields: Any) -> dict[str, Any]:
    return event(message={"id": "5", **fields})


PUBLISHED = [
    (
        "8c570fa6dd201bb328f1c1eac23a96d8",
        b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}',
        "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=",
    ),
    ("channel_secret", b"bodybodybodybody", "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="),
]
"""The examples of LINE's documentation and of LINE's SDK: a secret, a body and its signature."""


@pytest.mark.parametrize(("secret", "body", "signature"), PUBLISHED)
def test_a_published_signature_is_accepted(secret: str, body: bytes, signature: str) -> None:
    """A body that the channel secret signed is accepted."""
    HOOK.verify([{"channel_secret": secret}], call({"x-line-signature": signature}, body))


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_each_secret_of_a_rotation_is_accepted(secret: str) -> None:
    """The old channel secret is good beside the new one until the rotation is finished."""
    HOOK.verify(KEYS, call(signed(b"{}", secret), b"{}"))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"{}"),
        ({"x-line-signature": ""}, b"{}"),
        ({"x-line-signature": "\ud800"}, b"{}"),
        ({"x-line-signature": "é"}, b"{}"),
        (signed(b"{}", "another"), b"{}"),
        (signed(b"{ }"), b"{}"),
        ({"x-line-signature": ",".join(2 * list(signed(b"{}").values()))}, b"{}"),
    ],
)
def test_i11_any_other_signature_is_refused(headers: dict[str, str], body: bytes) -> None:
    """A missing, foreign, repeated or unreadable signature is refused."""
    with pytest.raises(Unauthorized):
        HOOK.verify(KEYS, call(headers, body))


@pytest.mark.parametrize("secret", ["", DECOY.decode()], ids=["empty", "decoy"])
@pytest.mark.parametrize("keys", [(), ({},), ({"channel_secret": ""},)])
def test_i11_a_channel_without_a_secret_takes_nothing(
    keys: tuple[dict[str, str], ...], secret: str
) -> None:
    """Neither an empty secret nor the public one that stands in for it opens a channel."""
    with pytest.raises(Unauthorized):
        HOOK.verify(keys, call(signed(b"{}", secret), b"{}"))


def test_the_consoles_test_has_no_event() -> None:
    """The request by which LINE's console verifies a URL is read as nothing."""
    assert HOOK.read("shop", body_of("verify")) == []


def test_a_text_is_read_with_its_reply_token() -> None:
    """A text is kept as the customer wrote it, under the message's own id."""
    assert HOOK.read("shop", body_of("text")) == [
        Inbound(
            "shop",
            CUSTOMER,
            "message/500000000000000001",
            "Where is my parcel? 📦",
            reply_token="rt-0001",  # no password
        )
    ]


def test_every_event_of_a_batch_is_read_in_its_order() -> None:
    """Of ten events five are messages, one a deletion, one a departure, and three are ignored."""
    found = HOOK.read("shop", body_of("batch"))
    assert [(type(each).__name__, getattr(each, "text", None)) for each in found] == [
        ("Inbound", ""),
        ("Inbound", "[sticker: thanks]"),
        ("Inbound", "[place: Office, 1 Sample Road, 37.5, 127.0]"),
        ("Inbound", "c1:m7:2"),
        ("Deleted", None),
        ("Ignored", None),
        ("Left", None),
        ("Ignored", None),
        ("Ignored", None),
    ]
    kinds = [each.kind for each in found if isinstance(each, Ignored)]
    assert kinds == ["follow", "standby", "group"]


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file"])
def test_media_count_as_an_attachment(kind: str) -> None:
    """A picture, a video, a recording or a file is an attachment without words."""
    [found] = heard(message(type=kind, contentProvider={"type": "line"}))
    assert isinstance(found, Inbound)
    assert (found.text, found.attachments) == ("", 1)


@pytest.mark.parametrize(
    ("sticker", "text"),
    [
        ({}, "[sticker]"),
        ({"keywords": ["thanks", "bow"]}, "[sticker: thanks, bow]"),
        ({"keywords": ["thanks"], "text": "Merci"}, "[sticker: Merci]"),
        ({"keywords": "thanks", "text": 5}, "[sticker]"),
    ],
)
def test_a_sticker_never_vanishes(sticker: dict[str, Any], text: str) -> None:
    """A sticker is read by its own text or its keywords, and else by its name alone."""
    [found] = heard(message(type="sticker", packageId="1", stickerId="2", **sticker))
    assert isinstance(found, Inbound)
    assert found.text == text


def test_a_message_of_an_unknown_type_is_still_a_message() -> None:
    """A type that LINE adds later is told to people, and never lost."""
    [found] = heard(message(type="hologram"))
    assert isinstance(found, Inbound)
    assert found.text == "[message]"


def test_one_message_under_two_event_ids_is_one() -> None:
    """Two events about one message have one id, and so has a redelivery, without its old token."""
    again = event(webhookEventId="01K2", deliveryContext={"isRedelivery": True})
    first, second = heard(event(), again)
    assert isinstance(first, Inbound)
    assert first.reply_token == "rt-0001"
    assert second == replace(first, reply_token=None)


def test_blocking_ends_the_conversation() -> None:
    """A customer who unfollows the account has left."""
    [found] = heard(event(type="unfollow"))
    assert found == Left("shop", CUSTOMER, "leave/01KEXAMPLE0000000000000001", blocked=True)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"mode": "standby"}, "standby"),
        ({"source": {"type": "group", "groupId": "C1"}}, "group"),
        ({"source": {"type": "room", "roomId": "R1", "userId": CUSTOMER}}, "group"),
        ({"source": {"type": "user"}}, "malformed"),
        ({"source": None}, "no sender"),
        ({"source": {"type": "user", "userId": "U" * 257}}, "malformed"),
        ({"webhookEventId": None}, "malformed"),
        ({"message": {"type": "text", "text": "hi"}}, "malformed"),
        ({"message": {"id": "1", "type": "text", "text": " \u200b"}}, "without words"),
        ({"message": {"id": "1", "type": "text", "text": 7}}, "without words"),
        ({"type": "postback", "postback": {}}, "without words"),
        ({"type": "memberJoined"}, "other event"),
        ({"type": ["message"]}, "other event"),
    ],
)
def test_all_else_is_ignored_by_name(changes: dict[str, Any], kind: str) -> None:
    """Events that are no customer's message are ignored, each with a word for the log."""
    assert heard(event(**changes)) == [Ignored(kind)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PARTS = ["type", "mode", "source", "message", "webhookEventId", "replyToken", "postback"]


@settings(max_examples=often(30, 100))
@given(st.dictionaries(st.sampled_from(PARTS), JSON), st.dictionaries(st.text(), JSON))
def test_i12_no_body_is_an_error(changes: dict[str, Any], other: dict[str, Any]) -> None:
    """Any JSON in any place is read as something or ignored."""
    for each in heard(event(**changes), other, event(message={**other, "id": "1"})):
        assert isinstance(each, Inbound | Left | Ignored)
    HOOK.read("shop", other)
    HOOK.read("shop", {"events": other})
