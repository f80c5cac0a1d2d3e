"""A reply becomes LINE's messages within LINE's limits, and LINE's answers have consequences."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.line.hook import HOOK
from surgeline.adapters.channels.line.judge import is_token_refused, judge
from surgeline.adapters.channels.line.render import render, retry_key
from surgeline.adapters.channels.text import utf16
from surgeline.application.conversations.intake import Inbound, Left
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Delivered, Refused

CUSTOMER = "U00000000000000000000000000000001"


def reply(status: int, said: object = None, wait: int | None = None) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
    return Reply(status, body, wait, 7)


# ---------------------------------------------------------------- rendering


def choices(*labels: str) -> dict[str, Any]:
    return {"text": "Did you mean:", "choices": [{"label": each} for each in labels]}


def test_a_short_answer_is_one_message() -> None:
    """A short text is one text message."""
    assert render({"text": "Yes.", "choices": []}) == [[{"type": "text", "text": "Yes."}]]


def test_choices_are_buttons_and_numbers() -> None:
    """Each choice is numbered in the text and a quick reply that writes its whole words."""
    [[said]] = render(choices("Where is my parcel, please?", "A person"))
    assert said["text"] == "Did you mean:\n\n1. Where is my parcel, please?\n2. A person"
    quick: Any = said["quickReply"]
    actions = [each["action"] for each in quick["items"]]
    assert [(each["label"], each["text"]) for each in actions] == [
        ("Where is my parcel,…", "Where is my parcel, please?"),
        ("A person", "A person"),
    ]


def test_choices_beyond_the_buttons_are_still_numbered() -> None:
    """LINE takes thirteen quick replies, so the fourteenth choice has only its number."""
    [[said]] = render(choices(*(f"Choice {number}" for number in range(1, 15))))
    quick: Any = said["quickReply"]
    assert len(quick["items"]) == 13
    assert "14. Choice 14" in str(said["text"])


def test_a_long_text_is_several_messages_in_as_few_calls_as_possible() -> None:
    """A text over 5,000 units is cut, and more than five messages are more than one call."""
    calls = render({"text": "word " * 6_000, "choices": []})
    assert [len(each) for each in calls] == [5, 1]


@given(st.text(min_size=1, max_size=400), st.lists(st.text(min_size=1, max_size=40), max_size=16))
def test_the_providers_own_sdk_takes_every_body(text: str, labels: list[str]) -> None:
    """LINE's SDK reads each body that is rendered, and its limits hold."""
    from linebot.v3.messaging import PushMessageRequest  # takes long, for one process

    for messages in render({"text": text, "choices": [{"label": each} for each in labels]}):
        body = {"to": CUSTOMER, "messages": messages}
        read = PushMessageRequest.from_dict(json.loads(json.dumps(body)))
        assert read is not None
        assert len(read.messages) == len(messages) <= 5
        assert all(0 < utf16(str(each["text"])) <= 5_000 for each in messages)


def test_a_retry_key_is_a_uuid_of_the_delivery_and_the_call() -> None:
    """The key is the same for every repeat, and another for another call or delivery."""
    keys = {retry_key("d1", 0), retry_key("d1", 0), retry_key("d1", 1), retry_key("d2", 0)}
    assert len(keys) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in keys)


# ---------------------------------------------------------------- judging


@pytest.mark.parametrize("status", [200, 202, 409])
def test_what_line_took_is_delivered(status: int) -> None:
    """A success is delivered, and so is a repeat of what LINE took earlier."""
    assert judge(reply(status)) == Delivered(status, 7)


AT = {"message": "The request body has 1 error(s)", "details": [{"property": "messages[0].text"}]}
TO = {"message": "The property, 'to', in the request body is invalid (line: -, column: -)"}
MONTH = {"message": "You have reached your monthly limit."}
RATE = {"message": "The API rate limit has been exceeded. Try again later."}


@pytest.mark.parametrize(
    ("answer", "outcome", "final", "unhealthy"),
    [
        (reply(400, AT), "message: status 400 at messages[0].text", True, False),
        (reply(400, b"no JSON"), "message: status 400", True, False),
        (reply(400, {"details": [{"property": "the text"}]}), "message: status 400", True, False),
        (reply(400, TO), "recipient: status 400 at to", True, False),
        (reply(401), "account: status 401", False, True),
        (reply(403), "account: status 403", False, True),
        (reply(429, MONTH), "account: monthly limit", False, True),
        (reply(429, RATE, 9), "later: status 429", False, True),
        (reply(500), "later: status 500", False, True),
        (reply(503, b"[" * 9_000), "later: status 503", False, True),
        (reply(302), "message: status 302", True, False),
    ],
)
def test_each_refusal_has_its_scope(
    answer: Reply, outcome: str, final: bool, unhealthy: bool
) -> None:
    """A refused message ends alone, and a refused account holds up the whole channel."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert refused.outcome == outcome
    assert (refused.final, refused.unhealthy, refused.status) == (final, unhealthy, answer.status)


def test_the_wait_that_line_asks_for_is_kept() -> None:
    """A rate limit says when to come back, and an account is not asked again for minutes."""
    waits = [judge(each) for each in (reply(429, RATE, 9), reply(401))]
    assert [each.wait_seconds for each in waits if isinstance(each, Refused)] == [9, 300]


def test_only_the_reply_token_is_refused() -> None:
    """The refusal of a reply token is told from that of a message."""
    assert is_token_refused(reply(400, {"message": "Invalid reply token"}))
    assert not is_token_refused(reply(400, AT))
    assert not is_token_refused(reply(500, {"message": "Invalid reply token"}))


# ---------------------------------------------------------------- the provider's own SDK


@pytest.mark.parametrize("name", ["verify", "text", "batch"])
def test_a_body_is_read_as_the_providers_own_sdk_reads_it(name: str) -> None:
    """Texts, ids and senders are those that LINE's SDK finds."""
    from linebot.v3.webhooks import CallbackRequest  # as above

    raw = Path(f"tests/events/channels/line-{name}.json").read_bytes()
    read = CallbackRequest.from_json(raw.decode())
    assert read is not None
    theirs = [
        (each.source.user_id, f"message/{each.message.id}", _fresh(each))
        for each in read.events
        if each.type == "message" and each.source.type == "user" and each.mode == "active"
    ]
    left = [each.source.user_id for each in read.events if each.type == "unfollow"]
    heard = HOOK.read("shop", json.loads(raw))
    ours = [
        (each.sender, each.event_id, each.reply_token)
        for each in heard
        if isinstance(each, Inbound) and each.event_id.startswith("message/")
    ]
    assert (ours, [each.sender for each in heard if isinstance(each, Left)]) == (theirs, left)


def _fresh(event: Any) -> str | None:
    """Return the token of an event that LINE sends for the first time."""
    return None if event.delivery_context.is_redelivery else event.reply_token
