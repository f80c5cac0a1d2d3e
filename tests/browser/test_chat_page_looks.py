"""The chat page as it looks: contrast and roles, narrow screens, calm, weight, words."""

import gzip
import json
import re
from pathlib import Path

import pytest
from chromium import Chromium
from fake_server import PAGE, FakeServer, quiet
from surgeline.runtime.page_files import travelling

browser = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LANGUAGES = ("en", "ko", "fr")
NINE_ON_MONDAY, HOUR = 1_772_442_000_000, 3_600_000
WEEK = [
    [NINE_ON_MONDAY + (24 * day + begin) * HOUR, NINE_ON_MONDAY + (24 * day + end) * HOUR]
    for day, begin, end in ((0, 0, 8), (1, 0, 8), (2, 0, 8), (4, 0, 8), (4, 10, 11))
]
"""Monday to Wednesday and Friday from nine to five, and one more hour on Friday evening."""
HOURS = {
    "en": "People are here Mon–Wed 9:00 AM–5:00 PM · Fri 9:00 AM–5:00 PM, 7:00 PM–8:00 PM",
    "ko": "상담 시간: 월–수 오전 9:00–오후 5:00 · 금 오전 9:00–오후 5:00, 오후 7:00–오후 8:00",
    "fr": "Nos conseillers sont là lun.–mer. 09:00–17:00 · ven. 09:00–17:00, 19:00–20:00",
}


def everything(page: Chromium, server: FakeServer, long: str = "A long story. " * 30) -> None:
    """Bring one of each kind of thing onto the page."""
    server.reply = quiet
    server.say("bot", "Hello https://shop.example/help", at="2026-03-01T10:00:00Z")
    page.ask(long)
    page.said("customer", long.strip(), "sent")
    server.say("person", long.strip(), agent="Mina " + long[:60])
    server.say("system", long.strip())
    server.say("bot", "?", choices=[{"label": long[:80], "article_id": None}] * 3)
    page.said("bot", "?")
    server.refuse["POST messages"] = [(422, {}), *[(503, {})] * 50]
    page.ask("failed")
    page.said("customer", "failed", "failed")
    page.ask("retrying")
    page.said("customer", "retrying", "retrying")
    server.push({"type": "typing", "agent": "Mina"})
    page.until("document.getElementById('typing').textContent")
    page.paste("x" * 9_999)
    page.until("document.getElementById('count').textContent")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestAccessibility:
    """Axe finds nothing to mend, in any language, in light and in dark."""

    pytestmark = browser

    def test_first_sight(
        self, chromium: Chromium, server: FakeServer, language: str, scheme: str
    ) -> None:
        """The empty page looks as recorded at first sight, with the hours of the coming week."""
        server.look = {"hours": WEEK}
        chromium.open(f"{server.url}?lang={language}", scheme=scheme)
        spaces = "replace(/[\\u00a0\\u202f]/g, ' ').replaceAll('\\u2060', '')"
        shown = f"document.getElementById('hours').textContent.{spaces}"
        chromium.until(f"{shown} === {HOURS[language]!r}")
        assert chromium.axe() == []

    def test_everything(
        self, chromium: Chromium, server: FakeServer, language: str, scheme: str
    ) -> None:
        """The page shows every kind of line, state, banner and counter at once as recorded."""
        chromium.open(f"{server.url}?lang={language}", scheme=scheme)
        everything(chromium, server)
        assert chromium.axe() == []
        chromium.evaluate("document.getElementById('end').click()")
        assert chromium.axe() == []


class TestNarrow:
    """A phone of 360 pixels, the smallest that is still sold, and a zoom to 320."""

    pytestmark = browser

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("width", [320, 360])
    def test_nothing_is_cut_off(
        self, chromium: Chromium, server: FakeServer, language: str, width: int
    ) -> None:
        """There is nothing to scroll sideways, even with a text that has no spaces."""
        chromium.open(f"{server.url}?lang={language}", width=width, height=640)
        everything(chromium, server, long="https://shop.example/" + "x" * 2_000)
        wide = chromium.evaluate(
            "[...document.querySelectorAll('*')].filter((one) => !one.closest('.unseen, .who, svg')"
            " && one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML)"
        )
        assert wide == []
        assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for selector in ("html", "#scroll", "#log"):
            element = f"document.querySelector('{selector}')"
            assert chromium.evaluate(f"{element}.scrollWidth <= {element}.clientWidth"), selector

    def test_fingers_find_the_buttons(self, chromium: Chromium, server: FakeServer) -> None:
        """Every control that can be tapped measures at least 24 pixels each way (WCAG 2.5.8)."""
        chromium.open(server.url, width=360, height=640)
        everything(chromium, server)
        small = chromium.evaluate(
            "[...document.querySelectorAll('button, select, textarea')]"
            ".filter((one) => one.checkVisibility())"
            ".filter((one) => one.offsetWidth < 24 || one.offsetHeight < 24)"
            ".map((one) => one.outerHTML)"
        )
        assert small == []


class TestLargeLetters:
    """Somebody has set large letters in the browser (WCAG 1.4.4), or looks at a low screen."""

    pytestmark = browser

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("text", [24, 32])
    def test_the_header_leaves_room_for_the_chat(
        self, chromium: Chromium, server: FakeServer, language: str, text: int
    ) -> None:
        """The title stands on one line, and the header takes a quarter of a phone at most."""
        look = {"width": 390, "height": 844, "text": text}
        chromium.open(f"{server.url}?lang={language}", **look)
        title = "document.querySelector('h1')"
        assert chromium.evaluate(f"{title}.offsetHeight") < 2 * text * 1.0625 * 1.3
        assert chromium.evaluate("document.querySelector('header').offsetHeight") < 844 / 4
        assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert chromium.axe() == []

    @pytest.mark.parametrize(
        "look",
        [
            {"width": 390, "height": 844, "text": 24},
            {"width": 390, "height": 600, "text": 32},
            {"width": 640, "height": 320},
        ],
    )
    def test_the_welcome_is_read_from_its_top(
        self, chromium: Chromium, server: FakeServer, look: dict[str, int]
    ) -> None:
        """A welcome that does not fit continues below the window and not above it."""
        chromium.open(server.url, **look)
        assert chromium.evaluate("document.getElementById('scroll').scrollTop") == 0
        top = "document.querySelector('#welcome h2').getBoundingClientRect().top"
        assert chromium.evaluate(f"{top} >= document.querySelector('header').offsetHeight")


class TestForcedColours:
    """The system's own few colours, for those who need them."""

    pytestmark = browser

    def test_bubbles_have_edges(self, chromium: Chromium, server: FakeServer) -> None:
        """Surfaces are gone, so that an edge shows where each message begins and ends."""
        chromium.open(server.url, forced="active")
        chromium.ask("hello")
        chromium.said("bot", "You said: hello")
        widths = chromium.evaluate(
            "[...document.querySelectorAll('.text')]"
            ".map((one) => getComputedStyle(one).borderWidth)"
        )
        assert widths == ["2px", "1px"]

    def test_the_field_in_use_has_a_ring(self, chromium: Chromium, server: FakeServer) -> None:
        """Its shadow and its colour are gone, so that a ring shows where letters will go."""
        chromium.open(server.url, forced="active")
        ring = "getComputedStyle(document.getElementById('composer')).outlineStyle"
        chromium.evaluate("document.activeElement.blur()")
        assert chromium.evaluate(ring) == "none"
        chromium.evaluate("document.getElementById('draft').focus()")
        assert chromium.evaluate(ring) == "solid"


class TestCalm:
    """Nothing moves for those who asked for that."""

    pytestmark = browser

    @pytest.mark.parametrize(("motion", "moving"), [("reduce", False), ("no-preference", True)])
    def test_reduced_motion(
        self, chromium: Chromium, server: FakeServer, motion: str, *, moving: bool
    ) -> None:
        """The typing dots breathe, or do not."""
        chromium.open(server.url, motion=motion)
        chromium.ask("hello")
        chromium.said("bot", "You said: hello")
        server.push({"type": "typing", "agent": "Mina"})
        chromium.sees("Mina is typing")
        assert chromium.evaluate("document.getAnimations().length > 0") is moving


class TestWeight:
    """A page for a bad connection."""

    def test_compressed(self) -> None:
        """All that one visit loads is below 23 kB as it travels. Without a file nothing of files is
        loaded, without a widget nothing of widgets, without a lead no preview, without a closed
        channel's link nothing of that, without hours nothing of them, and without a line nothing to
        save or ring for.
        """
        later = {"attach.js", "attach.css", "shown_files.js", "preview.js", "arrive.js"}
        later |= {"extras.js", "hours.js", "signs.js"}
        framed = {"frame.js"}
        files = {path.name for path in PAGE.iterdir() if not path.name.startswith("strings")}
        files.add(max(PAGE.glob("strings.*.json"), key=lambda path: path.stat().st_size).name)
        assert later | framed < files
        assert weight(files - later - framed) < 23_000
        assert weight(files - later) < 25_000

    def test_nothing_is_loaded_from_elsewhere(self) -> None:
        """The page's files name no other host, so no font, script or counter is loaded from
        elsewhere.
        """
        for path in PAGE.iterdir():
            hosts = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text("utf-8"))
            assert set(hosts) <= {"http://www.w3.org"}, path.name


class TestWords:
    """The three languages say the same things."""

    @pytest.mark.parametrize("language", ["ko", "fr"])
    def test_same_words(self, language: str) -> None:
        """Every string exists, with the same values to be filled in."""
        english, other = (words(PAGE / f"strings.{code}.json") for code in ("en", language))
        assert english == other

    def test_every_word_is_used(self) -> None:
        """No string is left over, and none is missing."""
        code = "".join(path.read_text("utf-8") for path in PAGE.iterdir() if path.suffix != ".json")
        composed = {f"state_{phase}" for phase in ("new", "bot", "waiting", "person", "closed")}
        states = {
            "sending",
            "sent",
            "retrying",
            "slowed",
            "failed",
            "you",
            "bot",
            "person",
            "system",
        }
        widget = {f"widget_{each}" for each in ("open", "close", "unread", "failed", "elsewhere")}
        kinds = {f"file_{kind}" for kind in ("image", "video", "audio", "file", "link")}
        for key in words(PAGE / "strings.en.json"):
            assert (
                key in composed | states | widget | kinds
                or f'"{key}"' in code
                or f"strings.{key}" in code
            ), key


def weight(names: set[str]) -> int:
    """Return the bytes of these files as they travel."""
    bodies = [travelling(PAGE / name) for name in names]
    return sum(len(gzip.compress(body, mtime=0)) for body in bodies)


def words(path: Path) -> dict[str, list[str]]:
    """Return the keys of a strings file with the {values} in each."""
    strings = json.loads(path.read_text("utf-8"))
    return {key: sorted(re.findall(r"\{\w+\}", str(value))) for key, value in strings.items()}
