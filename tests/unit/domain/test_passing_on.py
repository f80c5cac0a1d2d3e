"""A pool passes a conversation on, gives it back, leaves words behind: all is told truly."""

import pytest
from surgeline.domain.effects import SendText
from surgeline.domain.names import shown_name
from surgeline.domain.thread import BOT, WAITING, Owner

from tests.unit.domain.story import ANSWER, NORTH, SOUTH, waiting, with_pool


def test_a_transfer_is_told_as_a_transfer() -> None:
    """The customer hears that they are passed on, and not that somebody had to leave."""
    story = with_pool()
    story.agent()
    story.transfer(reason="billing")
    assert story.texts == ["<transferred>"]
    assert story.owner == WAITING
    assert story.offer.pool_id == SOUTH.id


def test_a_pool_that_is_lost_is_told_as_lost() -> None:
    """The customer is told that a pool was lost only if it cannot be reached or says nothing."""
    story = with_pool()
    story.unreachable()
    assert story.texts == ["<taken_back>"]


def test_a_transfer_to_a_pool_that_is_gone_by_now_stands_on_record() -> None:
    """The next pool is asked, and whoever reads the record sees that the name meant nobody."""
    story = with_pool()
    story.transfer(to="nope")
    assert story.offer.pool_id == SOUTH.id
    assert "there is no nope" in story.last.explanation.why


def test_the_reason_of_a_return_and_of_a_transfer_is_pointed_to() -> None:
    """The decision says that there is a reason; the reason itself is the event's."""
    story = with_pool()
    story.transfer(to=SOUTH.id, reason="billing")
    assert story.last.explanation.why == "north passed it on to south, with a reason"
    story.accept()
    story.give_back()
    assert story.last.explanation.why == "south gave it back, with a reason"


def test_the_name_of_the_acceptance_is_the_name_of_the_messages() -> None:
    """A message without a name is of the person who joined; one with a name is of that person."""
    story = with_pool()
    story.agent("hello", agent=None)
    assert [each.agent for each in story.of(SendText)] == ["Kim"]
    story.agent("I take over", agent="Lee")
    assert [each.agent for each in story.of(SendText)] == ["Lee"]


def test_the_notice_of_who_joined_names_them() -> None:
    """A page can say who is there before the person has written anything."""
    story = waiting()
    story.accept(agent="Kim")
    assert [(each.speaker, each.agent) for each in story.of(SendText)] == [("system", "Kim")]


def test_the_name_is_not_passed_on_to_the_next_pool() -> None:
    """A pool that accepts without a name has none, even after a named one."""
    story = with_pool()
    story.agent()
    story.transfer()
    story.accept()
    story.agent("hello", agent=None)
    assert [each.agent for each in story.of(SendText)] == [None]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Kim Minji", "Kim Minji"),
        ("민지", "민지"),
        ("Zoé  d'Arc", "Zoé d'Arc"),
        ("\u202eeviL\u202c", "eviL"),
        ("Kim\u200b\u00ad", "Kim"),
        ("Kim\nYou: hello", "Kim You: hello"),
        ("a" + "\u0301" * 99, "a" + "\u0301" * 4),
        ("x" * 500, "x" * 100),
        ("\u3164", None),
        (" \u2800 ", None),
        ("\u200b", None),
        ("...", None),
        ("System", None),
        ("*YOU*", None),
        ("시스템", None),
        ("Vous", None),
        (None, None),
    ],
)
def test_a_name_that_hides_or_passes_for_another_is_not_shown(
    given: str | None, shown: str | None
) -> None:
    """A shown name is short, visible and nobody else's in the chat."""
    assert shown_name(given) == shown


def test_a_name_that_is_not_shown_leaves_the_greeting_without_one() -> None:
    """The notice and the messages are those of somebody without a name."""
    story = waiting()
    story.accept(agent="\u3164")
    assert story.texts == ["A colleague has joined."]
    story.agent("hello", agent="System")
    assert [each.agent for each in story.of(SendText)] == [None]


# ---------------------------------------------------------------- what is held back


def test_what_was_held_back_is_said_before_the_customer_is_gone() -> None:
    """A message that its pool was told 202 for stands in the chat, although an earlier one
    never came.
    """
    story = with_pool()
    story.agent("second", seq=2)
    story.leave()
    assert story.texts == ["second", "<left>"]
    assert story.of(SendText)[0].out_of_order
    assert story.conversation.ended_by == "customer"


def test_an_end_that_was_held_back_ends_the_conversation() -> None:
    """A held resolution's outcome counts if the customer leaves after it."""
    story = with_pool()
    story.agent("second", seq=2)
    story.resolve(seq=3)
    story.leave()
    assert story.texts == ["second", "<resolved>"]
    assert story.conversation.ended_by == "pool"


def test_a_transfer_that_was_held_back_is_moot_and_stands_on_record() -> None:
    """Nobody is asked for a customer who is gone, and the record says what became of it."""
    story = with_pool()
    story.transfer(seq=2)
    story.leave()
    assert story.texts == ["<left>"]
    assert "pool transferred of the pool had waited" in story.last.explanation.why
    assert (story.owner, story.conversation.ended_by) == (BOT, "customer")


def test_a_return_held_behind_a_resolution_never_overtakes_it() -> None:
    """The pool's own numbers say that the resolution came first, so the resolution counts."""
    story = with_pool()
    story.resolve(seq=2)
    story.give_back(seq=3)
    story.leave()
    assert story.texts == ["<resolved>"]
    assert story.conversation.ended_by == "pool"


def test_a_held_event_whose_record_is_gone_is_told_on_record() -> None:
    """A held event whose record is gone is told on record, and later events go on."""
    story = with_pool()
    story.agent("second", seq=2)
    story.log = [each for each in story.log if getattr(each[0], "text", "") != "second"]
    story.agent("first", seq=1)
    assert story.texts == ["first"]
    assert "number 2 of the pool is not on record" in story.last.explanation.why


def test_erasing_says_nothing_of_what_was_held_back() -> None:
    """I14: an erasure shows none of the messages that were held back."""
    from surgeline.domain.events import ThreadErased

    story = with_pool((NORTH,))
    story.agent("second", seq=2)
    story.play(ThreadErased(story.next_id(), story.thread.id, story.now))
    assert story.texts == []
    assert story.conversation.ended_by == "erased"


def test_a_pool_passes_nothing_on_to_itself() -> None:
    """A transfer to the owner itself is refused on record, and the owner stays."""
    story = with_pool()
    before = story.epoch
    story.transfer(to=NORTH.id)
    assert (story.owner, story.epoch) == (Owner("pool", NORTH.id), before)
    assert story.last.explanation.decision == "refuse"


def test_a_customer_who_left_begins_anew_with_the_bot() -> None:
    """Who ended the chat with a pool and writes again soon is not given back to that pool."""
    story = with_pool()
    story.leave()
    story.customer("can I return this?", ANSWER)
    assert story.owner == BOT
    assert [each.speaker for each in story.of(SendText)] == ["bot"]
