"""The guides to the chat page and to channels say what the code does."""

import json
import re
from pathlib import Path

import pytest
from surgeline.application.media.keep_upload import LEAST_FREE_BYTES
from surgeline.runtime import message_fields, sender_cap, visitor_cap

from functions.web_chat import files, sockets, visitors
from local.runner.front.sockets import MOST_SOCKETS
from tests.functions.stage import Stage

DOCS = Path(__file__).parents[2] / "docs"
MB = 1_000_000
GUIDE = (DOCS / "web-chat.md").read_text()


def test_the_limits_of_the_guides_are_those_of_the_code() -> None:
    """The guides name the limits of the code, so a changed limit is changed there too."""
    one = files.BYTES_OF_ONE_ADDRESS // MB
    burst, rate = sender_cap.BURST, round(sender_cap.PER_SECOND)
    for said in (
        f"{message_fields.MAX_TEXT:,} characters",
        f"{burst} at once, then {rate} a second",
        f"{visitor_cap.ADDRESS_BURST} at once, then {visitor_cap.ADDRESS_PER_SECOND:.0f} a second",
        f"{visitor_cap.ALL_BURST:,} at once, then {visitor_cap.ALL_PER_SECOND:.0f} a second",
        f"| sockets of one visitor | {sockets.SOCKETS_OF_ONE} |",
        f"| sockets of one machine | {MOST_SOCKETS:,} |",
        f"{files.AT_ONCE} at once, then one in ten seconds",
        f"{files.OF_ONE_ADDRESS_AT_ONCE} at once, then one a second",
        f"{one} MB at once, then {one} MB an hour",
        f"{files.BYTES_OF_ALL // MB:,} MB at once, then {files.BYTES_OF_ALL // MB:,} MB an hour",
        f"less than {LEAST_FREE_BYTES // MB:,} MB of free disk",
        f"for {visitors.LIFETIME_SECONDS // 86_400} days",
    ):
        assert said in GUIDE
    channels = (DOCS / "channel-api.md").read_text()
    assert f"more than {burst} messages at once, or more than {rate} a second" in channels


def test_the_configuration_of_the_guide_gives_the_pages_of_the_guide(tmp_path: Path) -> None:
    """Each channel of the guide's configuration has a page at the guide's address."""
    [block] = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    stage = Stage(tmp_path)
    published = stage.admin("PUT", "/v1/admin/configuration?remove=yes", json.loads(block))
    assert published.status == 200, published.text
    stage.clock.advance(6)
    [framed] = re.findall(r'src="https://chat\.example(/[^"]+)"', GUIDE)
    for path in ("/", "/c/web", framed):
        assert stage.request("GET", path).status == 200
    assert (
        "https://lamps.example" in stage.request("GET", framed).headers["content-security-policy"]
    )


@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_the_languages_of_the_guide_have_words(language: str) -> None:
    """Each `?lang=` of the guide names a language that the page speaks."""
    assert f"`?lang={language}`" in GUIDE
    assert (DOCS.parent / "web" / "chat" / f"strings.{language}.json").exists()
