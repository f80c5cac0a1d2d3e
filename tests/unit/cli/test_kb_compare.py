"""The commands `surgeline kb diff` and `surgeline kb test` show how a change alters answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import Run
from small_shop import TOPICS, knowledge


def asking(file: Path, *pairs: dict[str, Any]) -> Path:
    file.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    return file


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return knowledge(tmp_path / "whole.jsonl", *TOPICS)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    asked = ({"text": "Do you sell gift cards?"}, {"text": "When do you open?"})
    return asking(tmp_path / "questions.jsonl", *asked)


def test_diff_names_the_questions_whose_decision_changes(
    surgeline: Run, whole: Path, questions: Path, tmp_path: Path
) -> None:
    """A diff names only the question whose decision changes, here the one about a missing
    article.
    """
    less = knowledge(tmp_path / "less.jsonl", "opening", "delivery")
    result = surgeline("kb", "diff", whole, less, "--queries", questions)
    assert result.exit_code == 0
    assert "'Do you sell gift cards?': answered cards -> " in result.output
    assert "1 of 2 questions change their decision" in result.output
    found = json.loads(
        surgeline("kb", "diff", whole, less, "--queries", questions, "--json").stdout
    )
    assert [each["text"] for each in found["changed"]] == ["Do you sell gift cards?"]
    assert found["changed"][0]["before"]["article"] == "cards"


def test_diff_reads_artifacts_too(surgeline: Run, whole: Path, questions: Path) -> None:
    """An artifact and the knowledge base it was built from judge alike."""
    surgeline("kb", "build", whole)
    result = surgeline("kb", "diff", whole.with_suffix(".index"), whole, "--queries", questions)
    assert "0 of 2 questions change their decision" in result.output


def test_a_damaged_artifact_is_told(surgeline: Run, whole: Path, questions: Path) -> None:
    """A damaged artifact is named, and the command exits with 1."""
    damaged = whole.with_suffix(".index")
    damaged.write_bytes(b"rubbish")
    result = surgeline("kb", "diff", damaged, whole, "--queries", questions)
    assert result.exit_code == 1
    assert f"{damaged}: the index artifact cannot be read" in result.output


def test_expected_pairs_that_hold_pass(surgeline: Run, whole: Path, tmp_path: Path) -> None:
    """A pair passes if its article is answered or offered, or if no article was expected or
    given.
    """
    pairs = asking(
        tmp_path / "pairs.jsonl",
        {"text": "Do you sell gift cards?", "article": "cards"},
        {"text": "what is the capital of France", "article": None},
    )
    result = surgeline("kb", "test", pairs, "--kb", whole)
    assert (result.exit_code, "2 of 2 questions as expected" in result.output) == (0, True)


def test_each_failure_is_named_and_fails_the_build(
    surgeline: Run, whole: Path, tmp_path: Path
) -> None:
    """Each failure shows its question, expectation and decision, and the command exits with 1."""
    pairs = asking(
        tmp_path / "pairs.jsonl",
        {"text": "Do you sell gift cards?", "article": "opening"},
        {"text": "When do you open?", "article": None},
        {"text": "When do you open?", "article": "opening"},
    )
    result = surgeline("kb", "test", pairs, "--kb", whole)
    assert result.exit_code == 1
    assert "'Do you sell gift cards?': expected opening, but answered cards" in result.output
    assert "'When do you open?': expected no answer, but answered opening" in result.output
    assert "1 of 3 questions as expected" in result.output
    as_json = surgeline("kb", "test", pairs, "--kb", whole, "--json")
    assert as_json.exit_code == 1
    assert [each["expected"] for each in json.loads(as_json.stdout)["failures"]] == [
        "opening",
        None,
    ]


def test_a_choice_is_enough_unless_an_answer_is_asked_for(
    surgeline: Run, whole: Path, tmp_path: Path
) -> None:
    """The --answered option fails on questions that would need a second step."""
    thin = tmp_path / "thin.jsonl"
    thin.write_text(
        whole.read_text().replace(json.dumps(TOPICS["cards"]), json.dumps(TOPICS["cards"][:1]))
    )
    pairs = asking(tmp_path / "p.jsonl", {"text": TOPICS["cards"][1], "article": "cards"})
    assert surgeline("kb", "test", pairs, "--kb", thin).exit_code == 0
    failed = surgeline("kb", "test", pairs, "--kb", thin, "--answered")
    assert failed.exit_code == 1
    assert "but offered cards" in failed.output


def test_an_article_that_is_not_there_is_named(surgeline: Run, whole: Path, tmp_path: Path) -> None:
    """A pair for a removed article is a failure of its own kind."""
    pairs = asking(tmp_path / "pairs.jsonl", {"text": "x", "article": "gone"})
    result = surgeline("kb", "test", pairs, "--kb", whole)
    assert result.exit_code == 1
    assert "no article 'gone'" in result.output


def test_the_id_of_an_article_with_variants_stands_for_each(
    surgeline: Run, whole: Path, tmp_path: Path
) -> None:
    """One file of pairs asks in every language."""
    variant = {"title": "Cards", "questions": TOPICS["cards"], "answer": "a"}
    line = json.dumps({"id": "cards", "variants": {"en": variant}})
    varied = tmp_path / "varied.jsonl"
    varied.write_text("".join(whole.read_text().splitlines(keepends=True)[:2]) + line)
    pairs = asking(
        tmp_path / "pairs.jsonl",
        {"text": TOPICS["cards"][0], "article": "cards"},
        {"text": TOPICS["cards"][0], "article": "cards.en"},
    )
    assert surgeline("kb", "test", pairs, "--kb", varied).exit_code == 0
    wrong = asking(pairs, {"text": TOPICS["opening"][0], "article": "cards"})
    assert surgeline("kb", "test", wrong, "--kb", varied).exit_code == 1
