"""One sender's pace is counted in the thread, where no number of intakes can multiply it."""

from surgeline.domain.effects import NotifyPool, SendText
from surgeline.domain.limits import SENDER_BURST, SENDER_PER_SECOND
from surgeline.domain.pace import is_too_fast

from tests.unit.domain.story import ANSWER, PERSON, Story, with_pool


def flooded() -> Story:
    """Return a sender who wrote as much at once as is answered, and one message more."""
    story = Story()
    for _ in range(SENDER_BURST + 2):
        story.customer("can I return this?", ANSWER)
    return story


def test_a_flood_is_answered_up_to_the_cap_and_told_once() -> None:
    """Messages beyond the cap are kept and not read, and the sender hears of that once."""
    story = flooded()
    answers = [each for each in story.all_of(SendText) if each.speaker == "bot"]
    assert len(answers) == SENDER_BURST + 1
    assert story.texts == ["<too_fast>"]
    story.customer("can I return this?", ANSWER)
    assert (story.texts, story.last.explanation.decision) == ([], "too fast")


def test_who_waits_a_moment_is_answered_again() -> None:
    """The share grows back by the second, and a later flood is told again."""
    story = flooded()
    story.wait(1)
    for _ in range(SENDER_PER_SECOND):
        story.customer("can I return this?", ANSWER)
        assert story.texts == ["Within 30 days."]
    story.customer("can I return this?", ANSWER)
    assert story.texts == ["<too_fast>"]


def test_a_steady_sender_is_never_too_fast() -> None:
    """Anything that one intake lets through is answered."""
    story = Story()
    for _ in range(200):
        story.customer("can I return this?", ANSWER)
        assert story.texts == ["Within 30 days."]
        story.wait(1 / SENDER_PER_SECOND)


def test_a_person_is_told_everything_however_fast_it_came() -> None:
    """I1: the pool that owns the conversation gets every message, because only the bot is
    capped.
    """
    story = with_pool()
    for number in range(SENDER_BURST * 2):
        story.customer(f"line {number}", None)
        assert [each.event for each in story.of(NotifyPool)] == ["conversation.message"]


def test_a_message_that_will_not_be_read_is_known_before_it_is_read() -> None:
    """The thread alone tells whether a message comes too fast."""
    story = flooded()
    assert is_too_fast(story.thread, story.log[-1][0])
    story.wait(10).customer("a person", PERSON)
    assert not is_too_fast(story.thread, story.log[-1][0])
