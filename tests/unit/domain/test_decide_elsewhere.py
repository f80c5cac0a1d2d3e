"""A person who answers in the provider's own app has the conversation, and the bot is silent."""

from surgeline.domain.decide import Decision
from surgeline.domain.effects import NotifyPool
from surgeline.domain.events import PersonAnswered
from surgeline.domain.thread import BOT

from tests.unit.domain.story import ABSTAIN, ANSWER, Story


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
