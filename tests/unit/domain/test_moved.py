"""A customer whom the channel names anew goes on in the thread of the former name."""

from dataclasses import replace

from surgeline.application.conversations.understanding.first_events import followed
from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.decide import decide
from surgeline.domain.effects import LinkThread
from surgeline.domain.events import CustomerWrote, ThreadErased
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Thread

NOON = 1_772_366_400_000
NEW = Thread("new", "wa", "", has_former_ids=False)
OLD = Thread("old", "wa", "US.1", has_former_ids=False)
WROTE = CustomerWrote("e1", "new", "wa", "US.2", NOON, "hi")


def heard(thread: Thread, **told: str) -> tuple[Thread, tuple[object, ...]]:
    """Return the thread after a customer's new name, and the effects."""
    event = CustomerMoved("e9", thread.id, "wa", NOON, **told)
    decision = decide(thread, event, Facts(now=NOON))
    return decision.thread, decision.effects


def test_the_new_thread_points_to_the_old_one() -> None:
    """The customer's words go on there, and an erasure of the new thread stays with it."""
    thread, effects = heard(NEW, before="old")
    assert (thread.moved_to, effects) == ("old", ())
    assert followed(thread, WROTE) == replace(WROTE, thread_id="old")
    assert followed(thread, ThreadErased("e2", "new", NOON, "wa")) is None


def test_a_thread_with_words_of_its_own_is_not_moved() -> None:
    """Two pools could own what a customer wrote under both names, so each goes on by itself."""
    begun = decide(NEW, WROTE, Facts(now=NOON)).thread
    assert heard(begun, before="old")[0].moved_to == ""


def test_the_old_thread_writes_to_the_new_name() -> None:
    """Replies go to the new name, and what is done under that name finds the thread."""
    thread, [link] = heard(OLD, after="new", sender="US.2")
    assert thread.sender == "US.2"
    assert isinstance(link, LinkThread)
    assert link.customer_key == "new"


def test_a_second_new_name_reaches_the_thread_that_goes_on() -> None:
    """A pointer passes the next change on, so that replies do not go to the name in between."""
    thread, _ = heard(NEW, before="old")
    again = CustomerMoved("e10", "new", "wa", NOON, after="newer", sender="US.3")
    assert followed(thread, again) == replace(again, thread_id="old")
    assert followed(thread, replace(again, before="x", after="")) is None
