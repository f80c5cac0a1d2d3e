"""Each kind of channel shows what goes with a text, within its limits, and tells what was lost."""

import json

from surgeline.application.media.kept import key_of
from surgeline.domain.ids import thread_id
from surgeline.domain.media.files import MediaPlace

from local.simulators.providers.files import PICTURE
from local.virtual.shop import ARTICLES, KEY
from tests.functions.channels.driver import HOURS, Driver
from tests.functions.channels.test_conformance_out import QUESTION

PLAN, GUIDE = "https://shop.example/plan.png", "https://shop.example/guide"
MEDIA = [
    {"kind": "image", "url": PLAN, "title": "Our plan", "alt": "A plan of the shop"},
    {"kind": "link", "url": GUIDE, "title": "The guide"},
]
FILE = "f" + "a" * 26
FAMILY, SYLLABLE = "👨‍👩‍👧‍👦", "\u1112\u1161\u11ab"
MARKUP = "*a* _b_ `c` <d> & [e](https://f.example) ~g~ #h \\i 1. j"


def publish(mine: Driver) -> None:
    """Publish the shop's articles, the first of which has a picture and a link."""
    first, *others = ARTICLES
    articles = [{**first, "media": MEDIA}, *others]
    mine.shop.publish("\n".join(map(json.dumps, articles)).encode())


def pieces(mine: Driver) -> str:
    """Return all that is on the customer's screen: texts, labels and addresses of files."""
    shown = [each for each in mine.server.shown if each.user == mine.CUSTOMERS[0]]
    return "\n".join("\n".join((each.text, *each.labels, each.media)) for each in shown)


def test_an_articles_picture_is_shown(mine: Driver) -> None:
    """An article's picture and link come with its answer, as the channel shows them or in words."""
    publish(mine)
    mine.write(QUESTION)
    seen = pieces(mine)
    assert HOURS in seen
    assert PLAN in seen
    assert "The guide" in seen
    assert mine.ends() == [("delivered", ["ok"])]


def test_a_picture_that_is_refused_is_told(mine: Driver) -> None:
    """If the provider refuses a picture, its words and address arrive, and the answer too."""
    publish(mine)
    mine.server.faults.append(mine.REFUSED_MESSAGE)
    mine.write(QUESTION)
    seen = pieces(mine)
    assert HOURS in seen
    assert PLAN in seen
    assert mine.ends() == [("delivered", ["ok"])]


def test_a_persons_file_arrives(mine: Driver) -> None:
    """A file that a person sends along opens for the customer, or comes with the message."""
    mine.write("I want to talk to a person")
    thread = thread_id(KEY, "mine", mine.CUSTOMERS[0])
    mine.home.backend.blobs().put(key_of(MediaPlace(thread, FILE)), PICTURE)
    mine.person_says("Here is the plan.", media=[{"kind": "image", "file": FILE, "alt": "A plan"}])
    seen = pieces(mine)
    assert "Here is the plan." in seen
    assert f"/v1/media/{thread}.{FILE}." in seen or "A plan.png" in seen


def test_no_character_is_cut(mine: Driver) -> None:
    """A long text without a space is cut between whole characters, in the provider's units."""
    mine.write("I want to talk to a person")
    before = len(mine.screen())
    words = (FAMILY + SYLLABLE) * 500
    mine.person_says(words)
    parts = mine.screen()[before:]
    assert len(parts) > 1
    assert "".join(parts) == words
    assert all(each.startswith((FAMILY, SYLLABLE)) for each in parts)


def test_markup_stays_as_it_was_written(mine: Driver) -> None:
    """Any markup arrives as people wrote it, and a named link shows its address."""
    mine.write("I want to talk to a person")
    mine.person_says(MARKUP)
    assert mine.screen()[-1] == MARKUP.replace("[e](https://f.example)", "e: https://f.example")


def test_a_file_of_no_known_type_is_told(mine: Driver) -> None:
    """A file whose bytes are of no known type is not kept, and the transcript says why."""
    mine.no_file = (200, b"\x00\x01\x02\x03")
    mine.send(mine.picture(mine.CUSTOMERS[0]))
    mine.home.drain()
    assert [each["reason"] for each in mine.shown_files()] == ["type"]
    assert mine.home.backend.blobs().keys("media/") == []


def test_a_text_that_is_lost_later_is_listed(mine: Driver) -> None:
    """A text that the provider took and could not deliver is marked and listed."""
    mine.write("I want to talk to a person")
    mine.person_says("Hello, Kim here.")
    mine.send(mine.lost_later(), mine.lost_later())
    mine.home.drain()
    assert [line["undelivered"][:7] for line in mine.transcript() if "undelivered" in line] == [
        "message"
    ]
    listed = "/v1/admin/conversations?unreached=yes"
    assert len(mine.shop.admin("GET", listed).json["conversations"]) == 1
    mine.write(QUESTION)
    assert mine.screen().count("Hello, Kim here.") == 2
