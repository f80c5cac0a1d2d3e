"""A person who looks into a case promises word by a time, and the promise is kept or told."""

from surgeline.domain.effects import EndLapse, FreeSeat, ListLapse, StartTimer
from surgeline.domain.thread import BOT

from tests.unit.domain.laws import Ledger
from tests.unit.domain.story import ANSWER, NORTH, PERSON, START, Story, with_pool

HOURS = 3_600_000


def promised(seconds: float = 7_200) -> Story:
    """Return a story whose owner has spoken and then promised word."""
    story = with_pool()
    story.agent()
    story.silence()  # the watch of the first word ends
    story.wait(60).promise(seconds, "I ask the workshop.")
    return story


def due(story: Story) -> None:
    """Play that the promised time comes."""
    story.fire([each for each in story.all_of(StartTimer) if each.kind == "promise_due"][-1])


def held_to_the_laws(story: Story) -> None:
    """Hold all that was decided to the laws."""
    ledger, thread = Ledger(), Story().thread
    for event, _, decision in story.log:
        ledger.add(thread, event, decision)
        thread = decision.thread


def test_the_customer_is_told_the_time_and_the_case_stays_with_its_owner() -> None:
    """The agent's words come first, then the time. No answer is owed until then."""
    story = promised()
    assert story.texts == ["I ask the workshop.", "<promised> Wed at 0:29"]
    assert story.conversation.promise.until == story.now + 2 * HOURS
    assert (story.owner.pool_id, story.handoff.quiet_since) == ("north", 0)
    held_to_the_laws(story)


def test_the_next_word_keeps_the_promise() -> None:
    """A word before the time ends it, and its timer is stale."""
    story = promised()
    story.wait(600).agent("It is mended.")
    assert story.conversation.promise is None
    due(story)
    assert (story.texts, story.of(ListLapse)) == ([], [])
    held_to_the_laws(story)


def test_a_promise_that_is_not_kept_is_told_and_listed() -> None:
    """The customer hears so at the time, the lead's list has it, and the owner owes a word."""
    story = promised()
    due(story)
    assert story.texts == ["<promise_broken>"]
    [lapse] = story.of(ListLapse)
    assert (lapse.what, lapse.pool_id) == ("promise_broken", "north")
    assert story.handoff.quiet_since == story.now
    story.silence()
    assert story.owner.kind == "waiting"
    story.wait(5).accept()
    story.agent("We are sorry. It is mended.")
    assert (story.conversation.promise, len(story.of(EndLapse))) == (None, 1)
    held_to_the_laws(story)


def test_whoever_asks_meanwhile_does_not_take_the_case_away() -> None:
    """The owner may be silent until the promised time, and the longest silence after it."""
    story = promised()
    promise = story.conversation.promise
    story.wait(60).customer("Any news?")
    [watch] = [each for each in story.of(StartTimer) if each.kind == "agent_silence"]
    assert watch.due_at == promise.until + story.rules.unanswered_seconds * 1000
    due(story)
    story.silence()
    assert story.owner.kind == "waiting"
    held_to_the_laws(story)


def test_a_later_time_takes_the_place_of_an_earlier_one() -> None:
    """The first timer is stale, and the last time counts."""
    story = promised(600)
    [first] = [each for each in story.all_of(StartTimer) if each.kind == "promise_due"]
    story.wait(300).promise(7_200)
    story.fire(first)
    assert (story.texts, story.conversation.promise.broken_at) == ([], 0)
    due(story)
    story.wait(60).promise(600)
    assert (len(story.of(EndLapse)), story.conversation.promise.broken_at) == (1, 0)
    held_to_the_laws(story)


def test_a_promise_survives_a_transfer_and_ends_with_the_conversation() -> None:
    """The next owner may keep it. Whatever ends the conversation ends it too."""
    story = promised()
    story.transfer()
    assert story.conversation.promise is not None
    story.wait(5).accept()
    due(story)
    assert story.texts == ["<promise_broken>"]
    story.resolve()
    assert (story.conversation.promise, len(story.of(EndLapse))) == (None, 1)
    held_to_the_laws(story)


def test_the_next_owner_owes_its_first_word_in_the_usual_time() -> None:
    """The promise of the pool before gives the next one no time to be silent."""
    story = promised()
    story.transfer()
    story.wait(5).accept()
    assert story.owner.pool_id == "south"
    [watch] = [each for each in story.of(StartTimer) if each.kind == "agent_silence"]
    assert watch.due_at == story.now + story.rules.agent_silence_seconds * 1000
    story.silence()
    assert story.owner.pool_id is None
    assert not story.conversation.promise.broken_at
    held_to_the_laws(story)


def test_a_promise_of_a_case_that_went_back_to_the_bot_stands() -> None:
    """The customer is told at the time all the same, also after a day without a word."""
    story = promised(2 * 86_400)
    story.give_back()
    assert (story.owner, story.conversation.promise is not None) == (BOT, True)
    number = story.conversation.number
    story.wait(90_000).customer("can I return this?", ANSWER)
    assert story.conversation.number == number
    due(story)
    assert story.texts == ["<promise_broken>"]
    held_to_the_laws(story)


def test_a_case_that_is_looked_into_needs_no_seat() -> None:
    """The seat is free for the next customer from the promise on."""
    story = Story(pools=(NORTH.__class__("north", 20, limit=1),))
    story.customer("a person", PERSON)
    story.wait(5).accept()
    story.promise()
    assert [each.pool_id for each in story.of(FreeSeat)] == ["north"]
    story.resolve()
    assert story.of(FreeSeat) == []
    held_to_the_laws(story)


def test_nobody_but_the_owner_promises() -> None:
    """A promise of another pool, or under an old epoch, is refused on record."""
    story = with_pool()
    for changes in ({"pool_id": "south"}, {"epoch": 1}):
        story.promise(**changes)
        assert (story.last.explanation.decision, story.texts) == ("refuse", [])
    story.promise(-600)
    assert story.conversation.promise.until == story.now
    assert story.now >= START
