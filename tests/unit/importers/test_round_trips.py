"""An import of an export is exactly the base that was exported, in every format."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from surgeline.knowledge.articles.article import Article, KnowledgeRefused
from surgeline.knowledge.articles.jsonl import page_of, parse_jsonl, to_jsonl
from surgeline.knowledge.articles.media import ArticleMedia
from surgeline.knowledge.articles.reading import Reading

from cli.importers.drafts import Drafts
from cli.importers.read import read
from cli.importers.web_page import read_page
from cli.importers.written import FORMATS, written
from cli.importers.written_pages import as_markdown, as_qnabot

AWKWARD = [
    *("=1+1", "- a\n- b", "+82 2", "@me", " x ", "\tx", "a\r\nb\n", "a\rb", "<b>x</b>"),
    *(
        "a < b > c",
        "&amp;",
        "&nbsp;",
        "Q&A",
        "<pre>x</pre>",
        "<pre>",
        "</script>",
        "_x000D_",
        "a_x0041_b",
    ),
    *("#REF!", "'x", '"', "a;b,c|d", "sep=;", "1", "1.50", "TRUE", "2026-01-01", "en", "id"),
    *("반품", "à l’étage ?", "👨\u200d👩", "\u00a0x\u00a0", "question", "{name|you}", "{{x}}"),
    "https://a.example/?a=1&b=2",
]
PICTURE = ArticleMedia("image", "https://shop.example/a.png", "", "A <b>table</b> & more")
TEXTS = st.sampled_from(AWKWARD) | st.text(min_size=1, max_size=20)
LINES = TEXTS.filter(lambda text: not set(text) & set("\t\r\n"))
ARTICLES = st.lists(
    st.builds(
        Article,
        id=LINES,
        title=LINES,
        language=st.sampled_from(["en", "ko", "fr"]),
        questions=st.lists(LINES, min_size=1, max_size=4, unique=True).map(tuple),
        answer=TEXTS,
        tags=st.lists(st.sampled_from(["refund", "delay"]), max_size=2, unique=True).map(tuple),
        crisis_answer=st.just("") | TEXTS,
        note=st.just("") | TEXTS,
        state=st.sampled_from(["", "suggested"]),
        media=st.sampled_from([(), (PICTURE,)]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda article: article.id,
)


def valid(articles: Sequence[Article]) -> list[Article]:
    """Return the articles that may be published."""
    kept = []
    for article in articles:
        try:
            kept += parse_jsonl(to_jsonl([article]), "kb.jsonl")
        except (KnowledgeRefused, UnicodeEncodeError):
            continue
    return kept


def exported(folder: Path, articles: Sequence[Article], form: str) -> Path:
    """Return a file of the articles, or a new folder of files for Markdown."""
    if form != "md":
        file = folder / f"kb.{form}"
        file.write_bytes(written(articles, form))
        return file
    pages = Path(tempfile.mkdtemp(dir=folder))
    for name, content in as_markdown(articles):
        (pages / name).write_bytes(content)
    return pages


@pytest.mark.parametrize("form", [*FORMATS, "md"])
@settings(max_examples=64, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles=ARTICLES)
def test_what_is_exported_is_imported_as_it_was(
    tmp_path: Path, form: str, articles: list[Article]
) -> None:
    """Any base that may be published comes back exactly, without a warning of a change."""
    published = valid(articles)
    if not published:
        return
    file = exported(tmp_path, published, form)
    for lenient in (True, False):
        source = read(file, lenient=lenient)
        assert list(source.articles) == published
        assert source.left_out == ()
        assert source.raw == to_jsonl(published)


@pytest.mark.parametrize("form", [*FORMATS, "md"])
@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back(tmp_path: Path, form: str, text: str) -> None:
    """Formulas, HTML, spaces, line ends, numbers and spreadsheet errors come back as texts."""
    line = text.strip().replace("\r", " ").replace("\n", " ").replace("\t", " ")
    published = valid([Article("a", line, "en", (line, "Why?"), text)])
    file = exported(tmp_path, published, form)
    assert not published or list(read(file, lenient=True).articles) == published


def test_a_csv_has_no_cell_that_a_spreadsheet_program_runs() -> None:
    """No cell of an export begins like a formula."""
    texts = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"]
    articles = [Article(each, each, "en", (each,), each) for each in texts]
    rows = written(articles, "csv").decode("utf-8-sig").splitlines()[1:]
    cells = [cell.strip('"') for row in rows for cell in row.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_qnabot_gets_what_it_has_a_place_for_and_the_rest_is_said(tmp_path: Path) -> None:
    """Ids, questions and answers come back, and each loss is counted."""
    articles = [
        Article("a", "Why?", "en", ("Why?", "How?"), "So {{it}} is."),
        Article("b", "B", "en", ("When?",), "Hi {name|you}", note="secret"),
    ]
    raw, lost = as_qnabot(articles)
    file = tmp_path / "qna.json"
    file.write_bytes(raw)
    source = read(file, language="en")
    assert source.format == "QnABot"
    assert source.articles[0] == articles[0]
    assert [each.rpartition(": ")[2] for each in lost] == ["1 articles lose them"] * 3
    assert b"secret" not in raw


def test_a_page_elsewhere_says_only_what_it_shows() -> None:
    """An article as it is counts in a file of one's own, and never from an address."""
    page = written([Article("own", "T", "en", ("Why?",), "So.", state="automated")], "html")
    drafts = Drafts(Reading(None))
    read_page(drafts, page.decode(), "faq.html", address="https://other.example/faq.html")
    drafts.finish()
    [article] = drafts.reading.articles
    assert (article.id, article.state, article.questions) == ("en-t", "", ("T",))


def test_a_question_that_was_published_twice_is_exported_once(tmp_path: Path) -> None:
    """A sheet has each question of an article once."""
    article = Article("a", "A", "en", ("Why?", "Why?", "How?"), "So.")
    file = tmp_path / "kb.csv"
    file.write_bytes(written([article], "csv"))
    assert read(file).articles[0].questions == ("Why?", "How?")


def test_pages_hold_all_articles_once() -> None:
    """Pages follow each other without a gap, each within its size but for a longer article."""
    articles = [Article(str(n), "A", "en", ("Why?",), "x" * 4_000) for n in range(200)]
    found: list[Article] = []
    while page := page_of(articles, len(found)):
        assert sum(len(each.answer) for each in page) < 310_000
        found += page
    assert found == articles
