"""A reply becomes a page's messages within the limits of Messenger and of Instagram."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.instagram.kind import InstagramChannel, utf8
from surgeline.adapters.channels.messenger.kind import MessengerChannel
from surgeline.adapters.channels.meta.look_up import asked_for, is_there
from surgeline.adapters.channels.meta.say import Limits, PageSpeech, as_a_person
from surgeline.adapters.channels.posting import Refusal
from surgeline.adapters.channels.text import utf16
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused

MESSENGER = PageSpeech(Limits(2_000, utf16, tags=True))
INSTAGRAM = PageSpeech(Limits(1_000, utf8, tags=False))
FIELDS = {"access_token": "the-token"}
WINDOW = Refused(outcome="window: status 400, code 10", final=True)
LONG = "Where can I see when my parcel comes to me?"


def delivery(text: str, *labels: str, speaker: str | None = "bot") -> Delivery:
    message = {"text": text, "choices": [{"label": each} for each in labels]}
    return Delivery(
        id="r1",
        thread_id="t1",
        conversation_id="t1-1",
        target="channel",
        target_id="shop",
        event="message.created",
        epoch=1,
        at=0,
        payload={"sender": "710000000000007", "message": message},
        speaker=speaker,
    )


def rendered(speech: PageSpeech, text: str, *labels: str) -> list[Any]:
    found = speech.calls(delivery(text, *labels), MessengerChannel(), FIELDS)
    assert {each.path for each in found} == {"/v25.0/me/messages"}
    assert all(each.headers == {"authorization": "Bearer the-token"} for each in found)
    return [dict(each.body) for each in found]


def test_a_short_answer_is_one_message() -> None:
    """Messenger's message has the tag that its echo brings back, and Instagram's has none."""
    whole = {"recipient": {"id": "710000000000007"}, "messaging_type": "RESPONSE"}
    assert rendered(INSTAGRAM, "Yes.") == [whole | {"message": {"text": "Yes."}}]
    tagged = {"text": "Yes.", "metadata": "surgeline:r1"}
    assert rendered(MESSENGER, "Yes.") == [whole | {"message": tagged}]


def test_choices_are_quick_replies_and_numbers() -> None:
    """Each choice is numbered in the text and a quick reply that stands for its whole words."""
    [body] = rendered(MESSENGER, "Did you mean:", LONG, "A person")
    assert body["message"]["text"] == f"Did you mean:\n\n1. {LONG}\n2. A person"
    assert body["message"]["quick_replies"] == [
        {"content_type": "text", "title": "Where can I see whe…", "payload": LONG},
        {"content_type": "text", "title": "A person", "payload": "A person"},
    ]


def test_instagrams_texts_are_counted_in_bytes() -> None:
    """Hangul has three bytes a letter, so a text of 400 letters is two messages."""
    parts = [each["message"]["text"] for each in rendered(INSTAGRAM, "가" * 400)]
    assert [len(each) for each in parts] == [333, 67]


@given(
    st.sampled_from([(MESSENGER, 2_000, utf16), (INSTAGRAM, 1_000, utf8)]),
    st.text(min_size=1, max_size=3_000).filter(str.strip),
    st.lists(st.text(min_size=1, max_size=40), max_size=15),
)
def test_every_body_is_within_the_limits(kind: Any, text: str, labels: list[str]) -> None:
    """Texts and titles fit, and no more than thirteen buttons stand below a message."""
    speech, most, size = kind
    for body in rendered(speech, text, *labels):
        message = body["message"]
        assert 0 < size(message["text"]) <= most
        replies = message.get("quick_replies", [])
        assert len(replies) <= 13
        assert all(0 < utf16(each["title"]) <= 20 for each in replies)


def refusal(speaker: str | None, setting: str, refused: Refused = WINDOW) -> Refusal:
    given_delivery = delivery("Sorry for the wait.", speaker=speaker)
    settings = InstagramChannel(after_window=setting)
    call = INSTAGRAM.calls(given_delivery, settings, FIELDS)[0]
    return Refusal(call, given_delivery, settings, refused)


def test_a_persons_late_words_have_the_tag() -> None:
    """After the window the same message goes out once more, tagged as a person's."""
    call = as_a_person(refusal("vendor", "human_agent"))
    assert call is not None
    assert (call.body["messaging_type"], call.body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    assert call.body["message"] == {"text": "Sorry for the wait."}


@pytest.mark.parametrize(
    ("speaker", "setting", "refused"),
    [
        ("bot", "human_agent", WINDOW),
        ("system", "human_agent", WINDOW),
        (None, "human_agent", WINDOW),
        ("vendor", "", WINDOW),
        ("vendor", "human_agent", Refused(outcome="message: status 400", final=True)),
    ],
)
def test_nothing_else_ever_has_the_tag(speaker: str | None, setting: str, refused: Refused) -> None:
    """The bot's words never have it, nor a person's where Meta has not allowed it."""
    assert as_a_person(refusal(speaker, setting, refused)) is None


SAID = {"message": "Hello  you", "from": {"id": "1"}, "created_time": "1970-01-01T00:00:01+0000"}


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (SAID, True),
        (SAID | {"message": "Hello"}, False),
        (SAID | {"from": {"id": "710000000000007"}}, False),
        (SAID | {"created_time": "1969-12-31T23:59:00+0000"}, False),
        (SAID | {"created_time": "yesterday"}, False),
        (SAID | {"created_time": None, "from": 5}, False),
        ({}, False),
        (5, False),
    ],
)
def test_a_lost_text_is_found_among_ours_since_the_decision(message: Any, found: bool) -> None:
    """A text of the customer's, an older one and one of other words are not taken for it."""
    sent = delivery("Hello you")
    [call] = MESSENGER.calls(sent, MessengerChannel(), FIELDS)
    told = {"data": [{"messages": {"data": [message]}}]}
    assert is_there(told, call, sent) is found
    assert not is_there({"data": message}, call, sent)
    assert "user_id=710000000000007" in asked_for("messenger", sent)
