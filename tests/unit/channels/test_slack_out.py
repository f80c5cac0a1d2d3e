"""A reply becomes Slack's messages within Slack's limits, and Slack's answers have consequences."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from surgeline.adapters.channels.slack.judge import judge
from surgeline.adapters.channels.slack.render import render
from surgeline.adapters.channels.slack.words import plain
from surgeline.application.ports.deliveries import Reply
from surgeline.application.ports.targets import Delivered, Refused

ALL_BLOCKS = 13_200
"""Slack refuses blocks that have more characters together, which is not documented."""


def choices(*labels: str, text: str = "Did you mean:") -> dict[str, Any]:
    return {"text": text, "choices": [{"label": each} for each in labels]}


def reply(status: int, said: object = None, wait: int | None = None) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
    return Reply(status, body, wait, 7)


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in message["blocks"][1:] for each in block["elements"]]


def test_a_short_answer_is_one_plain_message() -> None:
    """A text is escaped, shown without markup and previews, and carries the delivery's id."""
    [said] = render({"text": "1 < 2 & *so*", "choices": []}, "d1")
    assert said == {
        "text": "1 &lt; 2 &amp; *so*",
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {
            "event_type": "surgeline_delivery",
            "event_payload": {"id": "d1", "part": 0},
        },
    }


def test_choices_are_buttons_and_numbers() -> None:
    """Each choice is numbered in the text and a button that says its whole words."""
    long = ("Where is my parcel, and why " + "oh why " * 10).strip()
    [said] = render(choices(long, "A person"), "d1")
    assert f"1. {long}\n2. A person" in str(said["text"])
    assert [(each["text"]["text"][-1], each["value"]) for each in buttons(said)] == [
        ("…", long),
        ("n", "A person"),
    ]


def test_choices_beyond_the_buttons_are_still_numbered() -> None:
    """Slack takes 25 buttons in a row, so the 26th choice has only its number."""
    [said] = render(choices(*(f"Choice {number}" for number in range(1, 27))), "d1")
    assert len(buttons(said)) == 25
    assert "26. Choice 26" in str(said["text"])


def test_all_blocks_together_are_not_too_long() -> None:
    """Very long choices have fewer buttons, and all of them have their numbers."""
    labels = [f"{number} {'word ' * 60}" for number in range(25)]
    said = render(choices(*labels, text="word " * 500), "d1")
    blocks = json.dumps(said[-1]["blocks"], ensure_ascii=False)
    assert len(blocks) < ALL_BLOCKS
    assert 10 < len(buttons(said[-1])) < 25
    assert "25. 24 word" in "".join(str(each["text"]) for each in said)


def test_the_buttons_stand_below_the_last_part() -> None:
    """A long text with choices is cut where a section ends, and only its last part has buttons."""
    said = render(choices("A", "B", text="word " * 1_500), "d1")
    assert ["blocks" in each for each in said] == [False] * (len(said) - 1) + [True]
    assert [each["metadata"]["event_payload"]["part"] for each in said] == list(range(len(said)))  # type: ignore[index] # any JSON


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9_000),
    st.lists(st.text(min_size=1, max_size=90), max_size=30),
)
def test_the_providers_own_sdk_takes_every_body(text: str, labels: list[str]) -> None:
    """Slack's SDK finds nothing wrong with each body, and its limits hold."""
    for each in render(choices(*labels, text=text), "d1"):
        said = json.loads(json.dumps(each))
        assert 0 < len(said["text"]) <= 4_000
        for block in Block.parse_all(said.get("blocks", [])):
            block.validate_json()
        assert len(json.dumps(said.get("blocks", []), ensure_ascii=False)) < ALL_BLOCKS


def test_the_parts_say_the_whole_text() -> None:
    """Nothing is lost where a text of escapes is cut."""
    text = " ".join("<&>" for _ in range(3_000))
    parts = [plain(str(each["text"])) for each in render({"text": text}, "d1")]
    assert len(parts) > 5
    assert " ".join(parts) == text


# ---------------------------------------------------------------- judging


def test_what_slack_took_is_delivered() -> None:
    """Only `ok: true` is a success."""
    assert judge(reply(200, {"ok": True, "ts": "1.1"})) == Delivered(200, 7)


@pytest.mark.parametrize(
    ("answer", "outcome", "final"),
    [
        (reply(200, {"ok": False, "error": "msg_too_long"}), "message: msg_too_long", True),
        (reply(200, {"ok": False, "error": "invalid_blocks"}), "message: invalid_blocks", True),
        (reply(200, {"ok": False, "error": "is_archived"}), "recipient: is_archived", True),
        (reply(200, {"ok": False, "error": "token_revoked"}), "account: token_revoked", False),
        (reply(200, {"ok": False, "error": "missing_scope"}), "account: missing_scope", False),
        (reply(200, {"ok": False, "error": "fatal_error"}), "later: fatal_error", False),
        (reply(200, {"ok": False, "error": "The customer's words"}), "message: status 200", True),
        (reply(200, {"ok": "yes"}), "message: status 200", True),
        (reply(200, b"<html>Log in</html>"), "later: no JSON", False),
        (reply(429, {"ok": False, "error": "ratelimited"}, 9), "later: ratelimited", False),
        (reply(500, b"[" * 9_000), "later: status 500", False),
        (reply(302), "message: status 302", True),
    ],
)
def test_each_refusal_has_its_scope(answer: Reply, outcome: str, final: bool) -> None:
    """A refused message ends alone, and a refused account holds up the whole channel."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.final, refused.unhealthy) == (outcome, final, not final)


def test_the_wait_that_slack_asks_for_is_kept() -> None:
    """A rate limit says when to come back, and an account is not asked again for minutes."""
    answers = (reply(429, {}, 9), reply(200, {"ok": False, "error": "account_inactive"}))
    waits = [each.wait_seconds for each in map(judge, answers) if isinstance(each, Refused)]
    assert waits == [9, 300]
