"""The records that reports read: what is kept of a conversation, and when."""

from collections.abc import Callable

import pytest
from surgeline.domain.account import ARTICLES_KEPT, POOLS_KEPT, STAYS_KEPT, Account, Asked, Stay
from surgeline.domain.effects import RecordOpened, RecordOutcome
from surgeline.domain.events import ThreadErased, UsedSuggestion
from surgeline.domain.outcome import Outcome, PoolReport, outcome_key
from surgeline.domain.reading import Offered, Rejected

from tests.unit.domain.story import (
    ANSWER,
    START,
    Story,
    closed,
    closed_by_leaving,
    waiting,
    with_bot,
    with_pool,
)


def outcome(story: Story) -> Outcome:
    """Return the only end that the last event put on record."""
    [effect] = story.of(RecordOutcome)
    return effect.outcome


def account(story: Story) -> Account:
    """Return the account of the current conversation."""
    assert story.conversation.account is not None
    return story.conversation.account


def test_a_conversation_is_put_on_record_once_when_it_opens() -> None:
    """A conversation's first message records channel, language and time, and later ones nothing."""
    story = with_bot()
    [effect] = story.of(RecordOpened)
    opened = effect.opened
    assert (opened.channel_id, opened.opened_at, opened.at, opened.part) == ("web", START, START, 0)
    assert opened.conversation_id == story.conversation.id
    assert opened.customer == story.thread.id
    story.customer("and on Sunday?", ANSWER)
    assert story.all_of(RecordOpened) == [effect]


def test_a_resolved_conversation_says_who_had_it_and_when() -> None:
    """A resolved conversation's end has the times of its steps and the pool's own code."""
    story = closed()
    end = outcome(story)
    assert (end.ended_by, end.outcome, end.resolution) == ("pool", "solved", "assumed")
    assert (end.reason, end.opened_at, end.at) == ("customer_asked", START, START + 65_000)
    assert end.account == Account(
        first_reply_at=START + 5_000,
        asked_at=START,
        joined_at=START + 5_000,
        first_person_at=START + 5_000,
        handoffs=1,
        pools=("north",),
        stays=(Stay("north", START + 5_000, "Kim", until=START + 65_000, end="pool"),),
        asked=(Asked("north", accepted=1),),
    )


def test_what_a_pool_did_not_solve_has_no_resolution() -> None:
    """An unsolved conversation's code stands as it is, for the report to judge."""
    story = with_pool()
    story.resolve("unsolved")
    assert (outcome(story).outcome, outcome(story).resolution) == ("unsolved", None)


def test_a_customer_who_leaves_ends_it() -> None:
    """The bot's answer is named."""
    end = outcome(closed_by_leaving())
    assert (end.ended_by, end.outcome, end.reason) == ("customer", None, None)
    assert end.account == Account(first_reply_at=START, answered=("returns",))


def test_a_conversation_that_just_stopped_ends_when_the_next_one_begins() -> None:
    """A conversation that just stopped ends when the customer's next question supersedes it."""
    story = with_bot()
    before = story.conversation
    story.wait(90_000).customer("another thing", ANSWER)
    end = outcome(story)
    assert (end.conversation_id, end.ended_by) == (before.id, "superseded")
    assert (end.last_customer_at, end.at) == (START, story.now)
    [effect] = story.of(RecordOpened)
    assert effect.opened.conversation_id == story.conversation.id != before.id


def test_a_conversation_that_is_taken_up_again_says_so() -> None:
    """A conversation taken up again has a next part, and its first end stands as it was."""
    story = closed()
    story.wait(60).customer("it broke again")
    [effect] = story.of(RecordOpened)
    assert (effect.opened.part, effect.opened.opened_at) == (1, START)
    assert effect.opened.at == story.now
    story.wait(5).accept()
    story.resolve()
    end = outcome(story)
    assert (end.part, end.conversation_id) == (1, effect.opened.conversation_id)
    assert end.account is not None
    assert (end.account.reopened, end.account.handoffs, end.account.pools) == (1, 2, ("north",))
    assert [each.outcome.part for each in story.all_of(RecordOutcome)] == [0, 1]


def test_articles_that_were_offered_and_rejected_are_counted() -> None:
    """Choices count as offered; a rejection counts each time."""
    story = Story()
    offered = (("returns", "Returns"), ("opening", "Opening"))
    story.customer("sunday?", Offered(why="two", candidates=offered))
    story.customer("no", Rejected(why="not it", candidates=(("parking", "Parking"),)))
    assert account(story).offered == ("returns", "opening", "parking")
    assert account(story).rejections == 1
    story.leave()
    assert outcome(story).rejected == ("returns", "opening")


def test_a_transfer_is_counted() -> None:
    """Both pools are named in their order."""
    story = with_pool()
    story.transfer("south")
    story.accept()
    assert (account(story).transfers, account(story).pools) == (1, ("north", "south"))


def test_a_system_text_is_no_reply() -> None:
    """A customer who is told to wait was not answered yet."""
    assert account(waiting()).first_reply_at is None


def test_an_account_stays_small() -> None:
    """However long a conversation is, it names a few articles and pools."""
    kept = Account()
    for number in range(100):
        kept = kept.joined(f"p{number}", START).replied(
            START, by_person=False, answered=f"a{number}", offered=(f"o{number}",)
        )
    assert (len(kept.answered), len(kept.offered)) == (ARTICLES_KEPT, ARTICLES_KEPT)
    assert len(kept.pools) == POOLS_KEPT


@pytest.mark.parametrize("story", [with_bot, waiting, with_pool])
def test_an_erased_conversation_ends_without_a_trace(story: Callable[[], Story]) -> None:
    """Of the end of an open conversation only time, channel and place are told."""
    played = story()
    played.play(ThreadErased("e-erase", played.thread.id, played.now))
    end = outcome(played)
    assert (end.ended_by, end.account, end.language, end.rejected) == ("erased", None, None, ())
    assert end.forgotten().conversation_id == ""
    assert played.conversation.account is None


def test_a_conversation_of_the_first_release_is_not_on_record() -> None:
    """A conversation of the first release gets no made-up opening or end."""
    story = with_bot()
    conversation = story.conversation
    old = type(conversation)(conversation.id, 1, START, 1, last_customer_at=START)
    story.thread = type(story.thread)(
        story.thread.id, "web", "visitor-1", seq=story.thread.seq, conversation=old
    )
    story.customer("hello", ANSWER)
    story.leave()
    assert story.of(RecordOutcome) == []
    assert story.conversation.ended_by == "customer"


def test_the_key_of_a_conversation_does_not_show_its_id() -> None:
    """A conversation's key is the same each time, is its own, and does not show its id."""
    assert outcome_key("t1-1") == outcome_key("t1-1") != outcome_key("t1-2")
    assert "t1-1" not in outcome_key("t1-1")


def test_each_pool_s_stay_says_who_had_it_how_long_and_how_it_lost_it() -> None:
    """A transfer names its pool and the pool's one word for it; sentences are not kept."""
    story = with_pool()
    story.agent(agent="Kim")
    story.wait(30).transfer("south", "escalation")
    story.accept(agent="Lee")
    story.transfer(None, "Ann Onymous is angry")
    left, second = account(story).stays
    assert (left.pool_id, left.agent, left.end) == ("north", "Kim", "transferred")
    assert (left.to, left.why) == ("south", "escalation")
    assert left.until is not None
    assert left.until - left.since >= 30_000
    assert (second.pool_id, second.agent, second.to, second.why) == ("south", "Lee", None, None)


def test_answers_of_pools_to_offers_are_counted() -> None:
    """A declined offer and one that timed out belong to the pools that were asked."""
    story = waiting()
    story.decline()
    story.deadline()
    assert account(story).asked == (Asked("north", declined=1), Asked("south", timed_out=1))


def test_a_pool_reports_what_it_did_and_what_that_was_worth() -> None:
    """The code, the value and whether there was a summary stand with the end, without its text."""
    story = with_pool()
    story.resolve("solved", resolution_code="refund_sent", value=12.5, value_kind="saved")
    assert outcome(story).pool == PoolReport(code="refund_sent", value=12.5, value_kind="saved")
    story = with_pool()
    story.resolve(summary="Ann wants her money back")
    assert outcome(story).pool == PoolReport(has_summary=True)


def test_a_pool_reports_what_its_person_made_of_each_suggestion() -> None:
    """The articles that were used, edited and skipped stand with the end, as labels."""
    made = (UsedSuggestion("en-returns", "edited"), UsedSuggestion("en-hours", "skipped"))
    story = with_pool()
    story.resolve(suggestions=made)  # type: ignore[arg-type] # a builder
    assert outcome(story).pool == PoolReport(suggestions=made)


def test_the_first_message_says_where_the_customer_came_from() -> None:
    """Addresses are kept without what follows them, which may name a person."""
    story = Story()
    page = "https://shop.example/returns?order=4711#ann"
    story.customer("hello", ANSWER, customer={"page": page, "referrer": 7})
    story.customer("again", ANSWER, customer={"page": "https://shop.example/later"})
    assert account(story).page == "https://shop.example/returns"
    assert account(story).referrer is None


def test_stays_are_bounded() -> None:
    """Only the first stays are kept, and an end belongs to a stay that goes on."""
    account = Account()
    for number in range(STAYS_KEPT + 3):
        account = account.joined(f"pool-{number}", number).left(f"pool-{number}", number, "pool")
    assert len(account.stays) == STAYS_KEPT
    assert account.left("pool-9", 5, "customer") == account
