"""`surgeline pool onboard` writes a pack for a pool, as a page and as data."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

CONFIGURATION: dict[str, Any] = {
    "company": {"name": "Lamp <shop>", "texts": {"en": {"greeting": "Hello, how can we help?"}}},
    "pools": [
        {"id": "vendor", "redaction": "contact", "ring_seconds": 45, "reached_by": "zendesk"}
    ],
    "routing": {
        "steps": [{"pools": ["vendor"], "seconds": 60}],
        "emergencies": [{"id": "fire", "words": ["smoke"]}],
    },
    "crisis_profiles": [
        {
            "id": "recall",
            "preamble": {"en": "We take lamps back."},
            "texts": {"en": {"waiting": "Somebody calls you today."}},
            "to_people": ["en-recall"],
        }
    ],
}


def article(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"en-{number}",
        "title": f"Topic {number}",
        "language": "en",
        "questions": ["q"],
        "answer": f"Answer {number} & more.",
    } | more


def answering(instance: FakeInstance) -> None:
    """Let an instance answer all that a pack is made of."""
    place = "/v1/admin/knowledge/shop"
    instance.answer("GET /v1/admin/configuration", {"configuration": CONFIGURATION})
    articles = [article(each) for each in range(4)] + [article(4, crisis_answer="Unplug it.")]
    articles += [article(5, state="assisted"), article(6, state="draft", answer="nobody sees it")]
    page = {"version": "v", "articles": articles, "next_after": None}
    instance.answer(f"GET {place}/articles", page)
    texts = [{"text": "call me at 06 12 34 56 78 or a@b.example"}, {"text": "is it warm white?"}]
    known = {"article": "en-2", "title": "Topic 2", "language": "en", "phrasings": texts}
    instance.answer(f"GET {place}/phrasings", {"articles": [known]})
    counts = {"en-2": 9, "no_answer": 30}
    topics = [{"topic": each, "conversations": count} for each, count in counts.items()]
    instance.answer("GET /v1/admin/reports/contacts", {"to": "2026-03-28", "topics": topics})


def test_a_pack_is_a_page_and_data(operator: Run, instance: FakeInstance, tmp_path: Path) -> None:
    """Topics come by frequency, drafts are left out, and questions are redacted to the level."""
    answering(instance)
    result = operator("pool", "onboard", "vendor")
    assert result.exit_code == 0, result.output
    assert "6 articles, 2 topics, a quiz of 2 questions" in result.stdout
    pack = json.loads((tmp_path / "vendor.json").read_text())
    assert [each["topic"] for each in pack["topics"]] == ["no_answer", "en-2"]
    assert [each["id"] for each in pack["articles"]] == [f"en-{each}" for each in range(6)]
    first = pack["quiz"][0]
    assert "[phone]" in first["question"]
    assert "[e-mail]" in first["question"]
    assert first["right"] == "en-2"
    assert len(first["choices"]) == 4
    assert any("smoke" in each for each in pack["escalation"])
    page = (tmp_path / "vendor.html").read_text()
    assert "Lamp &lt;shop&gt;" in page
    assert page.count("Answer 2 &amp; more.") == 3, "the article, and the answers of the quiz"
    assert "nobody sees it" not in page
    assert "We take lamps back." in page
    assert "Somebody calls you today." in page
    assert "Unplug it." in page
    assert "06 12 34" not in page
    assert "<script" not in page
    assert "Accept one within 45 seconds." in page


def test_a_pack_for_the_console_says_what_to_do_before_anybody_has_written(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """It has no connection to try, and says why there is no quiz yet."""
    answering(instance)
    pool = {"id": "desk", "reached_by": "console"}
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": [pool]}})
    instance.answer("GET /v1/admin/knowledge/shop/phrasings", {"articles": []})
    instance.answer("GET /v1/admin/reports/contacts", {"to": "2026-03-28", "topics": []})
    assert operator("pool", "onboard", "desk").exit_code == 0
    page = (tmp_path / "desk.html").read_text()
    for said in ("brings you to /agent", "There is no question yet.", "No customer has written"):
        assert said in page
    assert "staff invite NAME --role agent --pool desk" in page
    assert "pool ping" not in page


def test_the_same_instance_gives_the_same_pack(operator: Run, instance: FakeInstance) -> None:
    """Nothing is drawn by chance, and programs read the data."""
    answering(instance)
    one, two = (operator("pool", "onboard", "vendor", "--json").stdout for _ in range(2))
    assert one == two
    assert json.loads(one)["tone"][0]["text"] == "Hello, how can we help?"


def test_a_check_of_the_connection_stands_in_the_pack(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """A pool in a tool is tried by the instance, and each point says whether it holds."""
    answering(instance)
    findings = [{"name": "token", "ok": False, "said": "the token is refused"}]
    instance.answer("POST /v1/admin/pools/vendor/check", {"findings": findings})
    assert operator("pool", "onboard", "vendor", "--check").exit_code == 0
    pack = json.loads((tmp_path / "vendor.json").read_text())
    point = {"point": "token", "passed": False, "why": "the token is refused"}
    assert pack["conformance"] == [point]
    assert "<td>fails</td>" in (tmp_path / "vendor.html").read_text()


def test_an_unknown_pool_is_named(operator: Run, instance: FakeInstance) -> None:
    """The refusal says where pools are listed."""
    answering(instance)
    refused = operator("pool", "onboard", "none")
    assert (refused.exit_code, "pool list" in refused.output) == (2, True)
