"""The link between a conversation's offer and its place in a pool's own tool."""

from dataclasses import replace

from surgeline.application.ports.desk_links import DeskLink

from tests.contract.examples import NOON, THREAD
from tests.contract.homes import Home

FIRST = f"{THREAD}-1"
LINK = DeskLink("team", "C1/17.5", FIRST, "o1", epoch=3, at=NOON)


def test_a_link_is_found_from_both_sides(home: Home) -> None:
    """The place leads to the offer, and the conversation's epoch to the place."""
    home.desk_links.tie(LINK)
    assert home.desk_links.find("team", "C1/17.5") == LINK
    assert home.desk_links.of("team", FIRST, 3) == LINK


def test_nothing_else_is_found(home: Home) -> None:
    """Another pool, another place and another epoch have no link."""
    home.desk_links.tie(LINK)
    assert home.desk_links.find("other", "C1/17.5") is None
    assert home.desk_links.find("team", "C1/17.6") is None
    assert home.desk_links.of("team", FIRST, 2) is None
    assert home.desk_links.of("other", FIRST, 3) is None


def test_a_repeat_changes_nothing(home: Home) -> None:
    """A link that is tied again keeps who took it."""
    home.desk_links.tie(LINK)
    home.desk_links.take("team", LINK.ref, "kim")
    home.desk_links.tie(LINK)
    assert home.desk_links.take("team", LINK.ref, "lee") == "kim"


def test_the_newest_offer_of_an_epoch_counts(home: Home) -> None:
    """An offer that ran out gives way to the next one, also if the first is tied again."""
    later = replace(LINK, ref="C1/18.5", offer_id="o2", at=NOON + 1)
    home.desk_links.tie(LINK)
    home.desk_links.tie(later)
    home.desk_links.tie(LINK)
    assert home.desk_links.of("team", FIRST, 3) == later
    assert home.desk_links.find("team", LINK.ref) == LINK


def test_a_number_that_a_tool_gives_again_is_the_newer_offers(home: Home) -> None:
    """The place is free for the newer offer, and the older one does not get it back."""
    newer = replace(LINK, conversation_id=f"{THREAD}-2", offer_id="o2", at=NOON + 1)
    home.desk_links.tie(LINK)
    home.desk_links.take("team", LINK.ref, "kim")
    home.desk_links.tie(newer)
    home.desk_links.tie(LINK)
    assert home.desk_links.find("team", LINK.ref) == newer
    assert home.desk_links.take("team", LINK.ref, "lee") == "lee"


def test_one_person_takes_a_place(home: Home) -> None:
    """The first person has it at every repeat, and others learn who that is."""
    home.desk_links.tie(LINK)
    assert home.desk_links.take("team", LINK.ref, "kim") == "kim"
    assert home.desk_links.take("team", LINK.ref, "lee") == "kim"
    assert home.desk_links.take("team", LINK.ref, "kim") == "kim"


def test_nobody_takes_a_place_that_is_not_there(home: Home) -> None:
    """An unknown place has nobody."""
    assert home.desk_links.take("team", "nowhere", "kim") == ""
    assert home.desk_links.find("team", "nowhere") is None
