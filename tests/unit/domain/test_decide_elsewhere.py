"""A person who answers in the provider's own app has the conversation, and the bot is silent."""

from surgeline.domain.brought.events import BacklogActed, Brought
from surgeline.domain.company.closure import Closure
from surgeline.domain.decide import Decision, decide
from surgeline.domain.effects import NotifyPool, SendText
from surgeline.domain.events import CustomerWrote, Event, PersonAnswered
from surgeline.domain.facts import Facts
from surgeline.domain.thread import BOT

from tests.unit.domain.story import ABSTAIN, ANSWER, NORTH, SOUTH, Story, closed

SENDING = Closure(page="https://help.example").sending("Write to us: {link}", signed=False)


def elsewhere(story: Story, text: str = "Kim here.") -> Decision:
    """Let a person answer in the provider's own app."""
    event = PersonAnswered(
        story.next_id(), story.thread.id, story.thread.channel_id, "visitor-1", story.now, text
    )
    return story.play(event)


def test_the_bot_is_silent_once_a_person_answered() -> None:
    """Neither an answer nor a handoff follows, and the messages stay on record."""
    story = Story()
    story.customer("Hi?", ANSWER)
    elsewhere(story)
    for reading in (ANSWER, ABSTAIN):
        decision = story.customer("And this?", reading)
        assert decision.effects == ()
        assert decision.explanation.why == "a person answers in the provider's app"


def test_a_person_may_answer_first() -> None:
    """The person's first word opens a conversation in which the bot is silent."""
    story = Story()
    elsewhere(story)
    assert story.customer("Thanks, and this?", ANSWER).effects == ()
    assert story.thread.sender == "visitor-1"


def test_no_pool_is_asked_any_more() -> None:
    """The offers are withdrawn, because the customer has been answered."""
    story = Story()
    story.customer("A person?", ABSTAIN)
    decision = elsewhere(story)
    withdrawn = [each for each in decision.effects if isinstance(each, NotifyPool)]
    assert [each.event for each in withdrawn] == ["handoff.withdrawn"]
    assert withdrawn[0].data == {"reason": "taken"}
    assert (story.owner, story.customer("Hm?", ANSWER).effects) == (BOT, ())


def test_a_pool_keeps_its_conversation() -> None:
    """The pool that owns the conversation goes on, and hears the customer."""
    story = Story()
    story.customer("A person?", ABSTAIN)
    story.accept()
    assert elsewhere(story).explanation.why == "north owns the conversation"
    story.customer("Hello?")
    assert story.words(story.all_of(NotifyPool))[-1] == "Hello?"


def test_the_bot_answers_after_a_rest() -> None:
    """After a day without a word the next message begins anew, and is the bot's."""
    story = Story()
    elsewhere(story)
    story.wait(86_399)
    assert story.customer("Still there?", ANSWER).effects == ()
    story.wait(86_401)
    assert story.customer("A new question", ANSWER).explanation.decision == "answer"


def wrote(story: Story, brought: Brought | None = None) -> CustomerWrote:
    """Return a message of the story's customer."""
    ids = (story.next_id(), story.thread.id, story.thread.channel_id, "visitor-1")
    return CustomerWrote(*ids, story.now, "Are you open?", brought=brought)


def played(story: Story, event: Event, **facts: object) -> Decision:
    """Decide an event with facts that the story does not know of, and go on from there."""
    known = Facts(now=story.now, reading=ANSWER, pools=story.pools, **facts)  # type: ignore[arg-type] # a builder
    decision = decide(story.thread, event, known)
    story.thread = decision.thread
    return decision


def test_a_backlogs_conversation_that_a_person_answered_is_none_of_the_bots() -> None:
    """The person's word ends the silence, so that no act on the backlog speaks there."""
    story = Story()
    asked = wrote(story, Brought("old", story.now, is_first=True, is_last=True))
    played(story, asked)
    elsewhere(story)
    backlog = story.conversation.backlog
    assert backlog is not None
    assert (backlog.quiet, backlog.end) == (False, "person")
    ids = (story.thread.id, story.now, story.conversation.id)
    for act in ("answer", "offer"):
        acted = BacklogActed(story.next_id(), *ids, act, pool_id="north")
        decision = played(story, acted, brought=asked)
        assert (decision.effects, decision.explanation.decision) == ((), "ignore")


def test_a_closed_channel_leaves_the_customer_to_the_person_who_answered() -> None:
    """The talk goes on where it is, and its customer is not sent on."""
    story = Story()
    elsewhere(story)
    assert played(story, wrote(story), closure=SENDING).effects == ()


def test_a_returning_customer_has_their_pool_once_the_channel_opens_again() -> None:
    """The closed channel sends them on. The return to the pool that had them is kept."""
    story = closed()
    sent_on = played(story, wrote(story), closure=SENDING).effects
    assert [each.text for each in sent_on if isinstance(each, SendText)] == [SENDING.text]
    story.pools = (SOUTH, NORTH)
    decision = story.wait(60).customer("Hello?", ANSWER)
    assert decision.explanation.decision == "handoff: customer_returned"
    assert story.offer.pool_id == "north"


def test_a_return_that_a_person_took_asks_no_pool() -> None:
    """The person who answers in the provider's app has the customer who came back."""
    story = closed()
    elsewhere(story)
    assert story.customer("Hello?", ANSWER).effects == ()
