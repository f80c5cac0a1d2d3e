"""The records of how conversations began and ended: kept once, read in order, erased for good."""

from dataclasses import replace

import pytest
from surgeline.application.ports.outcomes import KeptConversation
from surgeline.application.ports.refusals import Throttled
from surgeline.domain.account import Account
from surgeline.domain.outcome import Opened, Outcome, Surveyed, outcome_key

from tests.contract.examples import NOON
from tests.contract.homes import Home

DAY = 86_400_000


def opened(name: str, *, at: int = NOON, part: int = 0) -> Opened:
    """Return the opening of a conversation that is called so."""
    return Opened(
        conversation_id=f"{name}-1",
        channel_id="shop",
        language="ko",
        opened_at=at,
        at=at + part,
        part=part,
    )


def outcome(name: str, *, at: int = NOON, part: int = 0) -> Outcome:
    """Return the end of that conversation."""
    return Outcome(
        conversation_id=f"{name}-1",
        channel_id="shop",
        language="ko",
        opened_at=at,
        at=at + 60_000,
        ended_by="pool",
        part=part,
        outcome="solved",
        resolution="assumed",
        reason="no_answer",
        last_customer_at=at + 30_000,
        rejected=("parcel",),
        account=Account(first_reply_at=at + 10, answered=("parcel",), pools=("north",), handoffs=1),
    )


def surveyed(name: str, *, helped: bool | None = None) -> Surveyed:
    """Return the question whether that conversation helped, or the answer."""
    return Surveyed(
        conversation_id=f"{name}-1",
        channel_id="shop",
        language="ko",
        opened_at=NOON,
        at=NOON + 70_000,
        helped=helped,
        pool_id="north",
        type="survey_asked" if helped is None else "survey_answered",
    )


def names(found: list[KeptConversation]) -> list[str]:
    """Return what the conversations are called."""
    return [each.opened[0].conversation_id.removesuffix("-1") for each in found]


def test_an_opening_and_an_end_are_kept_together(home: Home) -> None:
    """An opening and an end are read back as they were, under the conversation's place."""
    home.outcomes.add(opened("t1"))
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert not found.has_ended
    home.outcomes.add(outcome("t1"))
    place = (NOON, outcome_key("t1-1"))
    expected = KeptConversation(place, (opened("t1"),), (outcome("t1"),))
    assert home.outcomes.find(NOON, NOON + 1) == [expected]
    assert (expected.has_ended, expected.is_erased) == (True, False)


def test_a_survey_is_kept_with_its_conversation_and_erased_with_it(home: Home) -> None:
    """The question and the answer are two records, and leave tombstones."""
    records = (opened("t1"), surveyed("t1"), surveyed("t1", helped=False))
    home.outcomes.add(*records)
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert {each.helped for each in found.surveyed} == {None, False}
    home.outcomes.erase(records)
    [erased] = home.outcomes.find(NOON, NOON + 1)
    assert erased.is_erased
    assert {each.forgotten() for each in records[1:]} == set(erased.surveyed)
    assert {(each.helped, each.pool_id) for each in erased.surveyed} == {(None, None)}


def test_a_repeat_changes_nothing(home: Home) -> None:
    """A replay writes the same record into the same place, also after the end."""
    for _ in range(2):
        home.outcomes.add(opened("t1"))
        home.outcomes.add(outcome("t1"))
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert (len(found.opened), len(found.outcomes)) == (1, 1)


def test_a_conversation_that_is_taken_up_again_has_another_opening(home: Home) -> None:
    """A conversation taken up again has not ended until its new opening has an end of its own."""
    home.outcomes.add(opened("t1"))
    home.outcomes.add(outcome("t1"))
    home.outcomes.add(opened("t1", part=1))
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert ([each.part for each in found.opened], found.has_ended) == ([0, 1], False)
    home.outcomes.add(outcome("t1", part=1))
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert ([each.part for each in found.outcomes], found.has_ended) == ([0, 1], True)
    assert home.outcomes.find(NOON, NOON + 1, newest_first=True) == [found]


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_follow_each_other_without_a_gap(home: Home, *, newest_first: bool) -> None:
    """Over the ends of days and pages, in the order in which conversations were opened."""
    times = [NOON - DAY, NOON - DAY + 1, NOON, NOON, NOON, NOON + DAY]
    for number, at in enumerate(times):
        home.outcomes.add(opened(f"t{number}", at=at))
        home.outcomes.add(outcome(f"t{number}", at=at))
    until = NOON + DAY + 1
    whole = home.outcomes.find(NOON - DAY, until, newest_first=newest_first)
    assert [each.place for each in whole] == sorted(
        (each.place for each in whole), reverse=newest_first
    )
    assert sorted(names(whole)) == [f"t{number}" for number in range(6)]
    paged: list[KeptConversation] = []
    while page := home.outcomes.find(
        NOON - DAY,
        until,
        after=paged[-1].place if paged else None,
        limit=2,
        newest_first=newest_first,
    ):
        assert len(page) <= 2
        paged += page
    assert paged == whole


def test_only_the_time_that_is_asked_for_is_found(home: Home) -> None:
    """Outcomes are found from the beginning of the time asked for and before its end."""
    for at in (NOON - 1, NOON, NOON + 4, NOON + 5):
        home.outcomes.add(opened(f"t{at - NOON + 1}", at=at))
    assert names(home.outcomes.find(NOON, NOON + 5)) == ["t1", "t5"]
    assert home.outcomes.find(NOON + 5, NOON + 5) == []
    assert home.outcomes.find(NOON + DAY, NOON + 2 * DAY) == []


def test_a_busy_day_is_read_page_by_page(home: Home) -> None:
    """More items than one call gives are all found, each conversation whole."""
    for number in range(250):
        home.outcomes.add(opened(f"t{number}", at=NOON + number))
    for number in range(0, 250, 3):
        home.outcomes.add(outcome(f"t{number}", at=NOON + number))
    for newest_first in (False, True):
        found = home.outcomes.find(NOON, NOON + DAY, limit=1000, newest_first=newest_first)
        assert len(found) == 250
        assert sum(each.has_ended for each in found) == 84


def test_what_is_erased_leaves_a_tombstone_without_an_id(home: Home) -> None:
    """The time and the channel stay, to be counted; nothing of the person does."""
    home.outcomes.add(opened("t1"))
    home.outcomes.add(outcome("t1"))
    home.outcomes.erase([opened("t1"), outcome("t1")])
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert found.is_erased
    assert found.opened == (replace(opened("t1"), conversation_id="", language=None),)
    [end] = found.outcomes
    assert (end.ended_by, end.account, end.rejected, end.outcome) == ("erased", None, (), None)


def test_a_writer_that_comes_late_brings_nothing_back(home: Home) -> None:
    """A late writer brings nothing back, even if the tombstone was there first."""
    home.outcomes.erase([opened("t1"), outcome("t1")])
    home.outcomes.add(opened("t1"))
    home.outcomes.add(outcome("t1"))
    [found] = home.outcomes.find(NOON, NOON + 1)
    assert [each.conversation_id for each in (*found.opened, *found.outcomes)] == ["", ""]


def test_a_refused_write_keeps_nothing(home: Home) -> None:
    """A refused write keeps nothing, and the writer is told to come again."""
    with home.throttled(), pytest.raises(Throttled):
        home.outcomes.add(opened("t1"))
    assert home.outcomes.find(NOON, NOON + 1) == []
