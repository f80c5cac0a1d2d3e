"""`surgeline kb site` writes a help centre that any web server can show."""

import json
import re
import time
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run

from cli.api import Refused
from cli.kb.archive.command import LOOK_SECONDS, followed

ARTICLE = {
    "id": "gift.en",
    "title": "Gift <cards>",
    "language": "en",
    "questions": ["my secret phrasing"],
    "answer": "Hello {first_name|there}.\n\n- One\n- Two\n\nSee https://shop.example/?a=1&b=2.",
}


def base(folder: Path, *articles: dict[str, object]) -> Path:
    """Write a knowledge base, and return its file."""
    file = folder / "kb.jsonl"
    file.write_text("\n".join(map(json.dumps, articles)))
    return file


def test_each_article_is_a_page_in_its_language(surgeline: Run, tmp_path: Path) -> None:
    """The answer is shown as the chat does, and no phrasing of a customer is."""
    other = ARTICLE | {"id": "gift.ko", "language": "ko", "title": "기프트 카드"}
    file = base(tmp_path, ARTICLE, other)
    result = surgeline("kb", "site", file, "--out", "help", "--base", "https://help.example")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "help/en/gift-en.html").read_text()
    assert "<p>Hello there.</p><ul><li>One</li><li>Two</li></ul>" in page
    assert '<a href="https://shop.example/?a=1&amp;b=2">' in page
    assert 'hreflang="ko" href="../ko/gift-ko.html"' in page
    assert "my secret phrasing" not in page
    read = surgeline("kb", "import", tmp_path / "help/en/gift-en.html", "-o", "again.jsonl")
    assert read.exit_code == 0, read.output
    assert json.loads((tmp_path / "again.jsonl").read_text())["title"] == "Gift <cards>"
    sitemap = (tmp_path / "help/sitemap.xml").read_text()
    assert "<loc>https://help.example/en/gift-en.html</loc>" in sitemap
    assert '<html lang="ko">' in (tmp_path / "help/ko/index.html").read_text()


def test_a_page_calls_no_other_site_and_only_its_own_search_runs(
    surgeline: Run, tmp_path: Path
) -> None:
    """There is no script but the list's own, no tracking, and a policy that forbids both."""
    surgeline("kb", "site", base(tmp_path, ARTICLE), "--out", "help")
    for page in tmp_path.glob("help/**/*.html"):
        text = page.read_text()
        assert "default-src 'none'" in text
        own = r" src=\"../search\.js\""
        assert not re.search(rf"<script(?!{own})|<img|<iframe|@import", text)
        sources = re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]+)"', text)
        scripts = {"search.js"} if page.match("??/index.html") else set()
        assert {each.rpartition("/")[2] for each in sources} == {"style.css", *scripts}
    assert not (tmp_path / "help/sitemap.xml").exists()


def test_a_thousand_articles_are_small_and_quick(surgeline: Run, tmp_path: Path) -> None:
    """A page and a list have less than 20 kB, and the whole takes less than ten seconds."""
    answer = "가나다라 마바사아 자차카타 파하. " * 200
    articles = [
        ARTICLE | {"id": f"a{number}", "title": f"Question {number} " + "가" * 30, "answer": answer}
        for number in range(1_000)
    ]
    file, started = base(tmp_path, *articles), time.process_time()
    assert surgeline("kb", "site", file, "--out", "help").exit_code == 0
    assert time.process_time() - started < 10
    pages = list(tmp_path.glob("help/en/*.html"))
    lists = "".join(each.read_text() for each in pages)
    linked = set(re.findall(r'<a href="../en/(a[0-9]+)\.html"', lists))
    assert linked == {f"a{number}" for number in range(1_000)}
    assert max(each.stat().st_size for each in pages) < 20_000


def test_ids_of_any_script_have_pages_of_their_own(surgeline: Run, tmp_path: Path) -> None:
    """Two ids never share a page, and no page takes the place of the list."""
    ids = ("반품", "환불", "a b", "a-b", "index", "page-2", "../../x")
    file = base(tmp_path, *({**ARTICLE, "id": each} for each in ids))
    assert surgeline("kb", "site", file, "--out", "help").exit_code == 0
    assert len(list(tmp_path.glob("help/en/*.html"))) == len(ids) + 1
    assert not (tmp_path / "x.html").exists()


def test_a_former_site_is_replaced_and_another_folder_is_not(
    surgeline: Run, tmp_path: Path
) -> None:
    """An article that is gone has no page any more. Other files are never deleted."""
    surgeline("kb", "site", base(tmp_path, ARTICLE), "--out", "help")
    surgeline("kb", "site", base(tmp_path, ARTICLE | {"id": "new"}), "--out", "help")
    assert [each.name for each in tmp_path.glob("help/en/*.html")].count("gift-en.html") == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    refused = surgeline("kb", "site", tmp_path / "kb.jsonl", "--out", "mine")
    assert (refused.exit_code, "holds other files" in refused.output) == (1, True)
    assert (tmp_path / "mine/letter.txt").read_text() == "dear"


@pytest.mark.enable_socket
def test_an_instance_s_articles_have_the_day_of_their_review(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """The published articles are taken, and a link leads to the chat."""
    place = "/v1/admin/knowledge/shop"
    page = {"version": "v1", "articles": [ARTICLE], "next_after": None}
    instance.answer(f"GET {place}/articles", page)
    known = {"gift.en": "2026-03-01T12:00:00.000Z"}
    instance.answer(f"GET {place}/due", {"articles": [], "known": known})
    result = operator(
        "kb", "site", "--name", "shop", "--out", "help", "--chat", "https://shop.example/chat"
    )
    assert result.exit_code == 0, result.output
    text = (tmp_path / "help/en/gift-en.html").read_text()
    assert "Last reviewed on 2026-03-01" in text
    tells = 'referrerpolicy="no-referrer-when-downgrade"'
    assert f'<a href="https://shop.example/chat" {tells}>Write to us</a>' in text


def test_a_site_has_one_source_and_real_addresses(surgeline: Run, tmp_path: Path) -> None:
    """The refusal names the option."""
    file = base(tmp_path, ARTICLE)
    assert surgeline("kb", "site", "--out", "help").exit_code == 2
    assert surgeline("kb", "site", file, "--name", "shop", "--out", "help").exit_code == 2
    wrong = surgeline("kb", "site", file, "--out", "help", "--chat", "javascript:alert(1)")
    assert (wrong.exit_code, "--chat" in wrong.output) == (2, True)
    for chat in ("", "https://shop.example/write", "https://shop.example/c/web/more"):
        wrong = surgeline("kb", "site", file, "--out", "help", "--searches", "--chat", chat)
        assert (wrong.exit_code, "chat page" in wrong.output) == (2, True), chat
    made = surgeline("kb", "site", file, "--out", "help", "--chat", "https://shop.example/c/web")
    assert made.exit_code == 0
    page = (tmp_path / "help/en/index.html").read_text()
    assert "data-told" not in page, "without --searches nobody is told"
    assert "connect-src" not in page


@pytest.mark.enable_socket
def test_a_feed_names_the_articles_that_were_reviewed(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """The newest come first, and articles that customers don't see are in no file."""
    place = "/v1/admin/knowledge/shop"
    articles = [
        ARTICLE,
        ARTICLE | {"id": "new.en", "title": "New"},
        ARTICLE | {"id": "rests.en", "title": "It rests", "state": "paused"},
        *(
            ARTICLE | {"id": state, "title": "It rests", "state": state, "tags": ["public"]}
            for state in ("draft", "paused", "retired")
        ),
        ARTICLE
        | {"id": "open.en", "title": "It is public", "state": "assisted", "tags": ["public"]},
    ]
    instance.answer(
        f"GET {place}/articles", {"version": "v1", "articles": articles, "next_after": None}
    )
    known = {"gift.en": "2026-03-01T12:00:00.000Z", "new.en": "2026-04-01T12:00:00.000Z"}
    instance.answer(f"GET {place}/due", {"articles": [], "known": known})
    made = operator(
        "kb", "site", "--name", "shop", "--out", "help", "--base", "https://help.example"
    )
    assert made.exit_code == 0, made.output
    feed = (tmp_path / "help/en/feed.xml").read_text()
    assert re.findall(r"<entry><title>(.*?)</title>", feed) == ["New", "Gift &lt;cards&gt;"]
    assert "<updated>2026-04-01T00:00:00Z</updated>" in feed
    everything = "".join(each.read_text() for each in tmp_path.glob("help/**/*.*"))
    assert "It rests" not in everything
    assert "It is public" in everything


def test_the_search_of_a_list_holds_titles_and_answers(surgeline: Run, tmp_path: Path) -> None:
    """Its data is a script beside the list, without any phrasing of a customer."""
    surgeline("kb", "site", base(tmp_path, ARTICLE), "--out", "help")
    held = (tmp_path / "help/en/articles.js").read_text()
    rows = json.loads(held.removeprefix("window.helpArticles = ").removesuffix(";\n"))
    assert [(row[0], row[1]) for row in rows] == [("Gift <cards>", "../en/gift-en.html")]
    assert rows[0][2].startswith("Hello there.")
    assert "my secret phrasing" not in held


def test_a_followed_site_is_written_after_each_change_and_only_then() -> None:
    """An instance that is away for a while is asked again, and a look comes soon enough."""
    away = Refused(503, {})
    seen = iter(["v1", "v1", away, "v2", "v2"])
    written: list[str] = []
    now = ""

    def look() -> str:
        nonlocal now
        found = next(seen, None)
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise KeyboardInterrupt
        now = found
        return found

    with pytest.raises(KeyboardInterrupt):
        followed(look, lambda: written.append(now), lambda: None)
    assert written == ["v1", "v2"]
    assert LOOK_SECONDS <= 30


def test_only_an_instance_is_followed(surgeline: Run, tmp_path: Path) -> None:
    """A file is published by nobody."""
    wrong = surgeline("kb", "site", base(tmp_path, ARTICLE), "--out", "help", "--follow")
    assert (wrong.exit_code, "--follow" in wrong.output) == (2, True)
