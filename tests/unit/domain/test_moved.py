"""A customer whom the channel names anew goes on in the thread of the former name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import pytest
from surgeline.application.conversations.understanding.first_events import (
    HOPS,
    followed,
    goes_on_in,
)
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.brought.events import BacklogActed, Brought, TeamWrote
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


@dataclass
class Kept:
    """Threads by id, and the ids that were read."""

    threads: Mapping[str, Thread]
    reads: list[str] = field(default_factory=list)

    def thread(self, name: str) -> Thread | None:
        """Return the thread, if there is one."""
        self.reads.append(name)
        return self.threads.get(name)


def kept(*threads: Thread) -> ConversationStore:
    """Return a store of these threads."""
    return cast(ConversationStore, Kept({each.id: each for each in threads}))


def heard(thread: Thread, **told: str) -> tuple[Thread, tuple[object, ...]]:
    """Return the thread after a customer's new name, and the effects."""
    event = CustomerMoved("e9", thread.id, "wa", NOON, **told)
    decision = decide(thread, event, Facts(now=NOON))
    return decision.thread, decision.effects


def test_the_new_thread_points_to_the_old_one() -> None:
    """The customer's words go on there, and an erasure of the new thread stays with it."""
    thread, effects = heard(NEW, before="old")
    assert (thread.moved_to, effects) == ("old", ())
    assert followed(kept(thread, OLD), thread, WROTE) == replace(WROTE, thread_id="old")
    assert followed(kept(thread, OLD), thread, ThreadErased("e2", "new", NOON, "wa")) is None


def test_a_brought_ticket_follows_its_customer_whole() -> None:
    """The team's words and what is done with the ticket go where the customer's words go."""
    thread, _ = heard(NEW, before="old")
    team = TeamWrote("e2", "new", "wa", "US.2", NOON, "hello", Brought("b", NOON))
    for event in (team, BacklogActed("e3", "new", NOON, "old-1", "read")):
        assert followed(kept(thread, OLD), thread, event) == replace(event, thread_id="old")


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
    store = kept(thread, OLD)
    assert followed(store, thread, again) == replace(again, thread_id="old")
    assert followed(store, thread, replace(again, before="x", after="")) is None


def test_a_thread_points_to_the_one_that_goes_on_and_never_to_itself() -> None:
    """A name that comes back is led to by the others, so its thread goes on by itself."""
    event = CustomerMoved("e9", "new", "wa", NOON, before="middle")
    for onward, pointer in (("old", "old"), ("new", "")):
        decision = decide(NEW, event, Facts(now=NOON, goes_on_in=onward))
        assert decision.thread.moved_to == pointer


@pytest.mark.parametrize("ring", ["ab", "ba", "abc", "cab"])
def test_threads_of_a_ring_lead_to_the_same_one(ring: str) -> None:
    """The one with a conversation goes on, or else the one that knows whom to write to."""
    points = dict(zip(ring, ring[1:] + ring[0], strict=True))
    points["z"] = "b"  # it leads into the ring
    threads = [Thread(each, "wa", "", moved_to=onward) for each, onward in points.items()]
    named = [replace(each, sender="US.1" if each.id == "a" else "") for each in threads]
    assert {goes_on_in(kept(*named), each) for each in points} == {"a"}
    begun = decide(NEW, WROTE, Facts(now=NOON)).thread.conversation
    talked = [replace(each, conversation=begun if each.id == "b" else None) for each in named]
    assert {goes_on_in(kept(*talked), each) for each in points} == {"b"}
    stays = next(each for each in talked if each.id == "b")
    assert followed(kept(*talked), stays, replace(WROTE, thread_id="b")) is None


def test_a_long_way_is_given_up() -> None:
    """So many reads are enough, whatever an older release has stored."""
    chain = [Thread(str(each), "wa", "", moved_to=str(each + 1)) for each in range(50)]
    store = Kept({each.id: each for each in chain})
    assert goes_on_in(cast(ConversationStore, store), "0") == str(HOPS)
    assert len(store.reads) == HOPS
