"""Slack's requests are verified over body and time, and each is read as one event or ignored."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from surgeline.adapters.channels.slack.hook import HOOK, signature
from surgeline.adapters.channels.slack.place import place_of
from surgeline.adapters.channels.slack.words import escaped, plain
from surgeline.adapters.hooks import Call, Heard, Ignored
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.application.conversations.intake import Deleted, Inbound
from surgeline.errors import BadRequest, Unauthorized
from surgeline.runtime.strict_json import load_object

from tests.often import often

BODIES = Path("tests/events/channels")
SECRETS = ("new-secret", "old-secret")
KEYS = tuple({"signing_secret": each} for each in SECRETS)
SECONDS = 1_790_000_000
FORM = {"content-type": "application/x-www-form-urlencoded"}
PUBLISHED = {
    "secret": "8f742231b10e8888abcd99yyyzzz85a5",
    "stamp": "1531420618",
    "body": (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    ),
    "signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
}
"""The example of Slack's documentation."""


def body_of(name: str) -> Any:
    return json.loads((BODIES / f"slack-{name}.json").read_text(encoding="utf-8"))


def call(headers: dict[str, str], body: bytes, *, now: int = SECONDS) -> Call:
    return Call(headers, body, query="", now=now * 1000)


def signed(body: bytes, secret: str = SECRETS[0], stamp: str = str(SECONDS)) -> dict[str, str]:
    proof = signature(secret, stamp, body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": proof}


def heard(said: Any) -> Heard:
    [found] = HOOK.read("shop", said)
    return found


def im(**changes: Any) -> dict[str, Any]:
    known: dict[str, Any] = body_of("im")
    return {**known, "event": {**known["event"], **changes}}


# ---------------------------------------------------------------- verification


def test_the_published_signature_is_accepted() -> None:
    """The example of Slack's documentation is accepted at its time."""
    headers = {
        "x-slack-request-timestamp": PUBLISHED["stamp"],
        "x-slack-signature": PUBLISHED["signature"],
    }
    keys = [{"signing_secret": str(PUBLISHED["secret"])}]
    published: Any = headers
    HOOK.verify(keys, call(published, bytes(PUBLISHED["body"]), now=1_531_420_618))  # type: ignore[arg-type] # bytes of the table


@pytest.mark.parametrize("secret", SECRETS)
def test_each_secret_of_a_rotation_is_accepted(secret: str) -> None:
    """The old signing secret is good beside the new one until the rotation is finished."""
    HOOK.verify(KEYS, call(signed(b"{}", secret), b"{}"))


@given(st.binary(max_size=60), st.integers(0, 10**10))
def test_the_providers_own_sdk_makes_the_same_signature(body: bytes, seconds: int) -> None:
    """Slack's SDK signs each body as it is verified here."""
    text = body.decode("latin-1")
    theirs = SignatureVerifier("new-secret").generate_signature(timestamp=str(seconds), body=text)
    assert theirs == signature("new-secret", str(seconds), text.encode())


@pytest.mark.parametrize("away", [-300, 300])
def test_a_request_of_the_last_five_minutes_is_fresh(away: int) -> None:
    """Slack's clock may differ from ours by up to five minutes."""
    HOOK.verify(KEYS, call(signed(b"{}"), b"{}", now=SECONDS + away))


@pytest.mark.parametrize(
    ("headers", "body", "now"),
    [
        ({}, b"{}", SECONDS),
        (signed(b"{}") | {"x-slack-signature": ""}, b"{}", SECONDS),
        (signed(b"{}") | {"x-slack-signature": "\ud800"}, b"{}", SECONDS),
        (signed(b"{}", "another"), b"{}", SECONDS),
        (signed(b"{ }"), b"{}", SECONDS),
        (signed(b"{}"), b"{}", SECONDS + 301),
        (signed(b"{}"), b"{}", SECONDS - 301),
        (signed(b"{}", stamp="+1790000000"), b"{}", SECONDS),
        (signed(b"{}", stamp="1790000000.0"), b"{}", SECONDS),
        (signed(b"{}", stamp="１７９０００００００"), b"{}", SECONDS),
        (signed(b"{}", stamp=" 1790000000"), b"{}", SECONDS),
        (signed(b"{}", stamp="9" * 40), b"{}", SECONDS),
        ({"x-slack-signature": signed(b"{}")["x-slack-signature"][3:]}, b"{}", SECONDS),
    ],
)
def test_i11_any_other_request_is_refused(headers: dict[str, str], body: bytes, now: int) -> None:
    """A missing, foreign, old, early or oddly written proof is refused."""
    with pytest.raises(Unauthorized):
        HOOK.verify(KEYS, call(headers, body, now=now))


@pytest.mark.parametrize("secret", ["", DECOY.decode()], ids=["empty", "decoy"])
@pytest.mark.parametrize("keys", [(), ({},), ({"signing_secret": ""},)])
def test_i11_a_channel_without_a_secret_takes_nothing(
    keys: tuple[dict[str, str], ...], secret: str
) -> None:
    """Neither an empty secret nor the public one that stands in for it opens a channel."""
    with pytest.raises(Unauthorized):
        HOOK.verify(keys, call(signed(b"{}", secret), b"{}"))


# ---------------------------------------------------------------- bodies and answers


def test_a_challenge_is_answered_as_text() -> None:
    """The URL that is set up gets its challenge back, and gives no event."""
    said = body_of("url-verification")
    assert HOOK.read("shop", said) == []
    assert HOOK.answer(said).text == "ch-1"
    assert HOOK.answer(said).content_type.startswith("text/plain")
    assert HOOK.answer({"type": "url_verification", "challenge": 5}).text == "{}"
    assert len(HOOK.answer({"type": "url_verification", "challenge": "c" * 9_000}).text) == 1_000


def test_a_pressed_button_comes_as_a_form() -> None:
    """The payload of a form is read as JSON, and answered with nothing at all."""
    raw = urlencode({"payload": json.dumps(body_of("block-actions"))}).encode()
    said = HOOK.parse(call(FORM, raw), load_object)
    assert said["type"] == "block_actions"
    assert HOOK.answer(said).text == ""


@pytest.mark.parametrize("raw", [b"payload=%7B", b"payload=[]", b"payload=%ff", b"payload=\xff"])
def test_a_payload_that_is_no_object_is_refused(raw: bytes) -> None:
    """A form's payload is as strict as any other JSON."""
    with pytest.raises(BadRequest):
        HOOK.parse(call(FORM, raw), load_object)


@pytest.mark.parametrize("raw", [b"", b"command=%2Fhelp&text=hi", b"payload=", b"&&=&"])
def test_a_form_without_a_payload_says_nothing(raw: bytes) -> None:
    """A command of the app is acknowledged and ignored."""
    assert heard(HOOK.parse(call(FORM, raw), load_object)) == Ignored("other request")


# ---------------------------------------------------------------- events


def test_a_direct_message_is_read() -> None:
    """A direct message is kept under its time, and its sender is the place to answer to."""
    found = heard(body_of("im"))
    assert found == Inbound(
        "shop", "T0AAAAAAA/D0AAAAAAA", "message/1790000000.000100", "Where is my parcel?"
    )
    assert place_of("T0AAAAAAA/D0AAAAAAA").channel == "D0AAAAAAA"


def test_a_thread_is_a_conversation_of_its_own() -> None:
    """A message in a thread is answered in that thread."""
    found = heard(im(thread_ts="1789999999.000100"))
    assert isinstance(found, Inbound)
    assert found.sender == "T0AAAAAAA/D0AAAAAAA/1789999999.000100"
    assert place_of(found.sender).thread == "1789999999.000100"


@pytest.mark.parametrize("thread", [None, "1789999999.000100"])
def test_a_mention_in_a_channel_is_answered_in_its_thread(thread: str | None) -> None:
    """A mention opens a thread or belongs to one, and the app's own name is left out."""
    said = im(type="app_mention", channel="C1", text="<@U0BOT> Hello <@U2>", thread_ts=thread)
    found = heard(said)
    assert isinstance(found, Inbound)
    assert found.sender == f"T0AAAAAAA/C1/{thread or '1790000000.000100'}"
    assert found.text == "Hello @U2"


def test_a_message_and_its_mention_are_one() -> None:
    """Two events about one direct message have one id."""
    assert heard(im()) == heard(im(type="app_mention"))


def test_files_are_attachments() -> None:
    """Shared files are counted, with the words beside them."""
    found = heard(im(subtype="file_share", files=[{"id": "F1"}, {"id": "F2"}, "x"], text="look"))
    assert isinstance(found, Inbound)
    assert (found.attachments, found.text) == (2, "look")


def changed(text: str, before: str, **fields: Any) -> dict[str, Any]:
    known: dict[str, Any] = body_of("changed-unfurl")
    message = {**known["event"]["message"], "text": text, **fields}
    previous = {**known["event"]["previous_message"], "text": before}
    return {**known, "event": {**known["event"], "message": message, "previous_message": previous}}


def test_an_edit_is_a_new_message() -> None:
    """An edit whose words changed is read under an id of its own."""
    found = heard(changed("order 42", "order 4", edited={"ts": "1790000009.000000"}))
    assert isinstance(found, Inbound)
    assert found.event_id == "edit/1790000000.000100/1790000009.000000"
    assert found.edits == "message/1790000000.000100"
    assert found.text == "order 42"


def test_an_edit_of_a_roots_text_stays_in_its_conversation() -> None:
    """A message that has a thread below it still belongs to the direct conversation."""
    root = "1790000000.000100"
    found = heard(changed("a", "b", thread_ts=root, edited={"ts": "1790000009.000000"}))
    assert isinstance(found, Inbound)
    assert found.sender == "T0AAAAAAA/D0AAAAAAA"


def pressed(**changes: Any) -> dict[str, Any]:
    return {**body_of("block-actions"), "channel": {"id": "D0AAAAAAA"}, **changes}


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ({"value": "Late parcel"}, "Late parcel"),
        ({"selected_option": {"value": "A person"}}, "A person"),
        ({"text": {"text": "Opening hours"}}, "Opening hours"),
    ],
)
def test_a_pressed_button_writes_its_words(action: dict[str, Any], text: str) -> None:
    """The value of a button or an option is read, or else what stands on it."""
    found = heard(pressed(actions=[{"type": "button", "action_ts": "1790000004.1", **action}]))
    assert found == Inbound(
        "shop", "T0AAAAAAA/D0AAAAAAA", "press/1790000000.000100/1790000004.1", text
    )


def test_a_deletion_names_its_message() -> None:
    """A deleted message is told by its time; one of a bot is no customer's."""
    said = body_of("deleted")
    told = heard(said)
    assert isinstance(told, Deleted)
    assert told.deletes == "message/1790000000.000100"
    said["event"]["previous_message"] = {"bot_id": "B1", "ts": "1790000000.000100"}
    assert heard(said) == Ignored("bot")
    said["event"] |= {"previous_message": {"user": "U1"}, "deleted_ts": "soon"}
    assert heard(said) == Ignored("malformed")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (body_of("bot-echo"), "echo"),
        (im(bot_id="B1"), "bot"),
        (im(app_id="A9"), "bot"),
        (im(subtype="bot_message"), "bot"),
        (im(user=None), "no sender"),
        (im(user="USLACKBOT"), "no sender"),
        (im(channel="C1", channel_type="channel"), "group"),
        (im(channel="G1", channel_type="mpim"), "group"),
        (im(subtype="channel_join"), "other event"),
        (im(text=" "), "without words"),
        (im(ts="soon"), "malformed"),
        (im(thread_ts="soon"), "malformed"),
        (im(channel="D/1"), "malformed"),
        (body_of("changed-unfurl"), "unchanged"),
        (changed("a", "b", bot_id="B1"), "bot"),
        (changed("a", "b", ts="1"), "malformed"),
        (changed("", "b"), "without words"),
        ({"type": "event_callback", "event": {"type": "app_home_opened"}}, "other event"),
        ({"type": "event_callback", "event": {"type": ["message"]}}, "other event"),
        ({"type": "event_callback"}, "other event"),
        ({"type": "app_rate_limited"}, "rate limited"),
        ({"type": "view_submission"}, "other request"),
        (pressed(actions=[]), "malformed"),
        (pressed(actions=[{"action_ts": "1.1", "value": " "}]), "without words"),
    ],
)
def test_all_else_is_ignored_by_name(said: dict[str, Any], kind: str) -> None:
    """What is no customer's message is ignored, each with a word for the log."""
    assert heard(said) == Ignored(kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PARTS = ["type", "subtype", "channel", "text", "ts", "thread_ts", "files", "user", "message"]


@settings(max_examples=often(30, 100))
@given(st.dictionaries(st.sampled_from(PARTS), JSON), st.dictionaries(st.text(), JSON))
def test_i12_no_body_is_an_error(changes: dict[str, Any], other: dict[str, Any]) -> None:
    """Any JSON in any place is read as something or ignored."""
    for said in (im(**changes), pressed(**changes), other, {**other, "type": "event_callback"}):
        for each in HOOK.read("shop", said):
            assert isinstance(each, Inbound | Ignored)
        HOOK.answer(said)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("<@U1> <@U2|kim>", "@U1 @kim"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!subteam^S1|@team> <!subteam^S1>", "@here @team @subteam"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("<http://a.example|a.example>", "http://a.example"),
        ("<https://a.example|the shop>", "the shop (https://a.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_marks_are_read_as_people_see_them(text: str, seen: str) -> None:
    """Mentions, links and escapes become the words on the screen."""
    assert plain(text) == seen


@given(st.text())
def test_escaped_words_are_seen_as_they_were(text: str) -> None:
    """Whatever is written out is read back the same."""
    assert plain(escaped(text)) == text
