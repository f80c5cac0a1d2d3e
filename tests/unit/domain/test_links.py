"""A thread's links to its customer's other threads are forgotten with it, whatever came since."""

from dataclasses import replace

from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import CustomerFile, Found, Profile
from surgeline.domain.customers.known import Known, customer_key
from surgeline.domain.decide import decide
from surgeline.domain.effects import LinkThread
from surgeline.domain.events import ThreadErased
from surgeline.domain.facts import Facts
from surgeline.domain.look_ups.asking import MOST_LINKS
from surgeline.domain.thread import Conversation, Thread

NOW = 1_772_366_400_000
THREAD = Thread("t" + "a" * 26, "web", "visitor-1", conversation=Conversation("c1", 1, NOW, 1))


def looked_up(thread: Thread, customer_id: str) -> tuple[Thread, list[LinkThread]]:
    """Return the thread once the customer was found, and its changed links."""
    found = Found("found", CustomerFile(Profile(customer_id)))
    done = decide(
        thread, CustomerLookedUp(f"e-{customer_id}", thread.id, NOW, "c1", found), Facts(now=NOW)
    )
    return done.thread, [each for each in done.effects if isinstance(each, LinkThread)]


def forgotten(thread: Thread) -> set[str]:
    """Return the keys of the links that an erasure of the thread ends."""
    done = decide(thread, ThreadErased("e-erased", thread.id, NOW, "web"), Facts(now=NOW))
    assert done.thread.links == ()
    links = [each for each in done.effects if isinstance(each, LinkThread)]
    assert all(each.expires_at <= NOW for each in links)
    return {each.customer_key for each in links}


def test_an_erasure_ends_the_link_though_a_new_conversation_has_begun() -> None:
    """The new conversation does not know the customer, and the thread still knows the link."""
    thread, _ = looked_up(THREAD, "c-17")
    later = replace(thread, conversation=Conversation("c2", 2, NOW, 1))
    assert forgotten(later) == {customer_key("c-17")}


def test_an_erasure_ends_the_link_of_a_thread_of_an_earlier_release() -> None:
    """The conversation's customer counts where the thread has kept no links."""
    known = Known("found", NOW, customer_id="c-17")
    conversation = Conversation("c1", 1, NOW, 1, known=known)
    assert forgotten(replace(THREAD, conversation=conversation)) == {customer_key("c-17")}


def test_the_oldest_link_ends_where_there_are_too_many() -> None:
    """A customer who is found again counts as the newest, so that every link can be ended."""
    thread, names = THREAD, [f"c-{number}" for number in range(MOST_LINKS)]
    for name in (*names, names[0]):
        thread, links = looked_up(thread, name)
        assert [each.customer_key for each in links] == [customer_key(name)]
    thread, links = looked_up(thread, "c-new")
    ended = [each.customer_key for each in links if each.expires_at <= NOW]
    assert ended == [customer_key(names[1])]
    assert forgotten(thread) == {customer_key(each) for each in (*names[2:], names[0], "c-new")}
