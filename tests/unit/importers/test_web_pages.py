"""A FAQ page is read as it is, whatever way it shows its questions; hostile pages are refused."""

import contextlib
import json
import time
from pathlib import Path

import pytest
from surgeline.knowledge.articles.jsonl import KnowledgeRefused

from cli.importers.plain_text import plain_text
from cli.importers.read import Source, read


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "faq.html"


def source_of(page: Path, html: str | bytes, language: str | None = None) -> Source:
    page.write_bytes(html if isinstance(html, bytes) else html.encode())
    return read(page, lenient=True, language=language)


def pairs(source: Source) -> list[tuple[str, str]]:
    return [(each.questions[0], each.answer) for each in source.articles]


RETURNS = ("How do I return an item?", "Send it back within 30 days.")
PAYING = ("How can I pay?", "By card.\n- Visa\n- Mastercard")
BOTH = [RETURNS, PAYING]
CARDS = "<p>By card.</p><ul><li>Visa</li><li>Mastercard</li></ul>"

DATA = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Shop"},
        {
            "@type": ["WebPage", "FAQPage"],
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": RETURNS[0],
                    "acceptedAnswer": {
                        "@type": "Answer",
                        "text": "<p>Send it <b>back</b> within 30 days.",
                    },
                },
                {
                    "@type": "Question",
                    "name": "How can I&nbsp;pay?",
                    "acceptedAnswer": [{"@type": "Answer", "text": CARDS}],
                },
            ],
        },
    ],
}
MICRODATA = (
    '<div itemscope itemtype="https://schema.org/FAQPage">'
    '<div itemscope itemprop="mainEntity" itemtype="https://schema.org/Question">'
    f'<h3 itemprop="name">{RETURNS[0]}</h3><div itemscope itemprop="acceptedAnswer" '
    f'itemtype="https://schema.org/Answer"><div itemprop="text">{RETURNS[1]}</div></div></div>'
    '<div itemscope itemprop="mainEntity" itemtype="http://schema.org/Question">'
    f'<h3 itemprop="name">{PAYING[0]}</h3><div itemprop="acceptedAnswer">{CARDS}</div></div></div>'
)


def page_of(body: str) -> str:
    return (
        "<!doctype html><html lang=en><head><title>FAQ</title><style>p{}</style></head><body>"
        f"<nav><h3>Where to?</h3>Menu</nav><h1>FAQ</h1><main>{body}</main>"
        "<aside><h2>News</h2>Buy more.</aside><footer>© Shop</footer></body></html>"
    )


@pytest.mark.parametrize(
    ("way", "body"),
    [
        (
            "FAQPage data",
            f'<script type="application/ld+json">{json.dumps(DATA)}</script><h2>Else?</h2>no',
        ),
        ("FAQPage data", MICRODATA),
        (
            "details",
            (
                f"<details><summary>All</summary><details><summary><h3>{RETURNS[0]}</h3></summary>"
                f"<p>{RETURNS[1]}</p></details><details><summary>{PAYING[0]}</summary>{CARDS}"
                "<script>x()</script></details></details>"
            ),
        ),
        (
            "buttons",
            (
                f'<h2><button aria-expanded="false" aria-controls="a">{RETURNS[0]}</button></h2>'
                f'<div id="a" hidden>{RETURNS[1]}</div><h2><button aria-expanded="true" '
                f'aria-controls="b"><span>{PAYING[0]}</span></button></h2><div id="b">{CARDS}</div>'
            ),
        ),
        (
            "list of terms",
            (
                f"<dl><dt>{RETURNS[0]}</dt><dd>{RETURNS[1]}</dd><dt>{PAYING[0]}</dt><dt>Cards?</dt>"
                f"<dd>{CARDS}</dd></dl>"
            ),
        ),
        (
            "headings",
            (
                f"<h2>Orders</h2><section><h3>{RETURNS[0]}</h3><div>{RETURNS[1]}</div></section>"
                f"<h2>Money</h2><div><h3>{PAYING[0]}</h3>{CARDS}</div>"
            ),
        ),
        (
            "headings",
            (
                f"<p><strong>{RETURNS[0]}</strong></p><p>{RETURNS[1]}</p>"
                f"<p><b>{PAYING[0]}</b></p>{CARDS}"
            ),
        ),
    ],
)
def test_a_page_is_read_in_the_way_it_is_built(page: Path, way: str, body: str) -> None:
    """Each way in which pages show questions gives the same articles, without what is around."""
    source = source_of(page, page_of(body))
    assert pairs(source) == BOTH
    assert source.format == f"HTML ({way})"
    assert {each.language for each in source.articles} == {"en"}
    assert source.left_out == ()


def test_several_terms_of_one_answer_are_its_phrasings(page: Path) -> None:
    """Terms that stand together are phrasings of the answer below them."""
    body = "<dl><dt>Open when?</dt><dt>Hours?</dt><dd>At 9.</dd><dt>Where?</dt><dd>Here.</dd></dl>"
    first = source_of(page, page_of(body)).articles[0]
    assert first.questions == ("Open when?", "Hours?")


def test_a_page_in_several_languages_is_read_by_its_parts(page: Path) -> None:
    """Each question is in the language of its own text, or of the part that it stands in."""
    body = (
        '<div lang="fr-FR"><h2>SAV ?</h2>Tél. 01</div>'
        "<h2>반품은 어떻게 하나요?</h2><p>30일 안에 보내 주세요.</p>"
        "<h2>When are you open?</h2><p>We are open from nine to six.</p>"
    )
    found = source_of(page, page_of(body)).articles
    assert [each.language for each in found] == ["fr", "ko", "en"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_a_korean_page_is_read_in_its_encoding(page: Path, encoding: str) -> None:
    """A page's bytes tell the encoding; headings without question marks are understood."""
    html = (
        "<h2>반품하고 싶어요</h2><p>30일 안에 보내 주세요.</p><h2>언제 열어요</h2><p>아홉 시요.</p>"
    )
    source = source_of(page, html.encode(encoding))
    assert pairs(source)[0] == ("반품하고 싶어요", "30일 안에 보내 주세요.")
    assert len(source.articles) == 2


def test_a_french_page_in_an_old_encoding_is_read(page: Path) -> None:
    """Accents and spaces before marks survive Windows-1252."""
    html = "<h2>Où est mon colis ?</h2><p>Livré en 3 à 5 jours, à l’étage.</p>"
    source = source_of(page, html.encode("cp1252"))
    assert pairs(source) == [("Où est mon colis ?", "Livré en 3 à 5 jours, à l’étage.")]


def test_links_are_whole_or_go(page: Path) -> None:
    """A link of the page's own is made whole by its address; braces and < stay what they are."""
    body = (
        '<h2>Where is the form?</h2><p>See <a href="/form">the form</a>, <a href="#x">below</a>, '
        '<a href="mailto:a@b.example">a@b.example</a>: {code} &lt;b&gt;.</p>'
    )
    html = page_of(body).replace(
        "<title>", '<link rel="canonical" href="https://a.example/faq"><title>'
    )
    (_, answer) = pairs(source_of(page, html))[0]
    assert answer == (
        "See [the form](https://a.example/form), below, mailto:a@b.example: {{code}} <b>."
    )


def test_a_question_of_the_page_is_told_by_its_line(page: Path) -> None:
    """An answer that is too long is left out and told by the line of its question."""
    html = "<h2>When?</h2>\n<p>Now.</p>\n<h2>How long?</h2>\n<p>" + "x" * 4001 + "</p>"
    (problem,) = source_of(page, html, "en").left_out
    assert (problem.line, problem.field) == (3, "answer")


def test_a_folder_of_pages_and_articles_is_one_base(page: Path) -> None:
    """Pages and Markdown below a folder are read together; a repeated question is kept once."""
    source_of(page, f"<h2>{RETURNS[0]}</h2>{RETURNS[1]}")
    page.with_name("b.htm").write_text(f"<h2>{RETURNS[0]}</h2>x<h2>{PAYING[0]}</h2>{CARDS}")
    page.with_name("c.en.md").write_text("---\nquestion: Why?\n---\nSo.\n")
    source = read(page.parent, lenient=True)
    assert [each.questions[0] for each in source.articles] == [
        PAYING[0],
        "Why?",
        RETURNS[0],
    ] or len(source.articles) == 3
    assert any("kept once" in each.message for each in source.warnings)
    assert source.format == "HTML (headings), Markdown"


def test_a_page_in_markdown_is_read_by_its_headings(page: Path) -> None:
    """Markdown without front matter is a page, told by its own lines."""
    file = page.with_name("faq.md")
    text = f"# FAQ\n\nHello.\n\n## {RETURNS[0]}\n\nSend it **back** within 30 days.\n\n"
    text += f"## {PAYING[0]}\n\nBy card.\n\n* Visa\n* Mastercard\n\n## Why?\n\n{'x' * 4001}\n"
    file.write_text(text)
    source = read(file, lenient=True)
    assert pairs(source) == BOTH
    assert [(each.line, each.field) for each in source.left_out] == [(16, "answer")]


def test_headings_that_ask_nothing_are_told(page: Path) -> None:
    """A part of a page that is no question is left out, and its heading is named once."""
    file = page.with_name("faq.md")
    text = f"## {RETURNS[0]}\n\n{RETURNS[1]}\n\n## About us\n\nWe are nice.\n\n"
    text += "".join(f"## Note {number}\n\nText.\n\n" for number in range(6))
    file.write_text(text)
    source = read(file, lenient=True)
    [told] = [each for each in source.warnings if "ask nothing" in each.message]
    assert (told.line, len(source.articles)) == (5, 1)
    assert '"About us", "Note 0"' in told.message
    assert told.message.endswith("and 2 more; word them as questions")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ol><li>Log in</li><li><p>Look</p></li></ol>", "1. Log in\n2. Look"),
        (
            "<ol start=3><li>Log in<ul><li>here</li></ul></li><li>Look</li></ol>",
            "3. Log in\n- here\n4. Look",
        ),
        ("<p>So:</p><ol><li></li><li>Look</li></ol><p>Done.</p>", "So:\n2. Look\n\nDone."),
        ("<ol start=x><li>Log in</li></ol><li>alone</li>", "1. Log in\n- alone"),
        ("<ul><li>2. hand</li></ul>", "- 2. hand"),
    ],
)
def test_the_items_of_an_ordered_list_keep_their_numbers(html: str, text: str) -> None:
    """The steps of an answer are told by number, as on the page."""
    assert plain_text(html) == text


def test_structured_data_in_a_file_of_its_own_is_read(page: Path) -> None:
    """A JSON file with FAQPage data is read like a page's."""
    file = page.with_suffix(".json")
    file.write_text(json.dumps(DATA))
    source = read(file, lenient=True)
    assert pairs(source) == [RETURNS, ("How can I pay?", PAYING[1])]
    assert source.format == "FAQPage data"


def test_structured_data_with_a_hostile_answer_is_refused(page: Path) -> None:
    """An answer that is nested too deeply is refused in a JSON file too."""
    answer = {"text": "<div>" * 1_000}
    entry = {"@type": "Question", "name": "Why?", "acceptedAnswer": answer}
    file = page.with_suffix(".json")
    file.write_text(json.dumps({"@type": "FAQPage", "mainEntity": entry}))
    with pytest.raises(KnowledgeRefused, match="nested over 255 deep"):
        read(file, lenient=True)


def test_broken_structured_data_is_told_and_the_page_is_read(page: Path) -> None:
    """Structured data that is no JSON is a warning, and the headings are read instead."""
    html = f'<script type="application/ld+json">{{"a": </script><h2>{RETURNS[0]}</h2>{RETURNS[1]}'
    source = source_of(page, html)
    assert pairs(source) == [RETURNS]
    assert "no JSON" in source.warnings[0].message


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("", "no questions and answers were found"),
        ("<p>Welcome.</p><h2>About us</h2>", "no questions and answers were found"),
        ("<div>" * 100_000 + "x", "nested over 255 deep"),
        ("<h2>Why?</h2><p>" + "x" * 15_000_000, "a text of over 10 MB"),
        ("x" * 100_000_000, "at most 20 MB are accepted"),
    ],
)
def test_a_page_without_questions_or_beyond_limits_is_refused(
    page: Path, html: str, said: str
) -> None:
    """The message says what is expected, or what to do."""
    with pytest.raises(KnowledgeRefused) as refused:
        source_of(page, html)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "html",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><h2>What?</h2><p>&e;.</p>',
        '<script type="application/ld+json">'
        + "[" * 100_000
        + "</script><h2>What?</h2><p>&e;.</p>",
    ],
)
def test_nothing_outside_the_page_is_read(page: Path, html: str) -> None:
    """Entities stay text, and structured data of any depth is only a warning."""
    assert pairs(source_of(page, html, "en")) == [("What?", "&e;.")]


@pytest.mark.parametrize(
    "html",
    [
        "<!--" * 1_000_000,
        "<h2>a?</h2>b" * 20_000,
        "<details><summary>a?</summary>b" * 200 + "</details>" * 200,
        "<p><b>a?</b>" * 30_000,
        "<button aria-expanded=true aria-controls=x>a?</button>" * 20_000 + "<p id=x>b",
        "<dl>" * 200 + "<dt>a?<dd>b" * 10_000,
        "<a href=x>" * 100_000,
    ],
)
def test_a_page_of_any_shape_is_read_in_linear_time(page: Path, html: str) -> None:
    """Repetition of any part costs seconds at most."""
    before = time.process_time()
    page.write_text(html)
    with contextlib.suppress(KnowledgeRefused):
        read(page, lenient=True, language="en")
    assert time.process_time() - before < 30
