"""What came of a chosen time or place is on record, and it may be changed until it has come."""

from dataclasses import replace

from surgeline.domain.company.stages import WaitingSettings
from surgeline.domain.effects import OfferToPool, StartTimer

from tests.unit.domain.story import Story
from tests.unit.domain.test_callbacks import (
    HOUR,
    SEATED,
    kept,
    lawful,
    look,
    missed,
    scheduled,
    wish,
)


def outcomes(story: Story) -> list[tuple[str, str | None]]:
    """Return by which way and with which end each chosen time is on record."""
    account = story.conversation.account
    assert account is not None
    return [(each.by, each.end) for each in account.callbacks]


def phoned() -> tuple[Story, int]:
    """Return a story whose customer left a number and chose a time, and the end of that time."""
    story = kept()
    story.windows = ((story.now + 20 * HOUR, story.now + 23 * HOUR),)
    wish(story, "address", by="phone", address="+33612345678")
    wish(story, "window")
    assert story.handoff.callback is not None
    return story, story.handoff.callback.until


def test_another_of_the_times_may_be_chosen_afterwards() -> None:
    """The first choice is on record as changed, and the look of its time does nothing."""
    story = kept()
    story.windows = tuple((story.now + n * HOUR, story.now + (n + 1) * HOUR) for n in (1, 5))
    wish(story, "later")
    wish(story, "window")
    first = story.all_of(StartTimer)[-1]
    story.wait(60)
    wish(story, "window", number=1)
    assert story.handoff.look_at == story.windows[1][0]
    assert outcomes(story) == [("channel", "changed"), ("channel", None)]
    story.pools = (SEATED,)
    story.fire(first)
    assert story.of(OfferToPool) == []
    wish(story, "withdraw")
    assert outcomes(story)[-1] == ("channel", "withdrawn")
    lawful(story)


def test_whoever_would_rather_wait_here_gives_the_chosen_time_up() -> None:
    """Pools are asked at once, and nobody is called at an address that was left before."""
    story, _ = phoned()
    story.pools = (SEATED,)
    wish(story, "wait")
    [offer] = story.of(OfferToPool)
    assert (offer.callback, outcomes(story)[-1][1]) == (None, "changed")
    lawful(story)


def test_the_end_that_was_told_comes_no_nearer_with_a_time_that_is_given_up() -> None:
    """The request is kept as long as one that never had a time, from the next opening on."""
    story = kept()
    told = story.handoff.kept_until
    scheduled(story)
    assert story.handoff.kept_until < told
    wish(story, "wait")
    assert story.handoff.kept_until == told
    lawful(story)


def test_whoever_calls_the_customer_may_be_silent_here() -> None:
    """The chosen time and then the time for an answer pass before another pool is asked."""
    story, until = phoned()
    story.pools = (SEATED,)
    look(story)
    story.wait(5).accept()
    [watch] = [each for each in story.all_of(StartTimer) if each.kind == "agent_silence"]
    assert watch.due_at == until + story.rules.unanswered_seconds * 1000
    assert outcomes(story)[-1] == ("phone", "came")
    story.silence()
    assert (outcomes(story)[-1], story.texts) == (("phone", "missed"), ["<callback_missed>"])
    lawful(story)


def test_a_missed_time_stays_missed_whoever_comes_later() -> None:
    """A person who comes afterwards takes it off the lead's list, and not out of the report."""
    story = missed()
    story.pools = (SEATED,)
    look(story)
    story.wait(5).accept()
    story.agent()
    assert outcomes(story) == [("channel", "missed")]


def test_an_address_without_a_time_expires_with_its_request() -> None:
    """Nobody was free until the end that the customer was told."""
    story = kept()
    wish(story, "address", by="phone", address="+33612345678")
    while story.conversation.is_kept:
        look(story)
    assert outcomes(story) == [("phone", "expired")]
    lawful(story)


def test_no_stage_is_said_in_the_chosen_time_or_with_its_end() -> None:
    """The customer waits for that time, and hears one thing at a time."""
    story = kept()
    story.waiting = WaitingSettings()
    _, until = scheduled(story)
    story.pools = (replace(SEATED, full=True, waits_ahead=3),)
    while story.now < until:
        look(story)
        assert story.texts == (["<callback_missed>"] if story.now == until else [])
    look(story)
    assert story.texts == ["waited_long"]
