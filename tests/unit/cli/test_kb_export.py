"""`surgeline kb export` writes the articles that answer now, whole and of one version."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

ROUTE = "GET /v1/admin/knowledge/shop/articles"


def article(id_: str) -> dict[str, Any]:
    return {"id": id_, "title": "T", "language": "en", "questions": ["Why?"], "answer": "So."}


def page(version: str, id_: str, next_after: int | None) -> dict[str, Any]:
    return {"version": version, "articles": [article(id_)], "next_after": next_after}


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_all_pages_are_written_and_can_be_imported(
    operator: Run, surgeline: Run, instance: FakeInstance, tmp_path: Path, form: str
) -> None:
    """The ending chooses the format, and an import gives the same articles."""
    instance.answer(ROUTE, page("v1", "a", 1), page("v1", "b", None))
    out = tmp_path / f"shop.{form}"
    result = operator("kb", "export", "shop", "-o", out)
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
    assert "use .jsonl, .csv, .xlsx" in wrong.output
    instance.answer(ROUTE, {"version": "v1", "articles": [{"id": "a", "language": "en"}]})
    old = operator("kb", "export", "shop", "-o", tmp_path / "shop.csv")
    assert old.exit_code == 1
    assert "update it first" in old.output
