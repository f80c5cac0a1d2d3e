"""`surgeline kb export` writes the articles that answer now, whole and of one version."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

ROUTE = "GET /v1/admin/knowledge/shop/articles"


def article(id_: str) -> dict[str, Any]:
    own = {"id": id_, "title": "T", "language": "en", "questions": ["Why?"], "answer": "So."}
    return own | {"tags": ["refund"], "note": "Only with a photo."}


def page(version: str, id_: str, next_after: int | None) -> dict[str, Any]:
    return {"version": version, "articles": [article(id_)], "next_after": next_after}


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "xlsx", "json", "html", "md"])
def test_all_pages_are_written_and_can_be_imported(
    operator: Run, surgeline: Run, instance: FakeInstance, tmp_path: Path, form: str
) -> None:
    """The ending chooses the format, and an import gives the same articles."""
    instance.answer(ROUTE, page("v1", "a", 1), page("v1", "b", None))
    out = tmp_path / ("shop" if form == "md" else f"shop.{form}")
    chosen = ("--format", "md") if form == "md" else ()
    result = operator("kb", "export", "shop", "-o", out, *chosen)
    assert result.exit_code == 0
    assert "2 articles of shop, version v1" in result.output
    assert [each.query for each in instance.requests("GET")] == [
        "content=yes&after=0",
        "content=yes&after=1",
    ]
    again = tmp_path / "again.jsonl"
    assert surgeline("kb", "import", out, "-o", again).exit_code == 0
    lines = [json.loads(line) for line in again.read_text().splitlines()]
    assert lines == [article("a"), article("b")]


def test_qnabot_gets_one_language_and_what_it_loses_is_said(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """Two languages need a choice, and a folder that is there is not written into."""
    both = page("v1", "a", None)
    both["articles"].append(article("b") | {"language": "fr"})
    instance.answer(ROUTE, both, both, both)
    out = tmp_path / "qna.json"
    refused = operator("kb", "export", "shop", "--format", "qnabot", "-o", out)
    assert refused.exit_code == 2
    assert "choose with --language: en, fr" in refused.output
    told = operator("kb", "export", "shop", "--format", "qnabot", "--language", "fr", "-o", out)
    assert "QnABot has no place for marks such as notes and tags: 1" in told.output
    assert [each["qid"] for each in json.loads(out.read_text())["qna"]] == ["b"]
    (tmp_path / "shop").mkdir()
    there = operator("kb", "export", "shop", "--format", "md")
    assert "is there already; give --out a new folder" in there.output


def test_a_version_that_comes_in_between_is_taken_whole(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """Pages of two versions are never mixed."""
    pages = (page("v1", "a", 1), page("v2", "b", None), page("v2", "x", 1), page("v2", "y", None))
    instance.answer(ROUTE, *pages)
    out = tmp_path / "shop.jsonl"
    result = operator("kb", "export", "shop", "--format", "jsonl", "-o", out, "--json")
    assert json.loads(result.stdout)["version"] == "v2"
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["x", "y"]


def test_an_ending_of_no_format_and_an_older_instance_are_told(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """The accepted endings are named, and an instance without this is to be updated."""
    wrong = operator("kb", "export", "shop", "-o", tmp_path / "shop.pdf")
    assert wrong.exit_code == 2
    assert "use .jsonl, .csv, .tsv, .xlsx, .json, .html, or --format md" in wrong.output
    instance.answer(ROUTE, {"version": "v1", "articles": [{"id": "a", "language": "en"}]})
    old = operator("kb", "export", "shop", "-o", tmp_path / "shop.csv")
    assert old.exit_code == 1
    assert "update it first" in old.output
