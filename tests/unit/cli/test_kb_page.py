"""The page of `surgeline kb check --html` is complete, harmless, and carries what --json has."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fake_instance import Run

from cli.kb.page import page

SHOP = Path(__file__).parents[3] / "samples" / "shop.jsonl"
HOSTILE = '<script>alert("1")</script>&'


class Seen(HTMLParser):
    """The tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Return a report in which everything occurs, every text a trap."""
    confused = [{"id": "b c", "times": 2, "sentences": [HOSTILE]}]
    article = {
        "id": HOSTILE,
        "title": HOSTILE,
        "language": "en",
        "phrasings": 2,
        "missing_phrasings": 1,
        "expected_answered": 0.25,
        "expected_suggested": None,
        "confused_with": confused,
    }
    return {
        "articles": [article, article | {"id": "b c", "confused_with": []}],
        "phrasings": 4,
        "tier": "lexical",
        "promise": 0.95,
        "expected": [{"promise": 0.9, "answered": 0.5, "suggested": 0.25, "precision": 0.9}],
        "curve": [
            {"threshold": 0.9, "answered": 0.5, "precision": 0.9},
            {"threshold": 0.1, "answered": 1.0, "precision": 0.55},
        ],
        "duplicates": [{"text": HOSTILE, "articles": [HOSTILE, "b c"]}],
        "misplaced": [{"text": HOSTILE, "article": HOSTILE, "to": "b c"}],
        "fits_two": [{"text": HOSTILE, "article": HOSTILE, "also": "b c"}],
        "advice": [
            {"articles": [HOSTILE], "share": 0.1, "do": "add 1 phrasings", "brings": "much"}
        ],
        "at_promise": {"promise": 0.95, "answered": 0.4, "suggested": 0.2, "precision": 0.9},
    }


WARNING = {"file": HOSTILE, "line": 3, "field": "answer", "message": HOSTILE}


def test_the_page_asks_for_nothing_and_runs_nothing(report: dict[str, Any]) -> None:
    """The page has no script, address or file, whatever the articles say, and forbids itself
    both.
    """
    seen = Seen(page(HOSTILE, report, [WARNING]))
    assert seen.open == []
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in seen.tags}
    links = [attrs["href"] or "" for _, attrs in seen.tags if "href" in attrs]
    assert all(link.startswith("#") for link in links)
    assert not [attrs for _, attrs in seen.tags if "src" in attrs]
    policies = [attrs for tag, attrs in seen.tags if attrs.get("http-equiv")]
    assert "default-src 'none'" in str(policies[0]["content"])
    assert seen.text.count(HOSTILE) >= 8


def test_every_link_of_the_page_leads_somewhere(report: dict[str, Any]) -> None:
    """Every link of the page leads to an article, even if its id has spaces and signs."""
    seen = Seen(page("kb", report, [WARNING]))
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in seen.tags:
        if "href" in attrs:
            assert str(attrs["href"])[1:] in ids


def test_the_curve_is_drawn_and_told(report: dict[str, Any]) -> None:
    """The curve runs from upper left to lower right with a dot for each promise and a text for
    readers.
    """
    html = page("kb", report, [])
    (points,) = re.findall(r'points="([^"]+)"', html)
    (x0, y0), (x1, y1) = (map(float, point.split(",")) for point in points.split())
    assert x0 < x1
    assert y0 < y1
    assert html.count("<circle") == 1
    assert 'aria-label="Precision-coverage curve: at 90% promised, 50.0% answered"' in html
    assert "Too few phrasings" in page("kb", report | {"curve": []}, [])


def test_the_page_the_table_and_the_json_carry_the_same(surgeline: Run, tmp_path: Path) -> None:
    """Shares, articles, advice and questions that fit two, of a part of the sample shop."""
    out = tmp_path / "report.html"
    few = tmp_path / "few.jsonl"
    few.write_text("".join(SHOP.read_text(encoding="utf-8").splitlines(keepends=True)[:12]))
    result = surgeline("kb", "check", few, "--html", out, "--json")
    found = json.loads(result.stdout)
    text = Seen(out.read_text(encoding="utf-8")).text
    table = surgeline("kb", "check", few, "--all").output
    for each in found["expected"]:
        assert f"{each['answered']:.1%}" in text
        assert f"{each['answered']:.0%}" in table
    for each in found["articles"]:
        assert each["id"] in text
        assert each["title"] in table
    for each in found["advice"]:
        assert each["do"] in text
        assert each["do"] in table
        assert each["brings"] in text
        assert each["brings"] in table
    for each in found["fits_two"]:
        assert each["text"] in text
        assert each["text"] in table
