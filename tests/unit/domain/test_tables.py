"""`decide` has one rule for each event, timer and reading, and more may be joined to them."""

from dataclasses import dataclass
from typing import get_args

import pytest
from surgeline.domain import reading
from surgeline.domain.bot import READINGS
from surgeline.domain.decide import TABLES, decide
from surgeline.domain.effects import SendText
from surgeline.domain.events import CustomerWrote, Event, TimerFired
from surgeline.domain.facts import Facts
from surgeline.domain.reading import Reading, Weighed
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation, Turn, joined

from tests.unit.domain.story import START, THREAD_ID, Story


def test_every_event_has_exactly_one_rule() -> None:
    """An event without a rule would be buried."""
    assert set(TABLES.rules) == set(get_args(Event))


def test_every_reading_has_exactly_one_rule() -> None:
    """A reading that the answerer may give is one that the bot's turn knows."""
    kinds = {
        each
        for each in vars(reading).values()
        if isinstance(each, type) and issubclass(each, Reading) and each not in (Reading, Weighed)
    }
    assert set(TABLES.readings) == kinds


def test_two_rules_for_one_thing_are_refused() -> None:
    """The one that was joined last would win in silence."""
    with pytest.raises(ValueError, match="two rules"):
        joined(READINGS, READINGS)


def test_a_timer_that_this_release_does_not_know_changes_nothing() -> None:
    """A newer release may have started it; the thread goes on, and the record says so."""
    story = Story()
    story.customer()
    before = story.thread.conversation
    decision = story.timer("page_unacknowledged", "x", 1)
    assert decision.thread.conversation == before
    assert decision.effects == ()
    assert decision.explanation.why == "this release knows no timer 'page_unacknowledged'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Reading):
    """A reading that this release does not have."""

    number: int


def _counted(turn: Turn, event: CustomerWrote, counted: Counted) -> Explanation:
    turn.say("bot", f"{event.text}: {counted.number + 1}")
    turn.start_timer("count_again", str(counted.number), turn.facts.now + 1_000)
    return Explanation("count", counted.why)


def _count_again(turn: Turn, event: TimerFired) -> Explanation:
    turn.say("bot", f"again {event.subject}")
    return Explanation("count", "time went by")


def test_a_new_reading_and_a_new_timer_are_rules_that_are_joined() -> None:
    """Nothing else of `decide` changes for them."""
    tables = TABLES.with_(readings={Counted: _counted}, timers={"count_again": _count_again})
    event = CustomerWrote("m1", THREAD_ID, "web", "visitor-1", START, "count")
    reading = Counted(why="a number", number=1)
    said = decide(Thread(THREAD_ID, "web", ""), event, Facts(START, reading=reading), tables)
    texts = [each.text for each in said.effects if isinstance(each, SendText)]
    assert texts == ["count: 2"]
    fired = TimerFired("k1", THREAD_ID, START, "count_again", f"{THREAD_ID}-1", "1", 1, START)
    [again] = decide(said.thread, fired, Facts(START), tables).effects
    assert isinstance(again, SendText)
    assert again.text == "again 1"
