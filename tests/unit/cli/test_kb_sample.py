"""`surgeline kb review sample` draws answers with equal chance, ready to be judged."""

import json
import random
from collections import Counter
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

from cli.kb.sample import drawn

pytestmark = pytest.mark.enable_socket


def test_each_conversation_has_the_same_chance() -> None:
    """Over many draws of three of nine, each of the nine is drawn about as often."""
    counts = Counter(
        each for seed in range(3_000) for each in drawn(iter("abcdefghi"), 3, random.Random(seed))
    )
    assert all(900 < counts[each] < 1_100 for each in "abcdefghi")
    assert len(set(drawn(iter("abcdefghi"), 9, random.Random(1)))) == 9
    assert drawn(iter("ab"), 9, random.Random(1)) == ["a", "b"]
    assert drawn(iter(""), 9, random.Random(1)) == []


def entry(text: str, decision: str, article: str | None) -> dict[str, Any]:
    """Return an entry of a conversation as the instance shows it."""
    effects = [{"do": "send_text", "text": "In 30 days."}]
    return {"text": text, "decision": decision, "article_id": article, "effects": effects}


def test_answers_are_printed_to_be_judged(operator: Run, instance: FakeInstance) -> None:
    """Only what the bot answered is drawn, with the customer's words and the article."""
    listed = [
        {"conversation_id": f"{name}-1", "answered": answered, "channel": channel}
        for name, answered, channel in (
            ("tone", True, "shop"),
            ("ttwo", False, "shop"),
            ("tgone", True, "shop"),
            ("tthree", True, "bank"),
        )
    ]
    channels = [{"id": each, "knowledge_base": f"{each}-base"} for each in ("shop", "bank")]
    instance.answer(
        "GET /v1/admin/configuration", {"version": "v1", "configuration": {"channels": channels}}
    )
    instance.answer("GET /v1/admin/conversations", {"conversations": listed, "next_after": None})
    entries = [entry("I want a person", "hand_off", None), entry("How long?", "answer", "returns")]
    page = {"entries": entries, "deliveries": [], "next_after": None}
    instance.answer("GET /v1/admin/conversations/tone-1", page)
    found = operator(
        "kb", "review", "sample", "10", "shop-base", "--since", "2026-03-01", "--seed", "1"
    )
    assert found.exit_code == 0
    assert [json.loads(each) for each in found.stdout.splitlines()] == [
        {
            "text": "How long?",
            "article": "returns",
            "right": None,
            "answer": "In 30 days.",
            "conversation_id": "tone-1",
        }
    ]
    assert "since=2026-03-01&" in instance.asked[1].query, "the instance knows the zone of a date"
    wrong = operator("kb", "review", "sample", "10", "fees")
    assert (wrong.exit_code, "bases are: bank-base, shop-base." in wrong.output) == (2, True)
    dated = operator("kb", "review", "sample", "10", "--since", "2026-02-30")
    assert (dated.exit_code, "a date such as 2026-03-01" in dated.output) == (2, True)


def test_reviews_are_uploaded_with_and_without_the_command_s_name(
    operator: Run, tmp_path: Any
) -> None:
    """A file in the place of a command is uploaded; a missing one is told as such."""
    for words in (
        ("upload", "none.jsonl", "shop"),
        ("none.jsonl", "shop"),
        ("--json", "none.jsonl", "shop"),
    ):
        result = operator("kb", "review", *words)
        assert (result.exit_code, "none.jsonl" in result.output) == (2, True)
