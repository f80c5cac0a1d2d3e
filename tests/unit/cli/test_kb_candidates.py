"""`surgeline kb candidates` groups the questions of a file, or of an instance."""

import json
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run

ASKED = ["do you sell gift cards", "can I buy a gift card", "do you have gift cards", "hello world"]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "asked.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in ASKED))
    return file


def test_a_file_is_grouped_without_an_instance(surgeline: Run, questions: Path) -> None:
    """One object a group is printed on each line, the most worthwhile first."""
    result = surgeline("kb", "candidates", "--questions", questions, "--json")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row["count"] for row in rows) == len(ASKED)
    assert set(rows[0]["questions"]) <= set(ASKED[:3])
    shown = surgeline("kb", "candidates", "--questions", questions).stdout
    assert f"1. {rows[0]['proposed_title']}" in shown
    assert shown.startswith(f"4 questions without an answer, in {len(rows)} groups:")


def test_what_the_articles_answer_is_left_out(surgeline: Run, questions: Path) -> None:
    """A question that the knowledge base answers is no candidate."""
    article = {"id": "gift", "title": "Gift cards", "language": "en", "answer": "Yes, we do."}
    kb = questions.with_name("kb.jsonl")
    kb.write_text(json.dumps({**article, "questions": [*ASKED[:3], "gift cards", "gift card"]}))
    result = surgeline("kb", "candidates", "--questions", questions, "--kb", kb, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["questions"] for row in rows] == [["hello world"]]


def test_a_line_without_a_text_is_named(surgeline: Run, questions: Path) -> None:
    """The error names the file, the line and what is accepted."""
    questions.write_text('{"text": "a question"}\n{"txt": 1}\n')
    result = surgeline("kb", "candidates", "--questions", questions)
    assert result.exit_code == 1
    assert "asked.jsonl:2" in result.output


@pytest.mark.enable_socket
def test_an_instance_groups_its_own_questions(operator: Run, instance: FakeInstance) -> None:
    """Without a file the instance is asked, and people's answers are shown."""
    group = {"rank": 1, "questions": ["a", "b"], "count": 2, "share": 1.0, "language": "en"}
    group |= {"proposed_title": "a", "likeness": 0.5, "answers": ["Yes."]}
    route = "GET /v1/admin/knowledge/shop/candidates"
    instance.answer(route, {"version": "v1", "candidates": [group]})
    result = operator("kb", "candidates")
    assert result.exit_code == 0
    assert "1. a (2 questions, 100%, en)" in result.stdout
    assert "a person answered: Yes." in result.stdout
    instance.answer("POST /v1/admin/knowledge/shop/dismissals", {"dismissed": 2})
    aside = operator("kb", "candidates", "--dismiss", "1")
    assert "1 group with 2 wordings will not be proposed again" in aside.stdout
    assert [each.json for each in instance.requests("POST")] == [{"texts": ["a", "b"]}]
    assert operator("kb", "candidates", "--dismiss", "2").exit_code == 2


def test_a_file_and_an_instance_do_not_go_together(surgeline: Run, questions: Path) -> None:
    """One of them is asked."""
    assert surgeline("kb", "candidates", "--questions", questions, "--name", "x").exit_code == 2
    assert surgeline("kb", "candidates", "--kb", questions).exit_code == 2
    file = ("kb", "candidates", "--questions", questions)
    assert surgeline(*file, "--dismiss", "1").exit_code == 2
