"""Authors find at once what an import means: the row, the entry, and what it leaves out."""

import json
from pathlib import Path

from surgeline.knowledge.articles.jsonl import KnowledgeRefused

from cli.importers.read import read


def told(path: Path) -> list[str]:
    """Return the warnings of a file, or its problems."""
    try:
        return [str(each) for each in read(path, language="en").warnings]
    except KnowledgeRefused as refused:
        return [str(each) for each in refused.problems]


def csv_of(folder: Path, *rows: str) -> Path:
    """Write a spreadsheet's file."""
    path = folder / "faq.csv"
    path.write_text("\n".join(("title,language,question,answer", *rows)), encoding="utf-8")
    return path


def exported(folder: Path, *entries: dict[str, object]) -> Path:
    """Write an export of QnABot, in one line."""
    path = folder / "qna.json"
    path.write_text(json.dumps({"qna": entries}), encoding="utf-8")
    return path


def test_a_row_behind_a_line_break_in_a_cell_is_named_as_the_sheet_counts(tmp_path: Path) -> None:
    """The file's line and the sheet's row are both told where they differ."""
    path = csv_of(tmp_path, 'A,en,"one\ntwo",That.', "B,xx,three,That.")
    [problem] = told(path)
    assert problem.startswith(f"{path}:4: column 2 ('language'): ")
    assert problem.endswith("(row 3 of the sheet)")
    [plain] = told(csv_of(tmp_path, "B,xx,three,That."))
    assert "of the sheet" not in plain


def test_a_problem_in_an_export_names_its_entry(tmp_path: Path) -> None:
    """An export is one line, so that its qid tells which entry is meant."""
    path = exported(tmp_path, {"qid": "good", "q": ["Why?"], "a": "So."}, {"qid": "bad", "q": []})
    assert all(problem.endswith('(qid "bad")') for problem in told(path))
    assert told(path)


def test_what_is_said_where_nothing_was_found_is_no_article(tmp_path: Path) -> None:
    """QnABot's own entry for no hits is left out, and named."""
    entries = ({"qid": "a", "q": ["Why?"], "a": "So."}, {"qid": "x", "q": ["no_hits"], "a": "?"})
    path = exported(tmp_path, *entries)
    assert [article.id for article in read(path, language="en").articles] == ["a"]
    assert "left out" in told(path)[0]


def test_markdown_in_an_answer_is_pointed_out(tmp_path: Path) -> None:
    """Markdown that would be shown raw is pointed out, and lists, links and lone signs are fine."""
    for answer in ("__7 days__", "Type `code`.", "# Returns", "Hi\n> quoted"):
        entry = {"qid": "a", "q": ["Why?"], "a": answer}
        assert "looks like Markdown" in told(exported(tmp_path, entry))[0]
    fine = "- **one**\n- [two](https://shop.example)\n5 * 3 is # 15, order_id and __init"
    assert told(exported(tmp_path, {"qid": "a", "q": ["Why?"], "a": fine})) == []


def test_an_endless_first_row_is_told_by_file_and_line(tmp_path: Path) -> None:
    """A cell longer than any reader takes is a problem of the file, not a crash."""
    path = tmp_path / "faq.csv"
    path.write_text("x" * 200_000 + "\na,b\n", encoding="utf-8")
    assert told(path)[0].startswith(f"{path}:1: ")
    path.write_text("question,answer\n" + "x" * 1_100_000 + ",b\n", encoding="utf-8")
    assert told(path)[0].startswith(f"{path}:2: ")
    path.write_text("question" + "(" * 50_000 + ",answer\nWhy?,So.\n", encoding="utf-8")
    assert told(path) == []
