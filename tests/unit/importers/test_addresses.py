"""A page and a sitemap are imported from their addresses, within bounds and through the guard."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from surgeline.adapters.outbound.sender import HttpReply, NoReply
from surgeline.knowledge.articles.article import KnowledgeRefused

from cli.importers import site
from cli.importers.site import Fetch, fetched, read_address, read_sitemap, sender_for
from cli.main import cli

HOME = "https://shop.example"
FAQ = (
    '<html lang="en"><body><h2>When are you open?</h2><p>From 9 to 18. See '
    '<a href="/stores">our stores</a> or <a href="http://old.example/x">the old page</a>.</p>'
    "<h2>Where are you?</h2><p>In Paris.</p></body></html>"
)
OTHER = (
    '<html><script type="application/ld+json">'
    + json.dumps(
        {
            "@type": "FAQPage",
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": "How do I pay?",
                    "acceptedAnswer": {"@type": "Answer", "text": "By card."},
                }
            ],
        }
    )
    + "</script></html>"
)
SITEMAP = (
    f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{HOME}/faq</loc></url>'
    f"<url><loc>{HOME}/pay</loc></url><url><loc>{HOME}/about</loc></url><url><loc>https://other.example/x"
    "</loc></url></urlset>"
)


def reply(text: str | bytes, status: int = 200, location: str | None = None) -> HttpReply:
    body = text.encode() if isinstance(text, str) else text
    return HttpReply(status, body, None, 1, location)


def web(pages: Mapping[str, HttpReply], asked: list[str] | None = None) -> Fetch:
    def fetch(address: str) -> HttpReply:
        if asked is not None:
            asked.append(address)
        if address not in pages:
            raise NoReply("blocked", "addresses of this kind may not be called: private")
        return pages[address]

    return fetch


def test_a_page_is_read_from_its_address() -> None:
    """Its questions become articles, its own links become whole, and http links are warned of."""
    found = read_address(f"{HOME}/faq", web({f"{HOME}/faq": reply(FAQ)}))
    assert [each.title for each in found.articles] == ["When are you open?", "Where are you?"]
    assert f"{HOME}/stores" in found.articles[0].answer
    assert any("http" in each.message for each in found.warnings)


def test_a_saved_sitemap_is_read_by_its_pages(tmp_path: Path) -> None:
    """Pages of the first page's host are fetched, and a file without any says what is expected."""
    asked: list[str] = []
    pages = {f"{HOME}/{name}": reply(text) for name, text in (("faq", FAQ), ("pay", OTHER))}
    pages[f"{HOME}/about"] = reply("<p>We sell lamps.</p>")
    found = read_sitemap("sitemap.xml", SITEMAP.encode(), web(pages, asked))
    assert [each.title for each in found.articles][-1] == "How do I pay?"
    assert asked == [f"{HOME}/faq", f"{HOME}/pay", f"{HOME}/about"]
    with pytest.raises(KnowledgeRefused, match=r"sitemap.xml:1: no sitemap; expected <urlset>"):
        read_sitemap("sitemap.xml", b"<urlset></urlset>", web(pages))
    file = tmp_path / "feed.xml"
    file.write_text("<rss></rss>")
    told = CliRunner().invoke(cli, ["kb", "import", str(file), "--dry-run"])
    assert "no sitemap; expected" in told.output


def test_a_redirect_is_followed_and_each_step_goes_through_the_guard() -> None:
    """The page behind a redirect is read. One that leads to a private address is refused."""
    moved = reply("", 301, "/faq")
    pages = {f"{HOME}/old": moved, f"{HOME}/faq": reply(FAQ)}
    assert len(read_address(f"{HOME}/old", web(pages)).articles) == 2
    inside = {f"{HOME}/old": reply("", 302, "https://10.0.0.1/faq")}
    with pytest.raises(KnowledgeRefused, match="may not be called"):
        read_address(f"{HOME}/old", web(inside))
    nowhere = {f"{HOME}/old": reply("", 302, "http://[")}
    with pytest.raises(KnowledgeRefused, match="leads to an address that can't be read"):
        read_address(f"{HOME}/old", web(nowhere))
    again = {f"{HOME}/old": reply("", 302, "/old")}
    with pytest.raises(KnowledgeRefused, match="more than 5 redirects"):
        read_address(f"{HOME}/old", web(again))


def test_a_base_that_is_no_address_is_passed_over() -> None:
    """Links of a page with a broken base are whole by the page's own address."""
    page = FAQ.replace("<body>", '<head><base href="http://["></head><body>')
    found = read_address(f"{HOME}/faq", web({f"{HOME}/faq": reply(page)}))
    assert f"{HOME}/stores" in found.articles[0].answer


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("typed", "reason"),
    [(f"{HOME}/faq", "blocked"), ("http://127.0.0.1:1/faq", "connect"), ("nonsense", "blocked")],
)
def test_only_an_address_on_this_machine_leads_to_this_machine(typed: str, reason: str) -> None:
    """A redirect of somebody else's page never reaches a server that listens on loopback."""
    with sender_for(typed) as sender, pytest.raises(NoReply) as failed:
        fetched(sender)("http://127.0.0.1:1/admin")
    assert failed.value.reason == reason


def test_a_sitemaps_pages_are_read_and_those_without_questions_named() -> None:
    """Pages of another host are never asked for."""
    asked: list[str] = []
    pages = {
        f"{HOME}/sitemap.xml": reply(SITEMAP),
        f"{HOME}/faq": reply(FAQ),
        f"{HOME}/pay": reply(OTHER),
        f"{HOME}/about": reply("<html><body><p>We are a shop.</p></body></html>"),
    }
    found = read_address(f"{HOME}/sitemap.xml", web(pages, asked))
    assert {each.title for each in found.articles} == {
        "When are you open?",
        "Where are you?",
        "How do I pay?",
    }
    assert asked == list(pages)
    assert any(f"left out: {HOME}/about" in each.message for each in found.warnings)


def test_an_index_of_sitemaps_is_read_one_step_deep() -> None:
    """A sitemap may name others, which name pages. A deeper one is not read."""
    index = f"<sitemapindex><sitemap><loc>{HOME}/s1.xml</loc></sitemap></sitemapindex>"
    pages = {
        f"{HOME}/sitemap.xml": reply(index),
        f"{HOME}/s1.xml": reply(f"<urlset><url><loc>{HOME}/faq</loc></url></urlset>"),
        f"{HOME}/faq": reply(FAQ),
    }
    assert len(read_address(f"{HOME}/sitemap.xml", web(pages)).articles) == 2
    pages[f"{HOME}/s1.xml"] = reply(index)
    with pytest.raises(KnowledgeRefused):
        read_address(f"{HOME}/sitemap.xml", web(pages))


def test_a_page_of_a_sitemap_that_fails_is_left_out() -> None:
    """A lenient import keeps the other pages and tells of that one."""
    pages = {f"{HOME}/sitemap.xml": reply(SITEMAP), f"{HOME}/faq": reply(FAQ)}
    found = read_address(f"{HOME}/sitemap.xml", web(pages), lenient=True)
    assert len(found.articles) == 2
    assert f"{HOME}/pay can't be fetched" in found.left_out[0].message
    with pytest.raises(KnowledgeRefused):
        read_address(f"{HOME}/sitemap.xml", web(pages))


def test_the_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large a page is refused, and of too many pages the first are read."""
    cut = replace(reply(FAQ), whole=False)
    with pytest.raises(KnowledgeRefused, match="save it and import the file"):
        read_address(f"{HOME}/faq", web({f"{HOME}/faq": cut}))
    monkeypatch.setattr(site, "MOST_PAGES", 1)
    asked: list[str] = []
    pages = {f"{HOME}/sitemap.xml": reply(SITEMAP), f"{HOME}/faq": reply(FAQ)}
    found = read_address(f"{HOME}/sitemap.xml", web(pages, asked))
    assert len(asked) == 2
    assert any("the first 1 are read" in each.message for each in found.warnings)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply("gone", 404), "answers 404"),
        (reply("<html><body>Hello</body></html>"), "no questions and answers were found"),
        (reply(b"%PDF-1.7"), "a PDF"),
        (reply("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><urlset>&a;</urlset>"), ""),
    ],
)
def test_what_is_no_page_is_refused_with_the_reason(answer: HttpReply, said: str) -> None:
    """An error, a page without questions, another format, and a sitemap that asks for a file."""
    with pytest.raises(KnowledgeRefused) as refused:
        read_address(f"{HOME}/faq", web({f"{HOME}/faq": answer}))
    told = str(refused.value.problems[0])
    assert said in told
    assert "root:" not in told


def test_the_command_refuses_a_private_address_before_it_asks(tmp_path: Path) -> None:
    """The guard judges an address that a person typed, and nothing is written."""
    out = tmp_path / "kb.jsonl"
    words = ["kb", "import", "https://10.0.0.1/faq", "--out", str(out)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 1
    assert "may not be called" in result.output
    assert not out.exists()
