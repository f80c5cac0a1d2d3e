"""A company's help centre is public, follows its articles, and runs and loads nothing foreign."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from surgeline.adapters.help_centre.pages import HelpCentre, Site
from surgeline.knowledge.articles.article import Article

from cli.main import cli
from functions.web_chat import help_centre
from local.virtual.shop import articles_file
from tests.functions.drafted import BASE, built
from tests.functions.stage import Stage

CENTRE = "/help/web"
LIST = f"{CENTRE}/en/index.html"
NOTE = "Only with a photo"
KOREAN = {
    "id": "hours.ko",
    "title": "영업 시간",
    "language": "ko",
    "questions": ["몇 시에 여나요?", "영업 시간이 어떻게 되나요?", "언제까지 열어요?"],
    "answer": "9시부터 17시까지 열어요.",
}


def opened(stage: Stage, **brands: Any) -> None:
    """Let the company open its help centre."""
    look = {"company": {"name": "Lamps & Co", "accent": "#7a1f5c", "help_centre": "open"}}
    answer = stage.admin("PUT", "/v1/admin/look", look | ({"brands": brands} if brands else {}))
    assert answer.status == 200, answer.text
    stage.clock.advance(6)


def page(stage: Stage, path: str = LIST, **headers: str) -> Any:
    return stage.request("GET", path, headers=headers)


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """Return a shop with two web channels, whose articles have a note for people."""
    stage.configure(channels=[{"id": "web", "kind": "web"}, {"id": "bulbs", "kind": "web"}])
    rows = [json.loads(line) | {"note": NOTE} for line in articles_file().decode().splitlines()]
    rows.append(KOREAN)
    stage.admin("PUT", BASE, "\n".join(map(json.dumps, rows)).encode())
    built(stage)
    stage.clock.advance(6)
    return stage


def test_nobody_reads_a_help_centre_that_nobody_opened(shop: Stage) -> None:
    """It is closed at first, and a brand may keep its own closed."""
    assert [page(shop, each).status for each in (CENTRE, LIST, f"{CENTRE}/style.css")] == [404] * 3
    opened(shop, bulbs={"help_centre": "closed"})
    assert page(shop).status == 200
    assert page(shop, "/help/bulbs/en/index.html").status == 404
    assert page(shop, "/help/nothing/en/index.html").status == 404


def test_its_files_are_those_of_the_export(shop: Stage, tmp_path: Path) -> None:
    """A page has the same words in both, and none for people alone or in customers' words."""
    opened(shop)
    korean = json.dumps(KOREAN).encode()
    (tmp_path / "kb.jsonl").write_bytes(articles_file().rstrip() + b"\n" + korean)
    words = ["kb", "site", str(tmp_path / "kb.jsonl"), "--out", str(tmp_path / "help")]
    assert CliRunner().invoke(cli, words).exit_code == 0
    for file in (tmp_path / "help").glob("en/*.*"):
        place = file.relative_to(tmp_path / "help").as_posix()
        answer = page(shop, f"{CENTRE}/{place}")
        assert answer.status == 200, place
        main = answer.text.partition("<main>")[2].partition("</main>")[0]
        exported = file.read_text().partition("<main>")[2].partition("</main>")[0]
        chat = ' data-chat="../../../c/web" data-ask="Ask us"'
        told = ' data-told="../../../v1/web/web/visitors"'
        assert main.replace(f"{chat}{told}", "") == exported
        assert NOTE not in answer.text
    assert "Still need help?" in page(shop).text
    assert 'href="../../../c/web"' in page(shop).text


def test_a_reader_comes_to_their_language(shop: Stage) -> None:
    """The way in follows the browser, and names a page below it."""
    opened(shop)
    answer = page(shop, CENTRE, **{"accept-language": "de, ko-KR;q=0.8, en;q=0.5"})
    assert answer.status == 302
    assert answer.headers["location"] == "web/ko/index.html"
    assert page(shop, f"{CENTRE}/index.html").status == 200


def test_its_headers_let_nothing_foreign_in(shop: Stage) -> None:
    """A strict policy stands on each file, and a browser that has a file gets 304."""
    opened(shop)
    for place in ("index.html", "style.css", "search.js", "sitemap.xml", "en/index.html"):
        answer = page(shop, f"{CENTRE}/{place}")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = page(shop, f"{CENTRE}/{place}", **{"if-none-match": answer.headers["etag"]})
        assert (again.status, again.text) == (304, "")
    assert "--link: #7a1f5c" in page(shop, f"{CENTRE}/style.css").text
    assert page(shop, f"{CENTRE}/..%2Fchat.html").status == 404


def test_a_change_is_shown_within_a_minute(shop: Stage) -> None:
    """A publication, a pause and a review each change the pages, and a paused article has none."""
    opened(shop)
    hours = f"{CENTRE}/en/en-hours.html"
    assert "9 to 17" not in page(shop, hours).text
    rows = [json.loads(line) for line in articles_file().decode().splitlines()]
    changed = [r | ({"answer": "From 9 to 17."} if r["id"] == "en-hours" else {}) for r in rows]
    shop.admin("PUT", BASE, "\n".join(map(json.dumps, changed)).encode())
    built(shop)
    shop.admin("PUT", f"{BASE}/due", {"article": "en-hours", "review_by": "2027-01-01"})
    shop.clock.advance(60)
    assert "From 9 to 17." in page(shop, hours).text
    assert "Last reviewed on" in page(shop, hours).text
    assert "en-hours.html</loc>" in page(shop, f"{CENTRE}/sitemap.xml").text
    body = {"article": "en-hours", "state": "paused", "reason": "the summer"}
    assert shop.admin("PUT", f"{BASE}/states", body).status == 200
    shop.clock.advance(60)
    assert page(shop, hours).status == 404
    assert "en-hours.html" not in page(shop).text


@pytest.mark.parametrize("state", ["paused", "retired", "draft", "assisted"])
def test_the_tag_shows_what_people_are_shown_and_nothing_at_rest(shop: Stage, state: str) -> None:
    """The tag `public` opens an article for people, and neither one at rest nor a draft."""
    opened(shop)
    rows = [json.loads(line) for line in articles_file().decode().splitlines()]
    tagged = [r | ({"tags": ["public"]} if r["id"] == "en-hours" else {}) for r in rows]
    shop.admin("PUT", BASE, "\n".join(map(json.dumps, tagged)).encode())
    built(shop)
    body = {"article": "en-hours", "state": state, "reason": "the summer"}
    assert shop.admin("PUT", f"{BASE}/states", body).status == 200
    shop.clock.advance(60)
    is_shown = state == "assisted"
    assert (page(shop, f"{CENTRE}/en/en-hours.html").status == 200) == is_shown
    for place in ("en/index.html", "en/articles.js", "sitemap.xml"):
        assert ("en-hours.html" in page(shop, f"{CENTRE}/{place}").text) == is_shown, place


def test_no_host_makes_pages_anew_and_only_maps_name_it(
    shop: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are made once whatever the host, and the sitemap and the feed name the asker's."""
    opened(shop)
    shop.admin("PUT", f"{BASE}/due", {"article": "en-hours", "review_by": "2027-01-01"})
    shop.clock.advance(60)
    page(shop)
    made: list[str] = []
    monkeypatch.setattr(help_centre, "page_of", lambda *_all: made.append("page"))
    for number in range(20):
        assert page(shop, host=f"h{number}.example").status == 200
    assert page(shop, host="[x").status == 200
    assert made == []
    monkeypatch.undo()
    for place in ("sitemap.xml", "en/feed.xml"):
        for host in ("a.example", "b.example:8443", "[::1]:8080"):
            text = page(shop, f"{CENTRE}/{place}", host=host).text
            assert f"http://{host}{CENTRE}/en/en-hours.html<" in text.replace('"/>', "<")
            assert text.count("http://") - text.count("http://www.") == text.count(f"//{host}/")


@pytest.mark.parametrize("host", ["", "[x", "a b", "x/../y", "x:y", "u@x", "x?y"])
def test_a_malformed_host_is_refused_where_it_would_stand(shop: Stage, host: str) -> None:
    """The refusal names the header and what is accepted, and no page is broken."""
    opened(shop)
    answer = page(shop, f"{CENTRE}/sitemap.xml", host=host)
    assert answer.status == 400, answer.text
    assert "Host" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("code", "name", "count"),
    [
        ("en", "Languages", "Answers shown"),
        ("ko", "언어", "보여 드려요"),
        ("fr", "Langues", "Réponses"),
    ],
)
def test_a_screen_reader_hears_the_words_of_the_language(code: str, name: str, count: str) -> None:
    """The way to other languages and the number of answers have words in the page's language."""
    articles = [Article(f"a.{each}", "A", each, (), "A.") for each in ("en", "ko", "fr")]
    centre = HelpCentre(Site(articles, "Help"))
    for file in ("index.html", f"a-{code}.html"):
        assert f'aria-label="{name}"' in str(centre.text(f"{code}/{file}"))
    shown = str(centre.text(f"{code}/index.html")).partition('data-shown="')[2].partition('"')[0]
    assert count in shown
    assert "{count}" in shown


def test_a_version_of_an_earlier_release_is_shown(shop: Stage) -> None:
    """It has texts and no file for help centres, and is shown without its tags."""
    blobs = shop.backend.blobs()
    for each in blobs.keys("knowledge/shop/"):
        if each.endswith(".help.json"):
            blobs.delete(each)
    opened(shop)
    assert page(shop, f"{CENTRE}/en/en-hours.html").status == 200
