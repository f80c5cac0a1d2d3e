"""A first offer is made anew for a customer of a segment, but not where a pool was named."""

import pytest
from surgeline.domain.customers.events import CustomerLookedUp
from surgeline.domain.customers.file import CustomerFile, Found, Profile
from surgeline.domain.customers.segment import Segment
from surgeline.domain.events import ConversationAssigned
from surgeline.domain.pools import Pool
from surgeline.domain.routing import Policy, Step

from tests.unit.domain.story import NORTH, SOUTH, Story
from tests.unit.domain.story_texts import PERSON

POLICY = Policy(
    steps=(Step(pools=("south",), segments=("vip",), seconds=60), Step(pools=("north",))),
    segments=(Segment("vip", vip=True, priority=2),),
)


def asked() -> Story:
    """Return a story whose customer, of whom nothing is known, asked for a person."""
    story = Story(pools=(NORTH, SOUTH, Pool("west", 20)), policy=POLICY)
    story.customer("a person please", PERSON)
    assert story.offer.pool_id == "north"
    return story


def known(story: Story) -> str:
    """Let the company's system say that it is a VIP. Return the pool that is asked then."""
    found = Found("found", file=CustomerFile(Profile("c-17", vip=True)))
    ids = (story.next_id(), story.thread.id, story.wait(0.8).now, story.conversation.id)
    story.play(CustomerLookedUp(*ids, found))
    return story.offer.pool_id


def assign(story: Story) -> None:
    """Let a lead give the conversation to the third pool."""
    current = story.conversation
    story.play(
        ConversationAssigned(
            id=story.next_id(),
            thread_id=story.thread.id,
            at=story.now,
            conversation_id=current.id,
            epoch=current.epoch,
            to="west",
        )
    )


def test_an_offer_that_a_step_made_is_made_anew() -> None:
    """The customer's segment has a pool of its own."""
    assert known(asked()) == "south"


def test_a_returning_customer_stays_with_their_pool() -> None:
    """The pool that had the customer is asked, whatever is known a moment later."""
    story = asked()
    story.accept(agent="Kim")
    story.agent()
    story.wait(60).resolve()
    story.wait(60).customer("Hello again")
    assert known(story) == "north"


@pytest.mark.parametrize("owned", [False, True])
def test_a_leads_word_stands(owned: bool) -> None:
    """The pool that a lead named stays asked, for a waiting conversation or an owner's."""
    story = asked()
    if owned:
        story.accept()
    assign(story)
    assert known(story) == "west"
