"""The commands `kb explain` and `kb review` tell a support lead why a text is answered."""

import json
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run

QUESTIONS = ["When are you open?", "What are your hours?", "Are you open on Sunday?"]
EXPLAINED = {
    "decision": "suggest",
    "why": ["The bot is only 60% sure of 'hours'."],
    "tier": "static",
    "promise": 0.95,
    "threshold": 0.9,
    "candidates": [{"id": "hours", "title": "Opening\nhours", "probability": 0.6, "phrasings": 3}],
}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Return a knowledge base of one article."""
    file = tmp_path / "shop.jsonl"
    article = {"id": "hours", "title": "Opening hours", "language": "en", "questions": QUESTIONS}
    file.write_text(json.dumps(article | {"answer": "9 to 18."}))
    return file


def test_a_file_explains_without_an_instance(surgeline: Run, articles: Path) -> None:
    """The decision, why, and what was weighed, in words."""
    result = surgeline("kb", "explain", QUESTIONS[0], "--kb", articles)
    assert result.exit_code == 0
    assert result.output.startswith("It is answered with hours (Opening hours).")
    assert "An answer needs" in result.output
    asked = surgeline("kb", "explain", "I want a person", "--kb", articles)
    assert asked.output.startswith("A person is asked.")
    told = json.loads(surgeline("kb", "explain", "x", "--kb", articles, "--json").output)
    assert told["tier"] == "lexical"


@pytest.mark.enable_socket
def test_an_instance_explains_what_it_would_do(operator: Run, instance: FakeInstance) -> None:
    """The text travels in the body, never in an address that is logged."""
    instance.answer("POST /v1/admin/knowledge/shop/explain", EXPLAINED)
    result = operator("kb", "explain", "on which days?")
    assert result.exit_code == 0
    assert "A choice is offered" in result.output
    assert "1.  60%  hours (Opening" in result.output
    [asked] = instance.asked
    assert asked.json == {"text": "on which days?", "language": None}


def test_a_file_and_a_name_are_one_too_many(surgeline: Run, articles: Path) -> None:
    """A file and a name together are refused, and the message asks for one of them."""
    result = surgeline("kb", "explain", "x", "--kb", articles, "--name", "shop")
    assert result.exit_code == 2
    assert "give one of them" in result.output


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        (None, "After 250 more reviews, they set the threshold"),
        (0.9312, "An answer now needs 93.1%"),
        (1.0, "nothing is answered"),
    ],
)
def test_reviews_are_judged_and_told(
    operator: Run, instance: FakeInstance, tmp_path: Path, threshold: float | None, said: str
) -> None:
    """The command waits until the instance has judged the reviews and says what they prove."""
    route = "/v1/admin/knowledge/shop/reviews"
    judged = {"reviewed": 50, "answered": 40, "wrong": 2, "bound": 0.149, "threshold": threshold}
    labels = {"wrong": 9, "answered": 310, "kinds": {"rejected": 4, "unopposed": 306}}
    instance.answer(f"PUT {route}", (202, {"reviews": "r2", "count": 50}))
    instance.answer(
        f"GET {route}",
        (404, {}),
        judged | {"reviews": "r1"},
        judged | {"reviews": "r2", "labels": labels},
    )
    file = tmp_path / "reviews.jsonl"
    file.write_text('{"text": "x", "article": "hours", "right": true}\n')
    result = operator("kb", "review", file, "shop")
    assert result.exit_code == 0
    assert said in result.output
    assert "at most 14.9% of such answers are wrong" in result.output
    assert "9 of 310 are wrong (4 rejected, 306 unopposed)" in result.output


@pytest.mark.enable_socket
def test_labels_that_take_answers_away_are_told(operator: Run, instance: FakeInstance) -> None:
    """The command says what an answer needs at least, and which change that was."""
    why = "Reviews and labels count 9 wrong among 310 answers."
    change = {"at": "2026-01-01", "version": "v1", "moves": [], "why": [why], "labels": {}}
    told = {"held": False, "moves": [], "why": [], "least": 0.85, "changes": [change]}
    instance.answer("GET /v1/admin/knowledge/shop/traffic", told)
    said = operator("kb", "traffic", "shop").output
    assert "an answer needs at least 85.0%" in said
    assert f"2026-01-01  {why} (version v1)" in said
