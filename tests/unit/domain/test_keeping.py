"""A request for a person that finds nobody is kept, and offered when a pool opens or frees."""

from dataclasses import replace

import pytest
from surgeline.domain.customers.segment import Segment
from surgeline.domain.effects import (
    JoinWaitlist,
    LeaveWaitlist,
    RaiseAlarm,
    StartTimer,
    WakeWaitlist,
)
from surgeline.domain.events import PersonAnswered
from surgeline.domain.routing import Policy, Step, Trigger
from surgeline.domain.thread import BOT, WAITING

from tests.unit.domain.kept import DAYS, FULL, HOUR, SEATED, TAKES_BACK, kept, look, open_, shut
from tests.unit.domain.story import (
    ABSTAIN,
    ANSWER,
    NORTH,
    PERSON,
    REJECTED,
    SOUTH,
    Story,
    closed,
    waiting,
)


def test_a_request_while_all_pools_are_closed_is_kept() -> None:
    """The customer is told when people are back, and the bot goes on answering."""
    story = kept()
    assert (story.owner, story.epoch) == (BOT, 1)
    assert story.texts == ["<kept_while_closed> Wed at 6:13 Sat at 6:13"]
    [joined] = story.of(JoinWaitlist)
    assert (joined.pools, joined.since) == (("north",), story.now)
    assert joined.until > story.handoff.look_at
    story.wait(60).customer("can I return this?", ANSWER)
    assert story.texts == ["Within 30 days."]
    assert story.conversation.is_kept


def test_a_reason_that_goes_first_takes_its_place_beside_a_segments_priority() -> None:
    """The priority of a segment is added to each reason's, so that it hides none of them."""
    segment = Segment("vip", priority=5, attributes={"plan": "gold"})
    story = Story(pools=(shut(),), policy=Policy(segments=(segment,)))
    story.customer("a person", PERSON, customer={"plan": "gold"})
    assert (story.handoff.raised, story.handoff.reason) == (5, "customer_asked")
    story.wait(60).customer("that is no help", REJECTED, customer={"plan": "gold"})
    assert (story.handoff.priority, story.handoff.reason) == (6, "answer_rejected")


def test_it_is_offered_when_the_pool_opens() -> None:
    """The pool is asked at its hour, and the bot is silent until the pool has answered."""
    story = open_(kept())
    assert story.now == Story().now + 8 * HOUR
    assert story.owner == WAITING
    assert story.offer.pool_id == "north"
    assert len(story.of(LeaveWaitlist)) == 1
    story.accept(agent="Kim")
    assert str(story.owner) == "pool:north"
    story.agent()
    assert story.handoff.kept_until == 0


def test_the_end_counts_from_when_the_pools_open() -> None:
    """A long weekend takes nothing from the time for which a request is kept."""
    assert kept().handoff.kept_until == Story().now + 8 * HOUR + DAYS
    assert kept(shut(hours=100)).handoff.kept_until == Story().now + 100 * HOUR + DAYS
    paused = replace(NORTH, closed="paused")
    assert kept(paused).handoff.kept_until == Story().now + DAYS


def test_it_takes_the_seat_that_comes_free() -> None:
    """A kept request stands in the list of an open pool without a seat, and is woken."""
    story = open_(kept(), FULL)
    assert story.handoff.waitlist == ("north",)
    story.pools = (SEATED,)
    story.wait(5).freed()
    assert story.offer.pool_id == "north"


def test_a_seat_that_comes_too_early_is_left_to_nobody() -> None:
    """A wake-up while the pool is closed changes nothing, and wakes nobody else in turn."""
    story = kept()
    story.wait(5).freed()
    assert story.conversation.is_kept
    assert not story.of(WakeWaitlist)


def test_a_seat_of_a_pool_that_is_unfit_by_now_goes_to_the_next() -> None:
    """The next conversation looks where the first one does not wait for that pool any more."""
    story = kept()
    story.pools = (SOUTH,)
    story.wait(5).freed("north")
    assert story.offer.pool_id == "south"
    assert [each.pool_id for each in story.of(WakeWaitlist)] == ["north"]


def test_pools_that_did_not_answer_are_asked_again_later() -> None:
    """An unanswered ring ends nothing: the pool is asked again, each time after twice as long."""
    story = waiting(pools=(NORTH,))
    story.deadline()
    waits = []
    for _ in range(7):
        assert story.conversation.is_kept
        began = story.now
        while not story.conversation.handoff.offers:
            look(story)
        waits.append((story.now - began) // 60_000)
        story.deadline()
    assert waits == [15, 30, 60, 120, 240, 240, 240]


def test_a_desk_where_nobody_sat_is_asked_as_soon_as_somebody_does() -> None:
    """Its line has the request, an older word of its people counts not, and a no holds longer."""
    story = waiting(pools=(NORTH,))
    for sat_at in (0, story.now):
        story.pools = (replace(NORTH, sat_at=sat_at),)
        story.decline(nobody_there=True)
        assert story.conversation.is_kept
        assert story.handoff.waitlist == ("north",)
        story.freed()
        story.wait(60).freed()
        assert not story.handoff.offers
        story.pools = (replace(NORTH, sat_at=story.now),)
        story.freed()
    assert story.offer.pool_id == "north"
    story.decline(reason="nobody is at the desk")
    story.wait(60)
    story.pools = (replace(NORTH, sat_at=story.now),)
    story.freed()
    assert not story.handoff.offers, "words alone say nothing of a desk"


def test_who_waits_for_another_pool_is_offered_to_a_desk_at_which_somebody_sits_down() -> None:
    """The desk has no line of those who wait for a seat elsewhere, so their next look finds it."""
    busy = replace(SEATED, full=True)
    story = waiting(pools=(busy, SOUTH))
    story.decline(nobody_there=True)
    assert (story.owner, story.handoff.waitlist) == (WAITING, ("north",))
    look_again = story.all_of(StartTimer)[-1]
    story.pools = (busy, replace(SOUTH, sat_at=story.now + 1))
    story.fire(look_again)
    assert story.offer.pool_id == "south"


def test_a_pool_that_accepts_and_says_nothing_makes_no_request_endless() -> None:
    """I7: each silent person counts as a try, the customer is told, and the end stays its end."""
    story = kept(replace(NORTH, closed="paused"))
    story.pools = (NORTH,)
    ends, waits = story.handoff.kept_until, []
    while story.handoff.state != "expired":
        while story.conversation.is_kept:
            look(story)
        if story.handoff.offers:
            story.accept()
            joined = story.texts
            began = story.now
            story.silence()
            gone = ["<kept>"] if joined else []
            assert story.texts in (gone, ["<kept_expired>"])
            waits.append(story.handoff.retry_at - story.now)
            assert story.now - began == 900_000
    assert ends <= story.now < ends + HOUR
    assert waits[:3] == [900_000, 1_800_000, 3_600_000]


def test_steps_begin_anew_when_pools_open() -> None:
    """A vendor of the second step is not asked first only because the night was long."""
    steps = Policy((Step(("north",), seconds=60), Step(("south",))))
    story = Story(pools=(shut(), SOUTH), policy=replace(steps, keep_seconds=3 * 86_400))
    story.pools = (shut(), shut(SOUTH))
    story.customer("a person", PERSON)
    open_(story, FULL, SOUTH)
    assert (story.owner, story.handoff.waitlist) == (BOT, ("north",))
    opened = story.now
    look(story)
    assert (story.now - opened, story.offer.pool_id) == (60_000, "south")


def test_steps_that_are_over_rest_until_the_next_look() -> None:
    """A day on which all pools are full costs few looks, and a free seat is still taken."""
    policy = Policy((Step(("north",), seconds=60), Step(("south",), seconds=30)))
    story = Story(pools=(shut(), shut(SOUTH)), policy=policy)
    story.customer("a person", PERSON)
    open_(story, FULL, replace(SOUTH, full=True))
    opened, looks = story.now, 0
    while story.now < opened + HOUR:
        look(story)
        looks += 1
    assert looks <= 4 * 3
    story.pools = (SEATED, replace(SOUTH, full=True))
    story.freed("north")
    assert story.offer.pool_id == "north"


def test_overflow_opens_for_a_kept_request_too() -> None:
    """A wait that a trigger asks for counts from when the steps began."""
    policy = Policy((Step(("north",)), Step(("south",), only_if=Trigger(waited_seconds=45))))
    story = Story(pools=(shut(), shut(SOUTH)), policy=policy)
    story.customer("a person", PERSON)
    while not story.conversation.is_kept:
        story.fire(story.all_of(StartTimer)[-1])
    open_(story, FULL, SOUTH)
    look(story)
    assert story.now == Story().now + 8 * HOUR + 45_000
    assert story.offer.pool_id == "south"


def test_it_ends_with_a_word_and_an_alarm() -> None:
    """I7: timers alone end a request that nobody takes; the customer and the lead are told."""
    story = Story(pools=(replace(NORTH, closed="paused"),))
    story.customer("a person", PERSON)
    while story.conversation.is_kept:
        look(story)
    assert story.now == Story().now + DAYS
    assert (story.owner, story.handoff.state) == (BOT, "expired")
    assert story.texts == ["<kept_expired>"]
    [alarm] = story.of(RaiseAlarm)
    assert (alarm.what, alarm.conversation_id) == ("request_expired", story.conversation.id)
    story.customer("a person", PERSON)
    assert story.conversation.is_kept


def test_it_ends_while_a_pool_rings() -> None:
    """The end that comes during a ring is told once the ring has ended in vain."""
    story = kept(replace(NORTH, closed="paused"))
    story.now = story.handoff.kept_until - 5_000
    story.pools = (NORTH,)
    story.freed()
    assert story.owner == WAITING
    story.deadline()
    assert (story.handoff.state, story.texts) == ("expired", ["<kept_expired>"])


def test_asking_again_keeps_the_age_and_asks_every_pool() -> None:
    """A customer who asks again neither loses the place nor waits for a pause to end."""
    story = waiting(pools=(NORTH,))
    asked = story.handoff.since
    story.deadline()
    story.pools = ()
    story.wait(60).customer("hello?", ABSTAIN)
    assert story.texts == ["<kept>"]
    story.pools = (NORTH,)
    story.wait(60).customer("a person!", PERSON)
    assert story.offer.pool_id == "north"
    assert story.handoff.since == asked


def test_a_wrong_answer_puts_a_kept_request_before_others() -> None:
    """A better reason moves the place, and the old place is given up."""
    story = kept()
    story.customer("can I return this?", ANSWER)
    story.customer("no", replace(ABSTAIN, rejects_last=True))
    [left], [joined] = story.of(LeaveWaitlist), story.of(JoinWaitlist)
    assert (left.priority, joined.priority, joined.renews) == (0, 1, False)
    assert joined.since == story.handoff.since


def test_a_customer_takes_the_request_back() -> None:
    """The request ends at the customer's own word, and the place is given up."""
    story = kept()
    story.customer("never mind", TAKES_BACK)
    assert (story.handoff.state, story.texts) == ("withdrawn", ["<request_withdrawn>"])
    assert len(story.of(LeaveWaitlist)) == 1
    look(story)
    assert story.last.explanation.decision == "ignore"


def test_taking_nothing_back_is_no_event() -> None:
    """Without a request the words say nothing."""
    story = Story()
    story.customer("never mind", TAKES_BACK)
    assert story.texts == ["<unreadable>"]


def test_it_ends_with_the_conversation() -> None:
    """A customer who leaves is not rung for, and one who is answered elsewhere neither."""
    story = kept()
    story.leave()
    assert (story.handoff.state, len(story.of(LeaveWaitlist))) == ("withdrawn", 1)
    story = kept()
    story.play(
        PersonAnswered(story.next_id(), story.thread.id, "web", "visitor-1", story.now, "hello")
    )
    assert (story.handoff.state, len(story.of(LeaveWaitlist))) == ("withdrawn", 1)


def test_a_silent_day_does_not_replace_a_kept_request() -> None:
    """A message after a long rest belongs to the conversation whose request is kept."""
    story = kept(shut(hours=60))
    story.wait(30 * 3_600).customer("can I return this?", ANSWER)
    assert story.conversation.number == 1
    assert story.conversation.is_kept


def test_who_writes_during_a_vain_ring_is_told_that_the_request_is_kept() -> None:
    """I7: the message that the bot left to the pool gets a word when the pool does not come."""
    story = open_(kept())
    story.customer("are you there?", None)
    assert story.texts == []
    story.deadline()
    assert story.texts == ["<kept>"]
    assert story.conversation.is_kept


def test_a_returning_customer_s_request_is_kept_without_the_bot() -> None:
    """A returning customer never meets the bot again on that issue, also while the team sleeps."""
    story = closed()
    story.pools = (shut(),)
    story.wait(60).customer("it broke again", ANSWER)
    assert story.conversation.is_kept
    story.wait(60).customer("hello?", ANSWER)
    assert story.texts[0].startswith("<kept_while_closed>")
    assert story.handoff.priority == 2


def test_nothing_is_kept_where_no_pool_could_ever_come() -> None:
    """Without a pool that speaks the language nobody is promised anything."""
    for pools in ((), (replace(NORTH, languages=("ko",)),)):
        story = Story(pools=pools)
        story.customer("a person", PERSON, language="en")
        assert (story.handoff.state, story.texts) == ("failed", ["<nobody_free>"])


def test_places_are_prolonged_at_each_look() -> None:
    """A place has an end of its own, which each look puts off."""
    story = kept(replace(NORTH, closed="paused"))
    first = story.of(JoinWaitlist)[0].until
    look(story)
    [joined] = story.of(JoinWaitlist)
    assert joined.renews
    assert joined.until > first


@pytest.mark.parametrize("hours", [1, 30, 200, 800])
def test_the_customer_reads_a_day_and_a_time(hours: int) -> None:
    """A near opening is named by its day, and a far one by its date."""
    said = {1: "today at 23:13", 30: "Thu at 4:13", 200: "Thu 23 Nov at 6:13"}
    story = kept(shut(hours=hours))
    expected = said.get(hours, "Mon 18 Dec at 6:13")
    assert story.texts[0].startswith(f"<kept_while_closed> {expected} ")
