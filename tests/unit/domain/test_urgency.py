"""People on call are called too once the company's system has told who the customer is."""

from dataclasses import replace

import pytest
from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import CustomerFile, Found, Profile
from surgeline.domain.customers.segment import Segment
from surgeline.domain.effects import CallPeople, JoinWaitlist, LeaveWaitlist
from surgeline.domain.on_call.emergency import Emergency
from surgeline.domain.pools import Pool
from surgeline.domain.routing import Policy

from tests.unit.domain.story import ANSWER, NORTH, PERSON, Story

VIP = Segment("vip", vip=True, priority=2)
RULES = (
    Emergency("clinics", "night", segments=("vip",)),
    Emergency("first", "night", priority_at_least=2),
)
SEATED = replace(NORTH, limit=1)
FULL = replace(SEATED, full=True)
PAUSED = replace(SEATED, closed="paused")


def asked(rule: Emergency, *pools: Pool) -> Story:
    """Return a story whose customer asked for a person before anything was known."""
    story = Story(pools=pools, policy=Policy(segments=(VIP,), emergencies=(rule,)))
    story.customer("a person", PERSON)
    assert story.all_of(CallPeople) == []
    return story


def known(story: Story, *, vip: bool = True) -> list[str]:
    """Play that the company's system tells of the customer, and return the rules that call."""
    found = Found("found", CustomerFile(Profile("c-17", vip=vip)))
    conversation = story.conversation.id
    event = CustomerLookedUp(story.next_id(), story.thread.id, story.now, conversation, found)
    story.play(event)
    return [each.rule for each in story.of(CallPeople)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("pools", "state"),
    [
        ((NORTH,), "offered"),
        ((FULL,), "requested"),
        ((PAUSED,), "kept"),
    ],
)
def test_the_companys_own_data_call_people(
    rule: Emergency, pools: tuple[Pool, ...], state: str
) -> None:
    """A request that is offered, waits or is kept calls once, and nobody is called for others."""
    story = asked(rule, *pools)
    assert story.handoff.state == state
    assert known(story, vip=False) == []
    assert known(story) == [rule.id]
    assert story.last.asks_pools, "what the channel says of the customer is read with the pools"
    assert story.conversation.emergency == rule.id
    assert known(story) == []


def test_an_offered_request_has_its_priority_when_it_comes_into_line() -> None:
    """The offer stays as it is, and a later place is that of the segment."""
    story = asked(RULES[0], SEATED)
    known(story)
    assert (len(story.handoff.offers), story.handoff.priority) == (1, 2)
    story.pools = (FULL,)
    story.decline(no_room=True)
    assert (story.handoff.waitlist, story.handoff.priority) == (("north",), 2)


def test_a_kept_request_in_line_moves_up() -> None:
    """The old place is given up by its old priority, and the new one holds as long."""
    story = asked(RULES[1], PAUSED)
    line, [before] = story.handoff.waitlist, story.of(JoinWaitlist)
    assert line
    assert known(story) == ["first"]
    assert (story.handoff.waitlist, story.handoff.priority) == (line, 2)
    [left], [joined] = story.of(LeaveWaitlist), story.of(JoinWaitlist)
    assert (left.priority, left.pools) == (0, line)
    assert (joined.priority, joined.since) == (2, before.since)
    assert (joined.pools, joined.until) == (line, before.until)
    known(story)
    assert story.of(JoinWaitlist) == [], "nothing is new"


def test_nobody_is_called_for_a_conversation_that_a_person_has() -> None:
    """Neither is anybody called where no person was asked for."""
    story = asked(RULES[0], NORTH)
    story.wait(5).accept()
    assert known(story) == []
    alone = Story(policy=Policy(segments=(VIP,), emergencies=RULES))
    alone.customer("can I return this?", ANSWER)
    assert known(alone) == []
