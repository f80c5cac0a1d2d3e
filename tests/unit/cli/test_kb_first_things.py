"""`surgeline kb check` and `kb build` say first what to expect and what would help most."""

import json
from pathlib import Path

import pytest
from fake_instance import Run

from cli.kb.first_things import listed, names_of

SHOP = Path(__file__).parents[3] / "samples" / "shop.jsonl"


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Return a part of the sample shop."""
    file = tmp_path / "few.jsonl"
    file.write_text("".join(SHOP.read_text(encoding="utf-8").splitlines(keepends=True)[:20]))
    return file


def phrasings_of(file: Path) -> int:
    return sum(
        len(json.loads(line)["questions"]) for line in file.read_text(encoding="utf-8").splitlines()
    )


@pytest.mark.parametrize("command", ["check", "build"])
def test_the_report_begins_with_a_verdict_and_three_changes(
    surgeline: Run, few: Path, command: str
) -> None:
    """The verdict, three changes by title with what each brings, and where the rest is."""
    found = json.loads(surgeline("kb", "check", few, "--json").stdout)
    result = surgeline("kb", command, few)
    assert result.exit_code == 0
    assert f"20 articles, {phrasings_of(few)} phrasings, no problems." in result.stdout
    answered = round(found["at_promise"]["answered"] * 100)
    assert f"expect about {answered} answered" in result.stdout
    titles = {each["id"]: each["title"] for each in found["articles"]}
    for number, each in enumerate(found["advice"][:3], 1):
        first, second = (f'"{titles[id_]}"' for id_ in each["articles"])
        line = f"  {number}. {first} and {second}: {each['do']}. It brings: {each['brings']}."
        assert line in result.stdout
    assert "  4. " not in result.stdout
    assert "--all" in result.stdout
    assert not [id_ for id_ in titles if id_ in result.stdout]


def test_all_shows_the_rest_by_title(surgeline: Run, few: Path) -> None:
    """The whole report has every article, and no id where titles differ."""
    found = json.loads(surgeline("kb", "check", few, "--json").stdout)
    shown = surgeline("kb", "check", few, "--all").stdout
    for each in found["articles"]:
        assert f"{each['title']}: {each['phrasings']} phrasings" in shown
        assert each["id"] not in shown


def test_a_faq_page_gets_one_piece_of_advice_for_all(surgeline: Run, tmp_path: Path) -> None:
    """Where most articles have one phrasing, one change names them together."""
    rows = [f"How do I {verb} it?,Like so.\n" for verb in ("buy", "sell", "wash", "fold", "send")]
    file = tmp_path / "faq.csv"
    file.write_text("question,answer\n" + "".join(rows))
    shown = surgeline("kb", "check", file, "--language", "en").stdout
    assert "hardly anything by itself yet" in shown
    named = '1. "How do I buy it?", "How do I sell it?", "How do I wash it?" and 2 more: give each'
    assert named in shown
    assert "It brings: up to 100.0% of the questions can be answered." in shown
    assert "2. " not in shown


def test_equal_titles_are_told_apart() -> None:
    """Language or id stands behind a title that another article has too."""
    articles = [
        {"id": id_, "title": title, "language": language}
        for id_, title, language in (
            ("a", "Fees", "en"),
            ("b", "Fees", "fr"),
            ("c", "Time", "en"),
            ("d", "Time", "en"),
            ("e", "", "en"),
        )
    ]
    names = names_of(articles)
    assert list(names.values()) == ["Fees (en)", "Fees (fr)", "Time (c)", "Time (d)", "e"]
    assert listed(["a", "c"], names) == '"Fees (en)" and "Time (c)"'
