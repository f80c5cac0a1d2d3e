"""A person's lost words outlive the pool's end, and are said when the customer writes again."""

from dataclasses import replace

import pytest
from surgeline.domain.decide import Decision, decide
from surgeline.domain.effects import EndLapse, ListLapse, SendText
from surgeline.domain.events import CustomerWrote, TextUndelivered, ThreadErased

from tests.unit.domain.story import ANSWER, THREAD_ID, Story, with_pool

DAY = 86_400


def lose(story: Story, seq: int, *, by_person: bool = True) -> None:
    """Play that the channel refused a text for good."""
    place = (story.next_id(), THREAD_ID, story.now, story.conversation.id)
    story.play(TextUndelivered(*place, seq, "window: 131047", by_person=by_person))


def written(*, refused_first: bool) -> tuple[Story, SendText]:
    """Return a story in which a person writes late and resolves, and the text that was lost."""
    story = with_pool()
    story.wait(DAY + 1).agent("Your refund is on its way.")
    [text] = story.of(SendText)
    if refused_first:
        lose(story, text.seq)
    story.resolve()
    if not refused_first:
        lose(story, text.seq)
    return story, text


def write(story: Story, lost: SendText) -> Decision:
    """Play the customer's next message, with the facts that the log gives then."""
    facts = replace(story.log[-1][1], now=story.now, unheard=(lost,), reading=ANSWER)
    event = CustomerWrote(story.next_id(), THREAD_ID, "web", "visitor-1", story.now, "And now?")
    return decide(story.thread, event, facts)


@pytest.mark.parametrize("refused_first", [True, False])
def test_words_are_said_in_spite_of_the_pools_end(refused_first: bool) -> None:
    """A refusal before or after the resolution is listed until the customer writes again."""
    story, text = written(refused_first=refused_first)
    assert len(story.all_of(ListLapse)) == 1
    assert story.all_of(EndLapse) == []
    before = story.conversation.id
    decision = write(story.wait(DAY), text)
    said = [each for each in decision.effects if isinstance(each, SendText)]
    assert (said[0].speaker, said[0].text, said[0].agent) == ("person", text.text, "Kim")
    assert len(said) == 2
    ended = [each.conversation_id for each in decision.effects if isinstance(each, EndLapse)]
    assert ended == [before]
    current = decision.thread.conversation
    assert current is not None
    assert (current.id == before, current.unheard) == (False, ())


def test_other_texts_end_with_the_conversation() -> None:
    """Nobody needs to hear the bot's or the system's words of a conversation that is over."""
    story = with_pool()
    lose(story, 1, by_person=False)
    story.resolve()
    assert (len(story.of(EndLapse)), story.conversation.unheard_at) == (1, 0)
    lose(story, 2, by_person=False)
    assert story.of(ListLapse) == []


def test_nobody_is_listed_who_is_gone() -> None:
    """A customer who blocks us or is erased can be told nothing any more."""
    story, _ = written(refused_first=False)
    story.leave(blocked=True)
    assert len(story.of(EndLapse)) == 1
    story, _ = written(refused_first=True)
    story.play(ThreadErased(story.next_id(), THREAD_ID, story.now))
    assert len(story.of(EndLapse)) == 1
