"""A Kakao skill's requests are proved by a header, and each is read as one message or ignored."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kakao_chatbot import Payload
from surgeline.adapters.channels.kakao.hook import HOOK
from surgeline.adapters.hooks import Call, Heard, Ignored
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.application.conversations.intake import Inbound
from surgeline.errors import Unauthorized
from surgeline.runtime.strict_json import load_object

from tests.often import often

BODY = Path("tests/events/channels/kakao-text.json")
NEW, OLD = "new-secret", "old-secret"  # no secrets of anybody
KEYS = tuple({"skill_secret": each} for each in (NEW, OLD))
NOW = 1_790_000_000_000
CALLBACK = "https://bot-api.kakao.com/v1/bots/5f00000000000000000000aa!/callback/abcdef-0001"
PICTURES = '{"privacyAgreement":"Y","secureUrls":"List(https://a.example/1, https://a.example/2)"}'


def call(headers: dict[str, str], body: bytes = b"{}", *, now: int = NOW) -> Call:
    return Call(headers, body, query="", now=now)


def said(*, at: int = NOW, params: Any = None, **fields: Any) -> dict[str, Any]:
    """Return a parsed request with changed fields of its `userRequest`."""
    body = json.loads(BODY.read_text(encoding="utf-8"))
    body["userRequest"] |= fields
    body["action"]["params"] = params or {}
    return {"body": body, "at": at}


def heard(**changes: Any) -> Heard:
    [found] = HOOK.read("shop", said(**changes))
    return found


# ---------------------------------------------------------------- the header


@pytest.mark.parametrize("secret", [NEW, OLD])
@pytest.mark.parametrize(
    "headers",
    [
        {"x-skill-secret": "{}"},
        {"authorization": "Bearer {}"},
        {"authorization": "bearer  {}"},
        {"content-type": "application/json", "a-name-of-the-operators": "{}"},
    ],
)
def test_the_secret_may_stand_in_any_header(headers: dict[str, str], secret: str) -> None:
    """The operator chooses the header's name at Kakao, and both secrets of a rotation are good."""
    HOOK.verify(KEYS, call({name: each.format(secret) for name, each in headers.items()}))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-skill-secret": ""},
        {"x-skill-secret": "new-secre"},
        {"x-skill-secret": "new-secret "},
        {"x-skill-secret": "new-secret,new-secret"},
        {"x-skill-secret": "\ud800"},
        {f"x-{number}": "x" for number in range(200)} | {"y": NEW},
    ],
)
def test_i11_any_other_request_is_refused(headers: dict[str, str]) -> None:
    """A missing or foreign secret is refused, and so is one behind very many headers."""
    with pytest.raises(Unauthorized):
        HOOK.verify(KEYS, call(headers))


@pytest.mark.parametrize("secret", ["", DECOY.decode()], ids=["empty", "decoy"])
@pytest.mark.parametrize("keys", [(), ({},), ({"skill_secret": ""},)])
def test_i11_a_channel_without_a_secret_takes_nothing(
    keys: tuple[dict[str, str], ...], secret: str
) -> None:
    """Neither an empty secret nor the public one that stands in for it opens a channel."""
    with pytest.raises(Unauthorized):
        HOOK.verify(keys, call({"x-skill-secret": secret}))


# ---------------------------------------------------------------- messages


def test_words_are_read_with_their_callback() -> None:
    """The words, the customer and the callback are those that the documented form has."""
    parsed = HOOK.parse(call({}, BODY.read_bytes()), load_object)
    [found] = HOOK.read("shop", parsed)
    assert isinstance(found, Inbound)
    theirs = Payload.from_dict(parsed["body"]).user_request
    assert (found.sender, found.text, found.language) == (
        theirs.user.id,
        theirs.utterance.strip(),
        "ko",
    )
    assert found.reply_token == CALLBACK
    assert found.attachments == 0


def ids_of(*asked: dict[str, Any]) -> list[str]:
    return [each.event_id for one in asked for each in [heard(**one)] if isinstance(each, Inbound)]


def test_a_callback_belongs_to_one_message() -> None:
    """The same request is the same message a day later, and another callback is another one."""
    first, later, other = ids_of({}, {"at": NOW + 86_400_000}, {"callbackUrl": f"{CALLBACK}-2"})
    assert first == later != other
    assert first != ids_of({"utterance": "another"})[0]


def test_without_a_callback_a_repeat_within_five_seconds_is_one_message() -> None:
    """Kakao's own repeat folds, and the same words a moment later do not."""
    none = {"callbackUrl": None}
    first, repeat, later = ids_of(none, {**none, "at": NOW + 4_000}, {**none, "at": NOW + 6_000})
    assert first == repeat != later


@pytest.mark.parametrize(
    ("changes", "text", "pictures"),
    [
        ({"params": {"secureimage": PICTURES}, "utterance": ""}, "", 2),
        ({"params": {"secureimage": PICTURES}, "utterance": "broken"}, "broken", 2),
        ({"utterance": "https://talk.kakaocdn.net/dna/1/a.jpg"}, "", 1),
        ({"utterance": "https://shop.example/a.jpg"}, "https://shop.example/a.jpg", 0),
        ({"params": {"secureimage": 5}}, "배송 언제 와요? 📦", 0),
    ],
)
def test_pictures_are_attachments(changes: dict[str, Any], text: str, pictures: int) -> None:
    """A picture comes as an address or as a parameter, and is no text of the customer."""
    found = heard(**changes)
    assert isinstance(found, Inbound)
    assert (found.text, found.attachments) == (text, pictures)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"user": None}, "no sender"),
        ({"user": {"id": "u" * 300}}, "no sender"),
        ({"utterance": " \n"}, "without words"),
        ({"utterance": 5}, "without words"),
    ],
)
def test_all_else_is_ignored_by_name(fields: dict[str, Any], kind: str) -> None:
    """A request without a customer or without words is ignored by name."""
    assert heard(**fields) == Ignored(kind)


@pytest.mark.parametrize(
    "url", [None, "", 5, "u" * 3_000, "https://a\n.example", "https://é.example"]
)
def test_a_callback_that_is_no_url_is_none(url: object) -> None:
    """Nothing odd becomes a permission to answer."""
    found = heard(callbackUrl=url)
    assert isinstance(found, Inbound)
    assert found.reply_token is None


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("lang", "text"), [("ko", "잠시만"), ("kr", "잠시만"), ("en", "One moment")]
)
def test_the_reply_is_announced(lang: str, text: str) -> None:
    """With a callback the answer says that the reply comes, and gives the block a text."""
    told = json.loads(HOOK.answer(said(lang=lang)).text)
    assert (told["version"], told["useCallback"]) == ("2.0", True)
    assert told["data"]["text"].startswith(text)


def test_without_a_callback_the_customer_is_told() -> None:
    """The answer is a whole template, so that KakaoTalk shows no error."""
    told = json.loads(HOOK.answer(said(callbackUrl=None)).text)
    assert told["template"]["outputs"][0]["simpleText"]["text"].startswith("메시지를 받았습니다")
    assert "useCallback" not in told


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PARTS = ["utterance", "callbackUrl", "user", "lang", "params", "block"]


@settings(max_examples=often(30, 100))
@given(st.dictionaries(st.sampled_from(PARTS), JSON), st.dictionaries(st.text(), JSON))
def test_i12_no_body_is_an_error(changes: dict[str, Any], other: dict[str, Any]) -> None:
    """Any JSON in any place is read as something or ignored, and answered."""
    whole = said()
    whole["body"]["userRequest"] |= changes
    for each in (whole, {"body": other, "at": NOW}, other, {"body": {"userRequest": other}}):
        [found] = HOOK.read("shop", each)
        assert isinstance(found, Inbound | Ignored)
        json.loads(HOOK.answer(each).text)
