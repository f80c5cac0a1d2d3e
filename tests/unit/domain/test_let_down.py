"""A customer who was not helped meets a person the next time, before others."""

from dataclasses import replace

import pytest
from surgeline.domain.routing import Policy
from surgeline.domain.thread import BOT, WAITING

from tests.unit.domain.laws import Ledger
from tests.unit.domain.story import ABSTAIN, ANSWER, REJECTED, THANKS, Story, with_pool

DAY = 86_400


def rejected() -> Story:
    """Return a story whose customer rejected the answer and left."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    story.customer("no, that is wrong", replace(REJECTED, candidates=(("refunds", "Refunds"),)))
    story.leave()
    return story


def lawful(story: Story) -> None:
    """Hold all that was decided to the laws."""
    ledger, thread = Ledger(), Story().thread
    for event, _, decision in story.log:
        ledger.add(thread, event, decision)
        thread = decision.thread


@pytest.mark.parametrize("reading", [ANSWER, ABSTAIN])
def test_rejected_answers_bring_a_person_the_next_time(reading) -> None:  # noqa: ANN001 # a reading
    """The same matter, or one that nothing answers, goes to people with a higher priority."""
    story = rejected()
    story.wait(DAY).customer("can I return this?", reading)
    assert (story.owner, story.handoff.reason, story.handoff.priority) == (WAITING, "let_down", 3)
    assert "did not help (rejected)" in story.last.explanation.why
    lawful(story)


def test_another_matter_is_the_bots() -> None:
    """A sure answer of another article is given, and a courtesy asks for nobody."""
    story = rejected()
    story.wait(60).customer("thank you", THANKS)
    assert story.owner == BOT
    story.wait(60).customer("when are you open?", replace(ANSWER, article_id="hours"))
    assert story.texts == ["Within 30 days."]
    lawful(story)


def test_after_some_days_the_bot_answers_again() -> None:
    """A company says how long, and may switch it off."""
    story = rejected()
    story.wait(8 * DAY).customer("can I return this?", ANSWER)
    assert story.owner == BOT
    off = rejected()
    off.policy = Policy(let_down_days=0)
    off.wait(DAY).customer("can I return this?", ANSWER)
    assert off.owner == BOT


def test_a_person_who_solved_it_ends_it() -> None:
    """The next time begins with the bot again."""
    story = rejected()
    story.wait(DAY).customer("can I return this?", ANSWER)
    story.wait(5).accept()
    story.agent()
    story.resolve("solved")
    assert story.thread.let_down is None
    story.wait(DAY).customer("can I return this?", ANSWER)
    assert story.owner == BOT
    lawful(story)


def test_an_answer_that_helped_lets_nobody_down() -> None:
    """Whoever leaves after an answer, or after a person wrote, is not noted."""
    story = Story()
    story.customer("can I return this?", ANSWER)
    story.leave()
    assert story.thread.let_down is None
    spoke = with_pool()
    spoke.agent()
    spoke.leave()
    assert spoke.thread.let_down is None
