"""What an owning pool owes its customer: when it loses the conversation, what is no silence."""

from dataclasses import replace

import pytest
from surgeline.domain.effects import NotifyPool, StartTimer
from surgeline.domain.thread import BOT, WAITING, Owner

from tests.unit.domain.story import ANSWER, NORTH, SOUTH, Story, with_pool

OWNED_BY_NORTH = Owner("pool", "north")
LIMIT = 1_800
"""What `Rules` has for a word that a customer waits for; 900 for the first."""


def talking() -> Story:
    """Return a story where the pool has said its first word and nothing is owed."""
    story = with_pool()
    story.wait(10).agent()
    return story


def waited_for(story: Story) -> StartTimer:
    """Return the one timer that the thread still believes in."""
    [timer] = [
        each
        for each in story.all_of(StartTimer)
        if each.kind == "agent_silence"
        and (each.epoch, each.due_at) == (story.epoch, story.handoff.watch_at)
    ]
    return timer


def test_a_message_left_unanswered_costs_the_pool_the_conversation() -> None:
    """A pool that is silent for the limit loses the conversation, and the customer is told once."""
    story = talking()
    mine = story.epoch
    story.wait(100).customer("are you there?", None)
    asked_at = story.now
    story.fire(waited_for(story))  # that of the acceptance; it moves on to this message
    assert (story.owner, story.texts) == (OWNED_BY_NORTH, [])
    story.fire(waited_for(story))
    assert story.now == asked_at + LIMIT * 1000
    [told] = story.of(NotifyPool)
    assert (told.pool_id, told.event, told.epoch) == ("north", "conversation.taken_back", mine)
    assert told.data == {"reason": "silent"}
    assert (story.owner, story.offer.pool_id) == (WAITING, SOUTH.id)
    assert story.texts == ["<taken_back>"]


def test_the_next_pool_knows_the_message_that_was_left() -> None:
    """I1: unanswered messages go along with the offer, and the next owner owes an answer."""
    story = talking()
    story.customer("are you there?", None)
    story.fire(waited_for(story))
    story.fire(waited_for(story))
    assert story.handoff.told_seq == story.last.seq
    story.accept()
    assert story.owner == Owner("pool", "south")
    assert not story.handoff.agent_spoke
    story.fire(waited_for(story))
    assert (story.owner, story.texts) == (BOT, ["<kept>"])


def test_the_limit_counts_from_the_first_message_left() -> None:
    """A customer who writes again while waiting does not put the limit off."""
    story = talking()
    story.customer("are you there?", None)
    asked_at = story.now
    for _ in range(3):
        story.wait(400).customer("hello?", None)
    story.fire(waited_for(story))
    story.fire(waited_for(story))
    assert (story.owner, story.now) == (WAITING, asked_at + LIMIT * 1000)


def test_an_answer_in_time_keeps_the_conversation() -> None:
    """Nothing is owed once the pool has spoken; its timer finds that and none is started."""
    story = talking()
    story.customer("are you there?", None)
    story.wait(600).agent("Yes.")
    story.fire(waited_for(story))
    assert (story.owner, story.last.effects, story.handoff.watch_at) == (OWNED_BY_NORTH, (), 0)


@pytest.mark.parametrize("sign", ["note", "typing"])
def test_a_sign_of_life_puts_it_off(sign: str) -> None:
    """A note or typing is no answer, but the limit counts anew from it."""
    story = talking()
    story.customer("are you there?", None)
    getattr(story.wait(1_700), sign)()
    shown_at = story.now
    story.fire(waited_for(story))
    assert story.owner == OWNED_BY_NORTH
    story.fire(waited_for(story))
    assert (story.owner, story.now) == (WAITING, shown_at + LIMIT * 1000)


@pytest.mark.parametrize("sign", ["note", "typing"])
def test_a_sign_before_the_first_word_puts_that_off(sign: str) -> None:
    """The first word has a limit of its own, which counts anew as well."""
    story = with_pool()
    getattr(story.wait(800), sign)()
    shown_at = story.now
    story.fire(waited_for(story))
    assert story.owner == OWNED_BY_NORTH
    story.fire(waited_for(story))
    assert (story.owner, story.now) == (WAITING, shown_at + 900 * 1000)


@pytest.mark.parametrize("sign", ["note", "typing"])
@pytest.mark.parametrize("changes", [{"pool_id": "south"}, {"epoch": 2}])
def test_a_strangers_sign_counts_for_nothing(sign: str, changes: dict[str, str | int]) -> None:
    """Another pool, or the owner under an older epoch, puts nothing off."""
    story = talking()
    story.customer("are you there?", None)
    before = story.thread.conversation
    getattr(story.wait(60), sign)(**changes)
    assert story.last.explanation.decision == "refuse"
    assert story.thread.conversation == before


def test_a_message_held_for_another_is_a_sign_of_life() -> None:
    """Number 3 before number 2 shows that somebody is there."""
    story = talking()
    story.customer("are you there?", None)
    story.wait(1_795).agent("third", seq=3)
    held_at = story.now
    assert story.handoff.quiet_since == held_at


def test_thanks_ask_for_no_answer() -> None:
    """A pool owes no answer to thanks and does not lose the conversation for its silence."""
    story = talking()
    story.thanks = True
    story.customer("ok thanks", None)
    assert (story.handoff.quiet_since, len(story.of(NotifyPool))) == (0, 1)
    story.fire(waited_for(story))
    assert (story.owner, story.last.effects) == (OWNED_BY_NORTH, ())


def test_words_to_and_fro_start_no_timer_each() -> None:
    """I13: an ownership has one timer at a time, however long people talk."""
    story = talking()
    for _ in range(20):
        story.wait(5).customer("and then?", None)
        story.wait(5).agent("Then that.")
    assert len([t for t in story.all_of(StartTimer) if t.kind == "agent_silence"]) == 1


def test_a_timer_other_than_the_one_believed_in_is_stale() -> None:
    """A redelivery under another id, or one from before, changes nothing."""
    story = talking()
    first = waited_for(story)
    story.wait(100).customer("are you there?", None)
    story.fire(first)
    before = story.thread.conversation
    story.wait(LIMIT).fire(first)
    assert (story.thread.conversation, story.last.effects) == (before, ())


def test_the_bot_is_watched_by_no_timer() -> None:
    """An answered message starts none, and neither does one that waits for a pool's offer."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    assert story.all_of(StartTimer) == []


def test_a_conversation_accepted_under_the_release_before_is_still_watched() -> None:
    """A conversation without `watch_at` from the release before is still taken back for silence."""
    story = with_pool(pools=(NORTH, SOUTH))
    old = waited_for(story)
    handoff = replace(story.handoff, quiet_since=0, watch_at=0)
    conversation = replace(story.conversation, handoff=handoff)
    story.thread = replace(story.thread, conversation=conversation)
    story.fire(old)
    assert story.owner == WAITING
