"""`surgeline kb phrasings` shows words from life, and drafts or dismisses them."""

import json
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PLACE = "/v1/admin/knowledge/shop"
FOUND = {
    "article": "en-hours",
    "title": "Opening hours",
    "language": "en",
    "phrasings": [
        {"text": "until when", "customers": 3, "sources": {"picked": 2, "used": 1}, "nearer": None},
        {"text": "open now", "customers": 1, "sources": {"picked": 1}, "nearer": "en-now"},
    ],
}


def test_phrasings_are_shown_with_their_sources(operator: Run, instance: FakeInstance) -> None:
    """The number of customers comes first, and a nearer article is named."""
    instance.answer(f"GET {PLACE}/phrasings", {"articles": [FOUND]})
    shown = operator("kb", "phrasings", "shop").stdout
    assert "en-hours (Opening hours):\n  1. until when\n" in shown
    assert "3 customers: 2 picked it, 1 got its words from a person" in shown
    assert "1 customer: 1 picked it; the bot finds en-now nearer" in shown


def test_phrasings_are_drafted_and_dismissed_by_number(
    operator: Run, instance: FakeInstance
) -> None:
    """The texts are sent as they are, and a wrong number is refused."""
    instance.answer(f"GET {PLACE}/phrasings", {"articles": [FOUND]})
    instance.answer(f"POST {PLACE}/phrasings", (201, {"id": "d1", "added": 1}))
    instance.answer(f"POST {PLACE}/dismissals", {"dismissed": 1})
    result = operator(
        "kb", "phrasings", "shop", "en-hours", "--draft", "1", "--dismiss", "2", "--reason", "x"
    )
    assert result.exit_code == 0, result.output
    dismissed, drafted = (each.json for each in instance.requests("POST"))
    assert dismissed == {"article": "en-hours", "texts": ["open now"]}
    assert drafted == {"article": "en-hours", "texts": ["until when"], "reason": "x"}
    assert "Next: surgeline kb propose shop d1" in result.stdout
    assert operator("kb", "phrasings", "shop", "en-hours", "--draft", "3").exit_code == 2
    assert operator("kb", "phrasings", "shop", "--draft", "1").exit_code == 2


def test_past_conversations_give_phrasings(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """A question belongs to the article whose words a person answered with. No name comes along."""
    article: dict[str, object] = {"id": "en-hours", "title": "Opening hours", "language": "en"}
    article |= {
        "answer": "9 to 18.",
        "questions": ["When are you open?", "opening hours", "what are your hours"],
    }
    page = {"version": "v1", "articles": [article], "next_after": None}
    instance.answer(f"GET {PLACE}/articles", page)
    instance.answer(f"POST {PLACE}/drafts", (201, {"id": "d1"}))
    said = [("until when are you open", "Hello! 9 to 18."), ("are you open, Ann asks", "9 to 18.")]
    said.append(("do you open the box", "We do not."))
    lines = [
        {"name": "Ann", "messages": [{"from": "customer", "text": a}, {"from": "agent", "text": b}]}
        for a, b in said
    ]
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    how = ("kb", "phrasings", "shop", "en-hours", "--history", str(file), "--tier", "lexical")
    shown = operator(*how, "--json")
    assert shown.exit_code == 0, shown.output
    [only] = json.loads(shown.stdout)["articles"]
    assert [each["text"] for each in only["phrasings"]] == ["until when are you open"]
    operator(*how, "--draft", "1")
    [body] = (each.json for each in instance.requests("POST"))
    assert body["article"]["questions"][-1] == "until when are you open"
    assert body["origins"] == [["", "until when are you open"]]
    assert operator(*how, "--dismiss", "1").exit_code == 2


def test_nothing_proposed_is_a_sentence(operator: Run, instance: FakeInstance) -> None:
    """The reader is told where phrasings come from."""
    instance.answer(f"GET {PLACE}/phrasings", {"articles": []})
    assert "choices that customers pick" in operator("kb", "phrasings", "shop").stdout
