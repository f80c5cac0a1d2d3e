"""F39: a pool's numbered events take effect in order, and a gap is passed over after a wait."""

from surgeline.domain.effects import SendText, StartTimer
from surgeline.domain.ownership import MISSING_LIMIT

from tests.unit.domain.story import Story, with_pool


def said(story: Story) -> list[tuple[str, bool]]:
    """Return a person's words of the last event, and whether they are marked."""
    return [
        (each.text, each.out_of_order) for each in story.of(SendText) if each.speaker == "person"
    ]


def gap_over(story: Story) -> None:
    """Play that the last gap's time is up."""
    [*_, timer] = [each for each in story.all_of(StartTimer) if each.kind == "message_gap"]
    story.fire(timer)


def test_f39_three_one_two_are_said_as_one_two_three() -> None:
    """F39: a pool's events are applied by seq, whatever order they came in."""
    story = with_pool()
    heard = []
    for seq in (3, 1, 2):
        story.agent(f"part {seq}", seq=seq)
        heard += said(story)
    assert heard == [("part 1", False), ("part 2", False), ("part 3", False)]


def test_f39_a_gap_waits_so_long_and_then_goes_out_marked() -> None:
    """F39: held messages are delivered with a mark after `gap_seconds`, and so is the late one."""
    story = with_pool()
    story.agent("two", seq=2)
    story.agent("three", seq=3)
    assert said(story) == []
    gap_over(story)
    assert story.now == story.all_of(StartTimer)[-1].due_at
    assert said(story) == [("two", True), ("three", False)]
    story.agent("one", seq=1)
    assert said(story) == [("one", True)]
    story.agent("one", seq=1)
    assert said(story) == []


def test_f39_a_gap_that_was_filled_needs_no_timer() -> None:
    """A timer that fires after the gap was filled changes nothing."""
    story = with_pool()
    story.agent("two", seq=2)
    story.agent("one", seq=1)
    gap_over(story)
    assert story.last.explanation.decision == "ignore"


def test_f39_every_later_gap_has_a_timer_of_its_own() -> None:
    """F39: each of two gaps has a timer of its own."""
    story = with_pool()
    for seq in (3, 5, 1):
        story.agent(f"{seq}", seq=seq)
    gap_over(story)
    assert said(story) == [("3", True)]
    gap_over(story)
    assert said(story) == [("5", True)]


def test_f39_a_resolution_waits_for_the_words_before_it() -> None:
    """The end that overtook the last message comes after it."""
    story = with_pool()
    story.resolve(seq=2)
    assert story.conversation.is_open
    story.agent("goodbye", seq=1)
    assert said(story) == [("goodbye", False)]
    assert not story.conversation.is_open


def test_f39_the_same_number_again_is_a_repeat() -> None:
    """F39: an event with a used number is refused on record, even under another webhook id."""
    story = with_pool()
    story.agent("one", seq=1)
    story.agent("one", seq=1)
    assert said(story) == []
    assert story.last.explanation.decision == "refuse"


def test_f39_a_flood_ahead_of_a_gap_is_bounded() -> None:
    """I13: a gap is passed over after ten held messages."""
    story = with_pool()
    for seq in range(2, 13):
        story.agent(f"{seq}", seq=seq)
    assert [text for text, _ in said(story)] == [str(seq) for seq in range(2, 13)]
    assert story.handoff.held == ()


def test_what_is_held_is_said_before_the_conversation_is_taken_back() -> None:
    """I1: the last words of a pool that then vanished are not lost."""
    story = with_pool()
    story.agent("two", seq=2)
    story.unreachable()
    assert said(story) == [("two", True)]
    assert story.owner.kind == "waiting"


def test_numbers_begin_anew_with_every_ownership() -> None:
    """Each epoch counts its numbers from one again."""
    story = with_pool()
    story.agent("one", seq=1)
    story.unreachable()
    story.accept()
    story.agent("one again", seq=1)
    assert said(story) == [("one again", False)]


def test_f39_a_number_that_is_held_is_held_once() -> None:
    """A repeat of held words, under another webhook id, is refused and never said twice."""
    story = with_pool()
    story.agent("two", seq=2)
    story.agent("two", seq=2)
    assert story.last.explanation.decision == "refuse"
    story.agent("one", seq=1)
    assert said(story) == [("one", False), ("two", False)]
    assert story.handoff.held == ()


def test_f39_the_timer_of_an_earlier_gap_ends_no_later_one() -> None:
    """Words that wait for another number now have the whole time for it."""
    story = with_pool()
    story.agent("three", seq=3)
    [timer] = [each for each in story.all_of(StartTimer) if each.kind == "message_gap"]
    story.agent("one", seq=1)
    story.fire(timer)
    assert story.last.explanation.decision == "ignore"
    assert said(story) == []
    story.agent("two", seq=2)
    assert said(story) == [("two", False), ("three", False)]


def test_f39_only_the_newest_missing_numbers_may_still_come() -> None:
    """I13: however many gaps there were, a bounded number of late events is waited for."""
    story = with_pool()
    for seq in (50, 100, 150):
        story.agent(f"{seq}", seq=seq)
        gap_over(story)
    assert story.handoff.missing == tuple(range(150 - MISSING_LIMIT, 150))
    story.agent("too late", seq=60)
    assert said(story) == []
