"""A pool's desk: what lies on it, who took it, and who sits there."""

from dataclasses import replace

from surgeline.application.ports.desk import Case, Presence, Suggested

from tests.contract.examples import NOON, THREAD
from tests.contract.homes import Home

FIRST = f"{THREAD}-1"
CASE = Case(
    "north",
    FIRST,
    "o1",
    epoch=3,
    state="offered",
    since=NOON,
    expires_at=NOON + 30_000,
    reason="customer_asked",
    language="ko",
    suggested=(Suggested("a1", "배송", "이틀"), Suggested("a2")),
)


def test_a_case_lies_on_its_own_pools_desk(home: Home) -> None:
    """Every field is read back, and other desks are empty."""
    home.desk.lay(CASE)
    assert home.desk.case("north", FIRST) == CASE
    assert home.desk.cases("north") == [CASE]
    assert home.desk.cases("south") == []
    assert home.desk.case("south", FIRST) is None


def test_the_longest_waiting_case_is_first(home: Home) -> None:
    """Cases are in the order of waiting, whatever the order of their arrival."""
    later = replace(CASE, conversation_id=f"{THREAD}-2", since=NOON + 1)
    home.desk.lay(later)
    home.desk.lay(CASE)
    assert home.desk.cases("north") == [CASE, later]


def test_only_the_first_person_takes_a_case(home: Home) -> None:
    """The first gets it at every repeat, and nobody else does."""
    home.desk.lay(CASE)
    assert home.desk.take("north", FIRST, offer_id="o1", person_id="mina")
    assert not home.desk.take("north", FIRST, offer_id="o1", person_id="lee")
    assert home.desk.take("north", FIRST, offer_id="o1", person_id="mina")
    found = home.desk.case("north", FIRST)
    assert found == replace(CASE, state="taken", person_id="mina")


def test_a_case_is_not_taken_under_another_offer_or_when_it_is_gone(home: Home) -> None:
    """An offer that is over takes nothing, and neither does an unknown conversation."""
    home.desk.lay(CASE)
    assert not home.desk.take("north", FIRST, offer_id="o0", person_id="mina")
    assert not home.desk.take("north", f"{THREAD}-9", offer_id="o1", person_id="mina")


def test_an_offer_that_comes_twice_changes_nothing(home: Home) -> None:
    """A redelivered offer does not take the case from the person who has it."""
    home.desk.lay(CASE)
    home.desk.take("north", FIRST, offer_id="o1", person_id="mina")
    home.desk.lay(CASE)
    home.desk.lay(replace(CASE, epoch=2, offer_id="o0"))
    found = home.desk.case("north", FIRST)
    assert found is not None
    assert (found.state, found.offer_id) == ("taken", "o1")


def test_a_later_offer_replaces_the_case(home: Home) -> None:
    """A conversation that comes back is offered anew."""
    home.desk.lay(CASE)
    home.desk.take("north", FIRST, offer_id="o1", person_id="mina")
    again = replace(CASE, epoch=5, offer_id="o2")
    home.desk.lay(again)
    assert home.desk.case("north", FIRST) == again


def test_a_taken_case_is_given_to_another_person(home: Home) -> None:
    """Only a taken case of the named epoch changes hands."""
    home.desk.lay(CASE)
    assert not home.desk.give("north", FIRST, epoch=3, person_id="lee")
    home.desk.take("north", FIRST, offer_id="o1", person_id="mina")
    assert not home.desk.give("north", FIRST, epoch=2, person_id="lee")
    assert home.desk.give("north", FIRST, epoch=3, person_id="lee")
    found = home.desk.case("north", FIRST)
    assert found is not None
    assert found.person_id == "lee"


def test_messages_are_noted_on_the_case(home: Home) -> None:
    """The newest number stays, and a message of another epoch is not noted."""
    home.desk.lay(CASE)
    assert home.desk.add_message("north", FIRST, epoch=3, seq=9, at=NOON + 5)
    assert home.desk.add_message("north", FIRST, epoch=3, seq=7, at=NOON + 4)
    assert not home.desk.add_message("north", FIRST, epoch=2, seq=11, at=NOON + 6)
    assert not home.desk.add_message("north", f"{THREAD}-9", epoch=3, seq=1, at=NOON)
    found = home.desk.case("north", FIRST)
    assert found is not None
    assert (found.told_seq, found.told_at) == (9, NOON + 5)


def test_a_case_is_cleared_once_and_not_after_a_later_offer(home: Home) -> None:
    """A late end notice does not take a newer case off the desk."""
    home.desk.lay(CASE)
    assert home.desk.clear("north", FIRST, epoch=3)
    assert not home.desk.clear("north", FIRST, epoch=3)
    home.desk.lay(replace(CASE, epoch=5, offer_id="o2"))
    assert not home.desk.clear("north", FIRST, epoch=3)
    assert home.desk.case("north", FIRST) is not None


def test_another_offer_of_the_same_epoch_replaces_an_open_one(home: Home) -> None:
    """An offer that ran out gives way, and its late end leaves the new offer alone."""
    home.desk.lay(CASE)
    again = replace(CASE, offer_id="o2")
    home.desk.lay(again)
    assert not home.desk.clear("north", FIRST, epoch=3, offer_id="o1")
    assert home.desk.case("north", FIRST) == again
    assert home.desk.clear("north", FIRST, epoch=3, offer_id="o2")


def test_people_sit_at_a_desk_until_they_say_nothing_more(home: Home) -> None:
    """A person who is away, or whose time is over, is not there."""
    until = NOON + 90_000
    home.desk.sit(Presence("north", "lee", "finishing", until))
    home.desk.sit(Presence("north", "mina", "here", NOON + 10))
    home.desk.sit(Presence("north", "ann", "here", until))
    home.desk.sit(Presence("north", "ann", "away", until))
    assert [each.person_id for each in home.desk.sitting("north", now=NOON)] == ["lee", "mina"]
    assert [each.person_id for each in home.desk.sitting("north", now=NOON + 10)] == ["lee"]
    assert home.desk.sitting("south", now=NOON) == []
