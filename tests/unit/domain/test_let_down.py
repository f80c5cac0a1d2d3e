"""A customer who was not helped meets a person the next time, before others."""

from dataclasses import replace

import pytest
from surgeline.domain.customers.known import surveyed_key
from surgeline.domain.effects import LinkThread
from surgeline.domain.events import ThreadErased
from surgeline.domain.routing import Policy
from surgeline.domain.thread import BOT, WAITING, LetDown

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


def test_another_channel_of_a_proven_customer_finds_a_let_down() -> None:
    """The thread is found by the names that its channel proved, for as long as it counts."""
    story = Story(elsewhere=(("c-mail",), None))
    story.customer("can I return this?", ANSWER)
    story.customer("no, that is wrong", REJECTED)
    story.leave()
    [link] = story.of(LinkThread)
    assert (link.customer_key, link.expires_at) == ("c-mail", story.now + 7 * DAY * 1000)
    story.wait(60).play(ThreadErased("e-erase", story.thread.id, story.now, "web"))
    unlinked = {each.customer_key for each in story.of(LinkThread)}
    assert unlinked == {"c-mail", surveyed_key("c-mail")}
    assert story.thread.proven == ()
    off = Story(elsewhere=(("c-mail",), None), policy=Policy(let_down_days=0))
    off.customer("can I return this?", ANSWER)
    off.customer("no, that is wrong", REJECTED)
    off.leave()
    assert off.of(LinkThread) == []


def test_who_was_let_down_elsewhere_meets_a_person_until_one_has_solved_it() -> None:
    """The matter of the other channel counts here as one of this channel does."""
    elsewhere = LetDown(Story().now, "rejected", ("returns",))
    story = Story(elsewhere=(("c-mail",), elsewhere))
    story.wait(60).customer("when are you open?", replace(ANSWER, article_id="hours"))
    assert story.owner == BOT
    story.wait(60).customer("can I return this?", replace(ANSWER, article_id="returns"))
    assert (story.owner, story.handoff.reason) == (WAITING, "let_down")
    story.wait(5).accept()
    story.agent()
    story.resolve("solved")
    story.wait(DAY).customer("can I return this?", replace(ANSWER, article_id="returns"))
    assert story.owner == BOT, "what was solved here is over, though the other thread knows nothing"
    again = replace(elsewhere, at=story.now)
    story.leave()
    story.elsewhere = ("c-mail",), again
    story.wait(60).customer("can I return this?", replace(ANSWER, article_id="returns"))
    assert story.handoff.reason == "let_down"
    lawful(story)
