"""Who may speak once a pool owns the conversation, and how it loses it again."""

from collections.abc import Callable

import pytest
from surgeline.domain.effects import NotifyPool, OfferToPool, SendText, StartTimer
from surgeline.domain.reading import Courtesy, SmallTalk
from surgeline.domain.thread import BOT, WAITING, Owner

from tests.unit.domain.story import (
    ANSWER,
    NORTH,
    PERSON,
    SOUTH,
    THANKS,
    Story,
    closed,
    closed_by_leaving,
    waiting,
    with_bot,
    with_pool,
)

OWNED_BY_NORTH = Owner("pool", "north")


# ---------------------------------------------------------------- talking


def test_the_customer_is_forwarded_to_the_owner_and_the_bot_is_silent() -> None:
    """I5: a message goes to the pool that owns the conversation, and the bot does not answer."""
    story = with_pool()
    story.customer("can I return this?", ANSWER)
    assert story.texts == []
    (line,) = story.of(NotifyPool)
    assert (line.pool_id, line.event) == ("north", "conversation.message")
    assert line.data == {
        "message_id": story.log[-1][0].id,
        "seq": story.last.seq,
        "at": story.now,
    }
    assert line.epoch == story.epoch


def test_the_owners_words_reach_the_customer() -> None:
    """The owner's words under its epoch are shown as a person's, with the person's name."""
    story = with_pool()
    story.agent("Let me look.")
    (text,) = story.of(SendText)
    assert (text.speaker, text.text, text.pool_id, text.agent) == (
        "person",
        "Let me look.",
        "north",
        "Kim",
    )
    assert (text.epoch, text.in_reply_to) == (story.epoch, None)
    assert story.handoff.agent_spoke


def test_pool_events_are_numbered_without_gaps() -> None:
    """I3: the messages of one ownership are numbered from one to its end."""
    story = with_pool()
    for text in ("a", "b", "c"):
        story.customer(text, None)
    story.unreachable()
    north = [n for n in story.all_of(NotifyPool) if n.pool_id == "north"]
    assert [n.seq for n in north] == [1, 2, 3, 4]
    assert north[-1].event == "conversation.taken_back"


STORIES: dict[str, Callable[[], Story]] = {
    "nothing yet": Story,
    "bot": with_bot,
    "waiting": waiting,
    "pool": with_pool,
    "closed": closed,
    "left": closed_by_leaving,
}


def _another_owner(name: str) -> dict[str, str | int]:
    story = STORIES[name]()
    open_epoch = story.thread.conversation.epoch if story.thread.conversation else 1
    return {"pool_id": "north", "epoch": open_epoch, "conversation_id": f"{story.thread.id}-1"}


@pytest.mark.parametrize("act", ["agent", "resolve", "give_back", "unreachable"])
@pytest.mark.parametrize(
    ("state", "changes"),
    [
        *[(name, {}) for name in STORIES if name != "pool"],
        ("pool", {"epoch": 2}),
        ("pool", {"epoch": 4}),
        ("pool", {"epoch": 0}),
        ("pool", {"pool_id": "south"}),
        ("pool", {"conversation_id": "t0-1"}),
        ("pool", {"conversation_id": ""}),
    ],
)
def test_who_does_not_own_the_conversation_changes_nothing(
    act: str, state: str, changes: dict[str, str | int]
) -> None:
    """F38: words of another pool, epoch or conversation, or in another state, are refused on
    record.
    """
    story = STORIES[state]()
    before = story.thread
    getattr(story, act)(**(_another_owner(state) | changes))
    assert story.last.effects == ()
    assert story.last.explanation.decision == "refuse"
    assert story.thread.conversation == before.conversation
    assert story.thread.seq == before.seq + 1  # it is in the log


def test_a_reply_after_the_conversation_was_taken_back_is_refused() -> None:
    """F38: the old owner's epoch is stale from the moment the owner loses the conversation."""
    story = with_pool()
    mine = story.epoch
    story.silence()
    story.accept()
    story.agent("too late", pool_id="north", epoch=mine)
    assert story.texts == []
    assert story.owner == Owner("pool", "south")


def test_a_pool_that_owns_it_again_needs_its_new_epoch() -> None:
    """I4: the same pool under an earlier ownership's epoch is refused."""
    story = with_pool()
    old = story.epoch
    story.agent()
    story.resolve()
    story.customer("one more thing", None)
    story.accept()
    assert story.owner == OWNED_BY_NORTH
    story.agent("from before", epoch=old)
    assert story.texts == []
    story.agent("from now")
    assert story.texts == ["from now"]


# ---------------------------------------------------------------- losing it


@pytest.mark.parametrize(("how", "reason"), [("unreachable", "unreachable"), ("silence", "silent")])
def test_a_pool_that_fails_loses_the_conversation(how: str, reason: str) -> None:
    """A pool that says nothing or can't be reached is told so, and the next one is asked."""
    story = with_pool()
    mine = story.epoch
    getattr(story, how)()
    (told,) = story.of(NotifyPool)
    assert (told.pool_id, told.event) == ("north", "conversation.taken_back")
    assert (told.epoch, told.data) == (mine, {"reason": reason})
    assert story.owner == WAITING
    assert story.epoch == mine + 1
    assert story.offer.pool_id == SOUTH.id
    assert story.texts == ["<taken_back>"]


@pytest.mark.parametrize("how", ["unreachable", "silence"])
def test_with_no_other_pool_the_request_is_kept(how: str) -> None:
    """I7: the request of a conversation that is taken back and finds no pool is kept."""
    story = with_pool(pools=(NORTH,))
    getattr(story, how)()
    assert story.owner == BOT
    assert story.texts == ["<kept>"]
    assert story.of(OfferToPool) == []
    assert story.handoff.state == "kept"


def test_what_the_lost_pool_was_told_goes_along_with_the_next_offer() -> None:
    """I1: the next pool's offer covers everything that the customer wrote so far."""
    story = with_pool()
    story.customer("did you get this?", None)
    story.unreachable()
    assert story.of(OfferToPool)[0].told_seq == story.last.seq
    assert story.untold() == ()


def test_silence_after_a_word_that_nobody_replied_to_is_no_fault() -> None:
    """A pool that has spoken, and owes nothing, keeps the conversation when the timer comes."""
    story = with_pool()
    story.agent()
    story.silence()
    assert (story.owner, story.last.effects) == (OWNED_BY_NORTH, ())


def test_the_watch_starts_anew_with_the_next_owner() -> None:
    """The first pool's words and its timer do not count for the second."""
    story = with_pool()
    (old,) = [t for t in story.all_of(StartTimer) if t.kind == "agent_silence"]
    story.agent()
    story.unreachable()
    story.accept()
    assert not story.handoff.agent_spoke
    story.fire(old)
    assert (story.owner, story.last.effects) == (Owner("pool", "south"), ())
    story.silence()
    assert story.owner == BOT


@pytest.mark.parametrize("state", STORIES)
def test_a_stale_silence_timer_does_nothing(state: str) -> None:
    """A timer of an earlier epoch is ignored in every state."""
    story = STORIES[state]()
    before = story.thread.conversation
    if before is None:
        story.thread.conversation  # noqa: B018 - nothing to be stale about
        return
    story.timer("agent_silence", before.id, before.epoch - 1)
    assert (story.thread.conversation, story.last.effects) == (before, ())


def test_words_after_a_return_that_was_held_are_nobodys() -> None:
    """I5: an unnumbered message that lets a held return take effect is itself too late."""
    story = with_pool()
    story.give_back(seq=3)
    assert story.owner == OWNED_BY_NORTH
    story.agent("one more thing", seq=None)
    assert story.owner == BOT
    assert story.texts == ["<returned>"]
    assert story.last.explanation.decision == "refuse"


def test_giving_it_back_makes_the_bot_speak_again() -> None:
    """A returned conversation is the bot's, under a new epoch, and the customer is told."""
    story = with_pool()
    mine = story.epoch
    story.give_back()
    assert (story.owner, story.epoch) == (BOT, mine + 1)
    assert (story.texts, story.handoff.state) == (["<returned>"], "returned")
    story.customer("can I return this?", ANSWER)
    assert story.texts == ["Within 30 days."]


# ---------------------------------------------------------------- closing and coming back


def test_resolving_closes_the_conversation() -> None:
    """A pool's resolution closes, is counted as assumed, and the customer is told."""
    story = with_pool()
    story.agent()
    mine = story.epoch
    story.resolve()
    conversation = story.conversation
    assert (conversation.closed_at, conversation.resolution) == (story.now, "assumed")
    assert (conversation.owner, conversation.epoch) == (BOT, mine + 1)
    assert (conversation.last_pool, story.handoff.state) == ("north", "resolved")
    assert story.texts == ["<resolved>"]


@pytest.mark.parametrize(
    ("outcome", "resolution"),
    [("solved", "assumed"), ("unsolved", None), ("spam", None), ("duplicate", None)],
)
def test_only_a_solved_conversation_counts_as_resolved(
    outcome: str, resolution: str | None
) -> None:
    """A pool ends a conversation whatever outcome it gives, so its last words still go out."""
    story = with_pool()
    story.agent()
    story.resolve(outcome)
    conversation = story.conversation
    assert (conversation.resolution, conversation.ended_by) == (resolution, "pool")
    assert not conversation.was_left


@pytest.mark.parametrize("kind", ["thanks", "greeting"])
def test_thanks_after_a_resolution_does_not_open_it_again(kind: Courtesy) -> None:
    """Small talk is answered after a person closes, and the conversation stays closed."""
    story = closed()
    story.customer("thank you!", SmallTalk(why="", language="en", courtesy=kind))
    assert story.texts == [f"<{kind}>"]
    assert not story.conversation.is_open
    assert story.of(SendText)[0].epoch == story.epoch


def test_a_question_after_thanks_still_counts_as_coming_back() -> None:
    """Small talk in between neither shortens nor restarts the time for opening again."""
    story = closed()
    story.wait(1_000).customer("thanks", THANKS)
    story.wait(800).customer("but it is still broken", ANSWER)
    assert (story.conversation.number, story.owner) == (1, WAITING)


@pytest.mark.parametrize("seconds", [0, 1, 1_800])
def test_coming_back_in_time_opens_it_again_with_the_same_pool(seconds: int) -> None:
    """A customer back within the window gets the conversation's own pool, even if not first in
    order.
    """
    story = with_pool(pools=(NORTH, SOUTH))
    story.unreachable()
    story.accept()  # south
    story.agent()
    story.resolve()
    before = story.conversation
    story.wait(seconds).customer("it is still broken", ANSWER)
    conversation = story.conversation
    assert (conversation.id, conversation.closed_at) == (before.id, None)
    assert conversation.resolution is None
    assert conversation.epoch > before.epoch
    assert story.offer.pool_id == SOUTH.id
    assert story.of(OfferToPool)[0].reason == "customer_returned"
    assert story.texts == ["<reopened>"]
    assert story.handoff.tried == ()


def test_coming_back_when_that_pool_is_gone_asks_the_next_one() -> None:
    """A preferred pool that is not free any more is no obstacle."""
    story = closed()
    story.pools = (SOUTH,)
    story.customer("it is still broken", ANSWER)
    assert story.offer.pool_id == SOUTH.id


def test_coming_back_when_nobody_is_free_leaves_the_bot_with_it() -> None:
    """I7: a reopened conversation without any pool tells the customer and stays open."""
    story = closed()
    story.pools = ()
    story.customer("it is still broken", ANSWER)
    assert (story.owner, story.conversation.is_open) == (BOT, True)
    assert story.texts == ["<nobody_free>"]


def test_coming_back_late_starts_the_next_conversation_with_the_bot() -> None:
    """A message after the window is a new issue with the bot, under a higher epoch."""
    story = closed()
    before = story.epoch
    story.wait(1_801).customer("can I return this?", ANSWER)
    assert story.conversation.number == 2
    assert story.conversation.id == f"{story.thread.id}-2"
    assert story.epoch == before + 1
    assert story.conversation.handoff is None
    assert story.texts == ["Within 30 days."]


def test_after_leaving_the_next_message_starts_fresh() -> None:
    """A customer who ended the chat starts a new conversation, even within the window."""
    story = with_pool()
    story.agent()
    story.leave()
    story.customer("can I return this?", ANSWER)
    assert (story.conversation.number, story.owner) == (2, BOT)


def test_an_old_owner_can_not_speak_into_the_next_conversation() -> None:
    """I5: the epoch rises over all of a thread's conversations."""
    story = closed()
    old = story.epoch - 1
    story.wait(5_000).customer("a person", PERSON)
    story.accept()
    story.agent("from before", epoch=old)
    assert story.texts == []


def test_leaving_a_pool_tells_it() -> None:
    """F41: the owning pool hears that the customer is gone, and no other message goes to it."""
    story = with_pool()
    mine = story.epoch
    story.leave()
    (told,) = story.of(NotifyPool)
    assert (told.pool_id, told.event, told.epoch) == ("north", "conversation.abandoned", mine)
    assert (story.handoff.state, story.handoff.tried) == ("abandoned", ("north",))
    assert story.conversation.was_left
    assert (story.owner, story.conversation.closed_at) == (BOT, story.now)
    story.agent("still there?", pool_id="north", epoch=mine)
    assert story.texts == []


def test_leaving_the_bot_closes() -> None:
    """Leaving a conversation with the bot closes it without telling any pool."""
    story = with_bot()
    story.leave()
    assert not story.conversation.is_open
    assert story.told() == []
    assert story.texts == ["<left>"]


@pytest.mark.parametrize("state", ["nothing yet", "closed", "left"])
def test_leaving_what_is_not_open_does_nothing(state: str) -> None:
    """The second goodbye, and one without a conversation, are ignored."""
    story = STORIES[state]()
    before = story.thread.conversation
    story.leave()
    assert (story.thread.conversation, story.last.effects) == (before, ())


@pytest.mark.parametrize("state", STORIES)
def test_every_event_takes_one_number(state: str) -> None:
    """Each event has its place in the thread's log, be it refused, ignored or done."""
    story = STORIES[state]()
    before = story.thread.seq
    story.agent(pool_id="south", epoch=99, conversation_id="t-1")
    story.timer("agent_silence", "x", 99) if story.thread.conversation else None
    expected = 2 if story.thread.conversation else 1
    assert story.thread.seq == before + expected
