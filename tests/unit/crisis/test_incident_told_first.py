"""A customer who asked before an incident began is told of it unasked: when, and when not."""

from dataclasses import replace

import pytest
from surgeline.application.configuration import ChannelSettings, Configuration
from surgeline.application.conversations.understanding.notices import with_notices
from surgeline.domain.account import Account
from surgeline.domain.brought.state import Backlog
from surgeline.domain.crisis.events import IncidentBegan
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.effects import SendText
from surgeline.domain.facts import Facts

from tests.unit.domain.story import ANSWER, PERSON, START, Story

HOUR = 3_600_000
FLOOD = Incident("i1", {"en": "The street is flooded."}, 0, START + 9 * HOUR, ("returns",))
TOLD = "The street is flooded.\n\n<notices_hint>"


def asked() -> Story:
    """Return a story whose customer asked before the incident began."""
    story = Story()
    story.customer("returns?", ANSWER)
    story.incidents = (FLOOD,)
    return story


def begins(story: Story, incident: str = "i1") -> list[str]:
    """Tell the thread that the incident began, and return what is said."""
    now, conversation = story.now, story.conversation.id
    story.play(IncidentBegan(story.next_id(), story.thread.id, now, conversation, incident))
    return [each.text for each in story.of(SendText)]


def test_the_customer_is_told_once_and_not_again_with_an_answer() -> None:
    """The text says how to get no more of its kind."""
    story = asked()
    assert begins(story) == [TOLD]
    assert begins(story) == []
    story.customer("hours?", replace(ANSWER, article_id="hours", text="9 to 18."))
    assert story.texts == ["9 to 18."]
    account = story.conversation.account
    assert account is not None
    assert (account.incidents, account.told_first) == (("i1",), ("i1",))


def test_a_customer_who_waits_is_told_too() -> None:
    """Nobody has spoken yet, so it is news."""
    story = asked()
    story.customer("a person", PERSON)
    assert begins(story) == [TOLD]


def test_nobody_is_told_beside_a_person_or_after_the_end() -> None:
    """A person says it in their own words. An end is not disturbed."""
    story = asked()
    story.customer("a person", PERSON)
    story.accept()
    assert begins(story) == []
    assert story.last.explanation.why == "a person has the conversation"
    over = asked()
    over.leave()
    assert begins(over) == []
    assert over.last.explanation.why == "the conversation is over"


def test_an_incident_that_is_over_is_not_told() -> None:
    """The event may come late."""
    story = asked()
    story.incidents = ()
    assert begins(story) == []
    assert begins(story, "i9") == []


@pytest.mark.parametrize(("late", "said"), [(-60_000, [TOLD]), (-59_999, [])])
def test_the_channel_s_time_to_write_is_kept(late: int, said: list[str]) -> None:
    """A minute is left for the send."""
    story = asked()
    story.reply_until = story.now - late
    assert begins(story) == said


def test_the_time_to_write_follows_the_kind_of_channel() -> None:
    """It counts from the customer's last message. Other channels have none."""
    story = asked()
    event = IncidentBegan("e1", story.thread.id, START, story.conversation.id, "i1")
    facts, last = Facts(START), story.conversation.last_customer_at
    for kind, until in (("whatsapp", last + 86_400_000), ("kakao", last + 60_000), ("web", None)):
        configuration = Configuration(channels=(ChannelSettings("web", kind),))
        found = with_notices(facts, story.thread, event, configuration, bytes)
        assert found.reply_until == until


def test_the_first_reply_to_an_older_queue_is_no_word_of_the_customer() -> None:
    """The time to write counts from the customer's words there, or from a newer message."""
    story = asked()
    current = replace(
        story.conversation,
        backlog=Backlog("old", START - 9, quiet=False, end="person"),
        account=Account(first_reply_at=START + 5),
    )
    event = IncidentBegan("e1", story.thread.id, START, current.id, "i1")
    configuration = Configuration(channels=(ChannelSettings("web", "kakao"),))
    for last, since in ((START + 5, START - 9), (START + 7, START + 7)):
        thread = replace(story.thread, conversation=replace(current, last_customer_at=last))
        found = with_notices(Facts(START), thread, event, configuration, bytes)
        assert found.reply_until == since + 60_000


def test_a_customer_who_wants_no_notices_gets_none() -> None:
    """The wish is heard once such a message was said, and it is confirmed."""
    story = asked()
    story.stops_notices = True
    assert begins(story) == [TOLD]
    story.customer("no notices", ANSWER)
    assert story.texts == ["<notices_stopped>"]
    story.incidents = (FLOOD, replace(FLOOD, id="i2"))
    assert begins(story, "i2") == []
    assert story.last.explanation.why == "the customer wants no news unasked"


def test_the_words_for_no_notices_are_read_after_a_notice_only() -> None:
    """Before, they are a question as any other. Case and a full stop make no difference."""
    story = asked()
    story.customer("No notices.", ANSWER)
    wrote = story.log[-1][0]
    facts = replace(Facts(START), texts={"notices_stop": "no notices"})
    assert not with_notices(facts, story.thread, wrote, Configuration(), bytes).stops_notices
    noticed = replace(story.thread, noticed_at=START)
    assert with_notices(facts, noticed, wrote, Configuration(), bytes).stops_notices
