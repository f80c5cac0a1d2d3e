"""A reply becomes one template within Kakao's limits, and Kakao's answers have consequences."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kakao_chatbot.response import KakaoResponse, QuickReply
from kakao_chatbot.response.components import SimpleTextComponent
from surgeline.adapters.channels.kakao.judge import is_spent, judge
from surgeline.adapters.channels.kakao.render import render
from surgeline.adapters.channels.text import utf16
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Delivered, Refused


def choices(*labels: str, text: str = "Did you mean:") -> dict[str, Any]:
    return {"text": text, "choices": [{"label": each} for each in labels]}


def reply(status: int, said: object = None, wait: int | None = None) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
    return Reply(status, body, wait, 7)


def test_a_short_answer_is_one_output() -> None:
    """A short text is one simple text of the template."""
    assert render({"text": "네.", "choices": []}) == {
        "version": "2.0",
        "template": {"outputs": [{"simpleText": {"text": "네."}}]},
    }


def test_choices_are_quick_replies_and_numbers() -> None:
    """Each choice is numbered in the text and a quick reply that writes its whole words."""
    said: Any = render(choices("Where is my parcel?", "A person"))["template"]
    assert said["outputs"][0]["simpleText"]["text"].endswith("1. Where is my parcel?\n2. A person")
    assert said["quickReplies"] == [
        {"label": "Where is my p…", "action": "message", "messageText": "Where is my parcel?"},
        {"label": "A person", "action": "message", "messageText": "A person"},
    ]


def test_a_text_beyond_the_template_ends_with_an_ellipsis() -> None:
    """A callback takes one template, so a text of over 3,000 characters says that it goes on."""
    said: Any = render({"text": "word " * 1_000})["template"]
    texts = [each["simpleText"]["text"] for each in said["outputs"]]
    assert len(texts) == 3
    assert texts[-1].endswith("…")


@given(st.text(min_size=1, max_size=5_000), st.lists(st.text(min_size=1, max_size=40), max_size=16))
def test_another_library_takes_every_template(text: str, labels: list[str]) -> None:
    """A library for Kakao's templates finds nothing wrong with each of them, and limits hold."""
    said: Any = render(choices(*labels, text=text))["template"]
    texts = [each["simpleText"]["text"] for each in said["outputs"]]
    assert all(0 < utf16(each) <= 1_000 for each in texts)
    quick = [
        QuickReply(label=each["label"], action="Message", message_text=each["messageText"])
        for each in said.get("quickReplies", [])
    ]
    whole = KakaoResponse(
        component_list=[SimpleTextComponent(each) for each in texts], quick_replies=quick
    )
    if texts:
        whole.validate()
    assert all(0 < len(each["label"]) <= 14 for each in said.get("quickReplies", []))


@pytest.mark.parametrize("answer", [reply(200, {"status": "SUCCESS"}), reply(200, b"")])
def test_what_kakao_took_is_delivered(answer: Reply) -> None:
    """A success is delivered, with or without a body."""
    assert judge(answer) == Delivered(200, 7)


@pytest.mark.parametrize(
    ("answer", "outcome", "final"),
    [
        (reply(400, {"status": "FAIL", "message": "not valid"}), "message: status 400", True),
        (reply(200, {"status": "ERROR", "message": "no"}), "message: status 200", True),
        (reply(500), "later: status 500", False),
        (reply(429, {}, 9), "later: status 429", False),
        (reply(302), "message: status 302", True),
    ],
)
def test_each_refusal_has_its_scope(answer: Reply, outcome: str, final: bool) -> None:
    """A refused template ends alone, and trouble of Kakao's is waited out."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.final, refused.unhealthy) == (outcome, final, not final)
    assert not is_spent(refused)


@pytest.mark.parametrize(
    "answer",
    [
        reply(400, {"status": "FAIL", "message": "Invalid callback token"}),
        reply(200, {"status": "FAIL", "message": "the URL is expired"}),
        reply(403),
        reply(404),
        reply(410),
    ],
)
def test_a_spent_callback_is_told_from_a_refused_template(answer: Reply) -> None:
    """A callback that is used or too old closes the window of its message."""
    result = judge(answer)
    assert is_spent(result)
    assert isinstance(result, Refused)
    assert (result.final, result.unhealthy) == (True, False)
