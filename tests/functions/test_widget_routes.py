"""The widget's script is for any site, and its look for the sites of the channel."""

import gzip
from base64 import b64decode

import pytest
from surgeline.runtime.page_files import travelling

from functions.web_chat.widget import WIDGET, spoken
from local.virtual.front import Answered
from tests.functions.stage import Stage

SHOP = "https://shop.example"
MOST_BYTES = 6_000


@pytest.fixture
def sites(stage: Stage) -> Stage:
    """Two web channels, one of them for one site only."""
    stage.configure(
        channels=[{"id": "web", "kind": "web"}, {"id": "brand", "kind": "web", "origins": [SHOP]}]
    )
    stage.clock.advance(6)
    return stage


def look(stage: Stage, origin: str, languages: str = "", channel: str = "brand") -> Answered:
    path = f"/v1/web/{channel}/look?languages={languages}"
    return stage.request("GET", path, headers={"origin": origin})


def test_any_site_may_load_the_script(sites: Stage) -> None:
    """The script is the same everywhere, is kept for minutes, and asks before it comes again."""
    answer = sites.request("GET", "/widget.js", headers={"origin": "https://any.example"})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age" in answer.headers["cache-control"]
    again = sites.request("GET", "/widget.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status == 304


def test_a_site_loads_little_before_a_chat_is_opened(sites: Stage) -> None:
    """The script and the look are below 6 kB as they travel, whatever the language."""
    script = sites.request("GET", "/widget.js", headers={"accept-encoding": "gzip"})
    travels = (
        b64decode(script.text)
        if script.text[:4] == "H4sI"
        else gzip.compress(travelling(WIDGET / "widget.js"))
    )
    for language in ("en", "ko", "fr"):
        told = look(sites, SHOP, language).text.encode()
        assert len(travels) + len(told) < MOST_BYTES


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("fr-CA,en", "fr"),
        ("de,ko-KR", "ko"),
        ("de", "en"),
        ("", "en"),
        (",,,", "en"),
        ("EN-us", "en"),
    ],
)
def test_the_look_is_in_the_first_language_that_is_spoken(
    sites: Stage, wishes: str, language: str
) -> None:
    """The languages of the site count before those of the browser, in the order given."""
    answer = look(sites, SHOP, wishes)
    assert answer.status == 200
    assert answer.json["language"] == spoken(wishes) == language
    assert set(answer.json["texts"]) == {"open", "close", "unread", "failed", "elsewhere"}


def test_only_the_sites_of_a_channel_read_its_look(sites: Stage) -> None:
    """A listed site reads the look. Another site, or another channel's name, is refused."""
    assert look(sites, SHOP).headers["access-control-allow-origin"] == SHOP
    assert look(sites, "https://any.example", channel="web").status == 200
    refused = look(sites, "https://evil.example")
    assert refused.status == 401
    assert "access-control-allow-origin" not in refused.headers
    assert look(sites, SHOP, channel="nope").status == 401
