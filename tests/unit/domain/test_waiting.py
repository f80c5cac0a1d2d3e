"""Several offers at once, seats, and waiting for one: what `decide` makes of them."""

from dataclasses import replace

from surgeline.domain.decide import Decision
from surgeline.domain.effects import (
    CloseOffer,
    FreeSeat,
    JoinWaitlist,
    LeaveWaitlist,
    NotifyPool,
    OfferToPool,
    StartTimer,
    WakeWaitlist,
)
from surgeline.domain.routing import Policy, Step

from tests.unit.domain.story import ANSWER, NORTH, PERSON, SOUTH, Story, closed, with_pool

SEATED = replace(NORTH, limit=1)
FULL = replace(SEATED, full=True)
TWO_AT_ONCE = Policy((Step(at_once=2),))


def in_line() -> Story:
    """Return a story where a customer waits for a seat at the only pool."""
    story = Story(pools=(FULL,))
    story.customer("a person", PERSON)
    return story


def look(story: Story) -> Decision:
    """Play that the time comes to look again."""
    [*_, timer] = [each for each in story.all_of(StartTimer) if each.kind == "seat_wait"]
    return story.fire(timer)


def test_two_offers_go_out_and_the_first_acceptance_wins() -> None:
    """F35: the other pool is told that the conversation is taken, and its offer is closed."""
    story = Story(policy=TWO_AT_ONCE)
    story.customer("a person", PERSON)
    first, second = story.of(OfferToPool)
    assert (first.pool_id, second.pool_id) == ("north", "south")
    assert first.epoch == second.epoch
    _, other = story.handoff.offers
    story.accept(other)
    assert str(story.owner) == "pool:south"
    assert [each.offer_id for each in story.of(CloseOffer)] == [first.offer_id]
    [told] = [each for each in story.of(NotifyPool) if each.pool_id == "north"]
    assert (told.event, told.data) == ("handoff.withdrawn", {"reason": "taken"})


def test_the_next_pools_are_asked_when_all_offers_ended() -> None:
    """One no of two changes nothing yet."""
    west = replace(NORTH, id="west")
    story = Story(pools=(NORTH, SOUTH, west), policy=TWO_AT_ONCE)
    story.customer("a person", PERSON)
    first, second = story.handoff.offers
    story.decline(first)
    assert not story.of(OfferToPool)
    story.decline(second)
    assert [each.pool_id for each in story.of(OfferToPool)] == ["west"]


def test_nobody_has_room_so_the_customer_waits_in_line() -> None:
    """A waiting customer is told so once and has a place in the line and a time for the next
    look.
    """
    story = in_line()
    assert story.owner.kind == "waiting"
    assert story.texts == ["<handing_over>", "<still_waiting>"]
    [joined] = story.of(JoinWaitlist)
    assert (joined.pools, joined.priority, joined.since) == (("north",), 0, story.now)
    look(story)
    assert story.texts == []
    assert not story.of(JoinWaitlist)


def test_a_freed_seat_goes_to_who_waits() -> None:
    """The offer goes out, the place in the line is given up."""
    story = in_line()
    story.pools = (SEATED,)
    story.wait(5).freed()
    [offer] = story.of(OfferToPool)
    assert (offer.pool_id, offer.limit) == ("north", 1)
    assert len(story.of(LeaveWaitlist)) == 1
    assert story.handoff.waitlist == ()


def test_a_seat_for_nobody_is_passed_on() -> None:
    """A freed seat that a former waiter got is passed on to the next one in the line."""
    story = with_pool()
    story.freed("south", since=5, priority=2)
    [place], [wake] = story.of(LeaveWaitlist), story.of(WakeWaitlist)
    assert (place.since, place.priority) == (5, 2)
    assert wake.pool_id == "south"


def test_a_pool_that_has_room_but_not_for_us_wakes_the_first() -> None:
    """A lost wake-up is repaired by whoever looks next."""
    story = in_line()
    story.pools = (replace(FULL, promised=True),)
    look(story)
    assert [each.pool_id for each in story.of(WakeWaitlist)] == ["north"]
    assert story.owner.kind == "waiting"


def test_the_longest_wait_ends_with_a_word() -> None:
    """I7: the longest wait ends with a notice: the request is kept, and the bot is there again."""
    story = in_line()
    story.policy = Policy(longest_wait_seconds=70)
    for _ in range(3):
        look(story)
    assert (story.owner.kind, story.handoff.state) == ("bot", "kept")
    assert story.texts == ["<kept>"]
    assert not story.of(LeaveWaitlist)


def test_where_nothing_is_kept_the_longest_wait_ends_in_a_stated_failure() -> None:
    """I7: a company that keeps no requests has its customers told so, and no place is left."""
    story = in_line()
    story.policy = Policy(longest_wait_seconds=70, keep_seconds=0)
    for _ in range(3):
        look(story)
    assert (story.owner.kind, story.handoff.state) == ("bot", "failed")
    assert story.texts == ["<nobody_free>"]
    assert len(story.of(LeaveWaitlist)) == 1


def test_a_customer_who_leaves_gives_up_the_place() -> None:
    """Nobody holds a place for somebody who is gone."""
    story = in_line()
    story.leave()
    assert len(story.of(LeaveWaitlist)) == 1
    look(story)
    assert story.last.explanation.decision == "ignore"


def test_the_last_seat_went_to_another() -> None:
    """A pool that had no seat has not declined, so the same pool may be asked later."""
    story = Story(pools=(SEATED,))
    story.customer("a person", PERSON)
    story.pools = (FULL,)
    story.decline(no_room=True)
    assert story.handoff.tried == ()
    assert story.handoff.waitlist == ("north",)
    assert not story.of(FreeSeat)


def test_every_end_of_an_offer_gives_its_seat_back() -> None:
    """A seat is given back unused if its offer was never owned, and used if it was."""
    ends = {
        "decline": (lambda story: story.decline(), False),
        "deadline": (lambda story: story.deadline(), False),
        "leave": (lambda story: story.leave(), False),
    }
    owned = {
        "resolve": (lambda story: story.resolve(), True),
        "give_back": (lambda story: story.give_back(), True),
        "unreachable": (lambda story: story.unreachable(), True),
        "silence": (lambda story: story.silence(), True),
        "leave": (lambda story: story.leave(), True),
    }
    for accepts, cases in ((False, ends), (True, owned)):
        for name, (end, used) in cases.items():
            story = Story(pools=(SEATED,))
            story.customer("a person", PERSON)
            offer_id = story.offer.offer_id
            if accepts:
                story.accept()
            end(story)
            freed = [(each.offer_id, each.used) for each in story.of(FreeSeat)]
            assert freed == [(offer_id, used)], name


def test_a_returning_customer_never_gets_the_bot_again_on_that_issue() -> None:
    """A returning customer whom nobody could take asks for a person again with the next message."""
    story = closed()
    story.pools = ()
    story.wait(60).customer("it broke again", ANSWER)
    assert story.texts == ["<nobody_free>"]
    story.pools = (NORTH,)
    story.wait(60).customer("hello?", ANSWER)
    assert [each.pool_id for each in story.of(OfferToPool)] == ["north"]
    assert story.handoff.priority > 0


def test_why_a_pool_was_asked_is_on_record() -> None:
    """Each pool that was considered has its line in the record."""
    story = Story(pools=(replace(NORTH, closed="paused"), SOUTH))
    decision = story.customer("a person", PERSON)
    assert decision.explanation.routing == ("step 1: north: paused", "step 1: south: offered")
