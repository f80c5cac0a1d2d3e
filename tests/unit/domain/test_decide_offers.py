"""Offers are accepted once, declined, timed out or withdrawn, and late answers change nothing."""

import pytest
from surgeline.domain.effects import CloseOffer, NotifyPool, OfferToPool, SendText, StartTimer
from surgeline.domain.events import OfferAccepted, OfferDeclined, TimerFired
from surgeline.domain.facts import Pool
from surgeline.domain.limits import UNTOLD_LIMIT
from surgeline.domain.thread import BOT, WAITING, OpenOffer, Owner

from tests.unit.domain.story import (
    NORTH,
    PERSON,
    SOUTH,
    Story,
    closed,
    waiting,
    with_bot,
    with_pool,
)

OWNED_BY_NORTH = Owner("pool", "north")


def test_accepting_makes_the_pool_the_owner() -> None:
    """An acceptance of the open offer raises the epoch to the one that the offer named."""
    story = waiting()
    promised = story.of(OfferToPool)[0].epoch
    story.accept(agent="Kim")
    assert story.owner == OWNED_BY_NORTH
    assert story.epoch == promised
    assert (story.handoff.state, story.handoff.offers) == ("active", ())
    assert story.texts == ["Kim has joined."]


def test_an_agent_without_a_name_is_a_colleague() -> None:
    """The customer is told that somebody joined, also when the pool gives no name."""
    story = waiting()
    story.accept()
    assert story.texts == ["A colleague has joined."]


def test_accepting_starts_the_watch_for_silence() -> None:
    """A pool that accepts has so many seconds to say something."""
    story = waiting()
    story.accept()
    (timer,) = story.of(StartTimer)
    assert (timer.kind, timer.epoch) == ("agent_silence", story.epoch)
    assert timer.due_at == story.now + 900_000


def test_what_was_written_while_waiting_is_told_once_and_in_order() -> None:
    """F40: the accepting pool gets the messages after the offer, once and in order, without
    gaps.
    """
    story = waiting()
    told_before = story.offer
    story.customer("first", None)
    story.customer("second", None)
    story.accept(told_before)
    lines = story.of(NotifyPool)
    assert story.words(lines) == ["first", "second"]
    assert [each.seq for each in lines] == [1, 2]
    assert {each.epoch for each in lines} == {story.epoch}
    story.customer("third", None)
    (line,) = story.of(NotifyPool)
    assert (story.words([line]), line.seq) == (["third"], 3)
    assert story.untold() == ()


def behind() -> tuple[Story, list[str]]:
    """Return a story whose owner has heard of the first of its customer's three pages."""
    story = waiting()
    written = [f"message {number}" for number in range(2 * UNTOLD_LIMIT + 5)]
    for text in written:
        story.customer(text, None)
    story.accept()
    return story, written


def goes_on(story: Story) -> StartTimer:
    """Return the newest timer that tells the owner the rest."""
    return [t for t in story.all_of(StartTimer) if t.kind == "untold_messages"][-1]


def all_told(story: Story) -> list[str]:
    """Return the messages that pools were told of after their offers, in order."""
    lines = [n for n in story.all_of(NotifyPool) if n.event == "conversation.message"]
    assert [each.seq for each in lines] == list(range(1, len(lines) + 1))
    return story.words(lines)


def test_more_than_one_turn_can_tell_is_told_in_several() -> None:
    """I1: the owner is told the oldest messages first, each once, a bounded number in a turn."""
    story, written = behind()
    assert all_told(story) == written[:UNTOLD_LIMIT]
    while story.handoff.behind:
        timer = goes_on(story)
        story.fire(timer)
        assert len(story.of(NotifyPool)) <= UNTOLD_LIMIT
    assert all_told(story) == written
    story.fire(timer)
    assert story.last.effects == ()
    story.customer("after all", None)
    assert all_told(story) == [*written, "after all"]


def test_exactly_one_page_ends_the_telling() -> None:
    """I1: a last page that is full is followed by an empty one, and then by new messages."""
    story = waiting()
    written = [f"message {number}" for number in range(UNTOLD_LIMIT)]
    for text in written:
        story.customer(text, None)
    story.accept()
    story.fire(goes_on(story))
    assert not story.handoff.behind
    story.customer("after all", None)
    assert all_told(story) == [*written, "after all"]


@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_message_that_comes_meanwhile_is_told_in_its_turn(turns: int) -> None:
    """I1: a message never overtakes the earlier ones that the owner has not been told of."""
    story, written = behind()
    for _ in range(turns):
        story.fire(goes_on(story))
    story.customer("meanwhile", None)
    while story.handoff.behind:
        story.fire(goes_on(story))
    assert all_told(story) == [*written, "meanwhile"]


@pytest.mark.parametrize("end", ["returned", "transferred", "left"])
def test_telling_stops_with_the_ownership(end: str) -> None:
    """I5: a timer of an ownership that is over tells nobody, and the next owner begins anew."""
    story, _ = behind()
    timer = goes_on(story)
    {"returned": story.give_back, "transferred": story.transfer, "left": story.leave}[end]()
    story.fire(timer)
    assert story.last.effects == ()
    if end == "transferred":
        story.accept()
        assert (story.owner.pool_id, story.handoff.behind) == ("south", False)


def test_accepting_twice_changes_nothing() -> None:
    """F34: a repeated acceptance is ignored, and the customer hears nothing."""
    story = waiting()
    offer = story.offer
    story.accept(offer)
    before = story.conversation
    story.accept(offer)
    assert story.last.effects == ()
    assert story.last.explanation.decision == "ignore"
    assert story.conversation == before


def test_accepting_twice_is_harmless_while_the_agent_talks() -> None:
    """F34: a late repeat of the acceptance does not disturb who owns the conversation."""
    story = waiting()
    offer = story.offer
    story.accept(offer)
    story.agent()
    story.customer("thanks", None)
    story.accept(offer)
    assert (story.owner, story.last.effects) == (OWNED_BY_NORTH, ())


def test_an_acceptance_that_lost_is_told_so() -> None:
    """F35: a pool whose offer was over hears at once that another pool has the conversation."""
    story = waiting()
    lost = story.offer
    story.decline(lost)
    story.accept()  # the second pool has it
    before = story.conversation
    story.accept(lost)
    assert story.conversation == before
    assert story.told() == [("north", "conversation.taken_back")]
    assert story.of(NotifyPool)[0].data == {"reason": "offer_over"}
    assert story.of(NotifyPool)[0].epoch == story.offered(lost.offer_id).epoch
    assert story.texts == []
    assert story.last.explanation.decision == "refuse"


def test_an_acceptance_after_the_customer_left_is_told_so() -> None:
    """A pool that won its offer just as the customer left hears that it is over."""
    story = waiting()
    offer = story.offer
    story.leave()
    story.accept(offer)
    assert story.told() == [("north", "conversation.taken_back")]
    assert not story.conversation.is_open


def test_an_acceptance_for_an_unknown_conversation_does_nothing() -> None:
    """An offer of a thread that has no conversation is refused without effects."""
    story = Story()
    story.play(OfferAccepted("e0", story.thread.id, story.now, "t-1", "o1", "north", 3))
    assert story.last.effects == ()
    assert story.last.explanation.decision == "refuse"
    assert story.thread.conversation is None


def test_an_offer_of_an_earlier_conversation_can_not_be_accepted_in_this_one() -> None:
    """I4: an offer belongs to the conversation that it was made for."""
    story = waiting()
    event = OfferAccepted(
        "e9", story.thread.id, story.now, f"{story.thread.id}-0", story.offer.offer_id, "north", 3
    )
    story.play(event)
    assert story.owner == WAITING


@pytest.mark.parametrize("how", ["decline", "deadline"])
def test_the_next_pool_gets_its_turn(how: str) -> None:
    """A declined or missed offer goes to the next pool, which is told all so far."""
    story = waiting()
    first = story.offer
    story.customer("are you there?", None)
    getattr(story, how)()
    (offer,) = story.of(OfferToPool)
    assert offer.pool_id == SOUTH.id
    assert offer.expires_at == story.now + 45_000
    assert offer.offer_id != first.offer_id
    assert (story.owner, story.epoch) == (WAITING, 2)
    assert story.handoff.tried == ("north",)
    assert story.untold() == ()  # it goes along with the offer
    assert story.texts == []  # the customer has been told already


@pytest.mark.parametrize(("how", "state"), [("decline", "declined"), ("deadline", "timed_out")])
def test_when_the_last_pool_is_tried_the_customer_is_told(how: str, state: str) -> None:
    """I7: a request that nobody takes is kept, and the bot is there again."""
    story = waiting(pools=(NORTH,))
    getattr(story, how)()
    assert (story.owner, story.handoff.state) == (BOT, "kept")
    assert story.epoch == 3
    assert story.texts == ["<kept>"]
    assert story.handoff.offers == ()
    assert story.last.explanation.decision == f"offer {state.replace('_', ' ')}"


def test_a_pool_is_asked_once_in_a_handoff() -> None:
    """A pool that has been tried is not asked again, whatever the order of pools is by then."""
    story = waiting()
    story.decline()
    story.pools = (NORTH, SOUTH, Pool("west", 10))
    story.decline()
    assert story.offer.pool_id == "west"


def test_a_missed_deadline_is_told_to_the_pool() -> None:
    """F36: a pool that was too late hears that its offer was withdrawn, and why."""
    story = waiting()
    offer = story.offer
    story.deadline()
    told = story.of(NotifyPool)[0]
    assert (told.pool_id, told.event) == ("north", "handoff.withdrawn")
    assert (told.offer_id, told.data) == (offer.offer_id, {"reason": "timed_out"})
    assert told.epoch == story.offered(offer.offer_id).epoch


def test_a_decline_is_not_told_back() -> None:
    """A pool that said no hears nothing more of that offer."""
    story = waiting()
    story.decline()
    assert [each for each in story.told() if each[0] == "north"] == []


@pytest.mark.parametrize("status", ["accepted"])
def test_an_offer_accepted_just_before_its_deadline_is_won(status: str) -> None:
    """I4: the deadline's timer makes a pool the owner if the record says accepted."""
    story = waiting()
    story.customer("hello?", None)
    story.offer_status = status
    story.deadline()
    assert story.owner == OWNED_BY_NORTH
    assert story.words(story.of(NotifyPool)) == ["hello?"]


def test_the_acceptance_itself_after_that_is_a_repeat() -> None:
    """The event of an acceptance that a deadline's timer overtook changes nothing."""
    story = waiting()
    offer = story.offer
    story.offer_status = "accepted"
    story.deadline()
    before = story.conversation
    story.accept(offer)
    assert (story.conversation, story.last.effects) == (before, ())


@pytest.mark.parametrize("status", [None, "timed_out", "declined", "withdrawn"])
def test_any_other_end_of_the_record_times_the_offer_out(status: str | None) -> None:
    """A crash between the record and the thread is healed by the deadline's timer."""
    story = waiting()
    story.offer_status = status
    story.deadline()
    assert story.offer.pool_id == SOUTH.id


def test_timers_of_offers_that_are_over_do_nothing() -> None:
    """A deadline whose offer was accepted or declined is stale."""
    story = waiting()
    (timer,) = story.of(StartTimer)
    story.accept()
    before = story.conversation
    story.fire(timer)
    assert (story.last.effects, story.conversation) == ((), before)
    story = waiting()
    (timer,) = story.of(StartTimer)
    story.decline()
    before = story.conversation
    story.fire(timer)
    assert (story.last.effects, story.conversation) == ((), before)


def test_a_decline_of_an_offer_that_is_over_does_nothing() -> None:
    """A no that comes after another pool took the conversation is ignored."""
    story = waiting()
    offer = story.offer
    story.deadline()
    story.accept()
    before = story.conversation
    story.decline(offer)
    assert (story.last.effects, story.conversation) == ((), before)


def test_a_decline_of_the_pool_that_owns_the_conversation_does_nothing() -> None:
    """A pool that said yes and then no keeps the conversation."""
    story = waiting()
    offer = story.offer
    story.accept(offer)
    story.decline(offer)
    assert story.owner == OWNED_BY_NORTH


@pytest.mark.parametrize("story", [Story(), with_bot(), closed()])
def test_late_events_of_offers_do_nothing(story: Story) -> None:
    """A decline and a deadline for an offer nobody knows are ignored in every state."""
    before = story.thread.conversation
    at = (story.thread.id, story.now, f"{story.thread.id}-1")
    story.play(OfferDeclined("x1", *at, "o?", "north", "busy"))
    assert (story.last.effects, story.thread.conversation) == ((), before)
    thread_id, now, conversation_id = at
    story.play(TimerFired("x2", thread_id, now, "offer_deadline", conversation_id, "o?", 2, now))
    assert (story.last.effects, story.thread.conversation) == ((), before)


def test_leaving_while_waiting_ends_the_offers() -> None:
    """F41: an offer is closed when the customer leaves, its pool hears so, and nobody may
    accept.
    """
    story = waiting()
    offer = story.offer
    story.leave()
    (close,) = story.of(CloseOffer)
    (told,) = story.of(NotifyPool)
    assert (close.offer_id, close.status) == (offer.offer_id, "withdrawn")
    assert (told.event, told.offer_id) == ("handoff.withdrawn", offer.offer_id)
    assert told.data == {"reason": "customer_left"}
    assert told.epoch == story.offered(offer.offer_id).epoch
    assert (story.handoff.state, story.handoff.offers) == ("withdrawn", ())
    assert (story.owner, story.conversation.closed_at) == (BOT, story.now)
    assert story.of(OfferToPool) == []


def test_of_several_offers_only_one_is_won() -> None:
    """F35: the other pools that were asked at once hear that the conversation is taken."""
    story = waiting()
    other = OpenOffer("o-other", "south", story.now + 45_000)
    offers = (*story.handoff.offers, other)
    story.thread = _with_offers(story, offers)
    story.accept(offers[0])
    assert story.owner == OWNED_BY_NORTH
    assert [each.offer_id for each in story.of(CloseOffer)] == ["o-other"]
    assert story.told() == [("south", "handoff.withdrawn")]
    assert story.of(NotifyPool)[0].data == {"reason": "taken"}


def test_of_several_offers_the_last_no_decides() -> None:
    """While another offer is out, a no leaves the conversation waiting for that one."""
    story = waiting()
    other = OpenOffer("o-other", "south", story.now + 45_000)
    first = story.offer
    story.thread = _with_offers(story, (first, other))
    story.decline(first)
    assert (story.owner, story.handoff.offers) == (WAITING, (other,))
    assert story.of(OfferToPool) == []
    story.decline(other)
    assert story.owner == BOT


def _with_offers(story: Story, offers: tuple[OpenOffer, ...]):  # noqa: ANN202 - a thread
    from dataclasses import replace

    handoff = replace(story.handoff, offers=offers)
    return replace(story.thread, conversation=replace(story.conversation, handoff=handoff))


def test_a_pool_that_gave_it_back_may_be_asked_again_later() -> None:
    """A new request for a person starts with every pool."""
    story = with_pool()
    story.give_back()
    story.customer("a person after all", PERSON)
    assert story.offer.pool_id == NORTH.id
    assert [text.text for text in story.of(SendText)] == ["<handing_over>"]
