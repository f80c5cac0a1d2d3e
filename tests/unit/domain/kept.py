"""Stories of requests that are kept, because no pool could take them."""

from dataclasses import replace

from surgeline.domain.effects import StartTimer
from surgeline.domain.reading import TakesBack

from tests.unit.domain.story import NORTH, PERSON, Story

HOUR = 3_600_000
DAYS = 3 * 24 * HOUR
SEATED = replace(NORTH, limit=1)
FULL = replace(SEATED, full=True)
TAKES_BACK = TakesBack(why="took it back", language="en")


def shut(pool=SEATED, hours: float = 8):  # noqa: ANN001, ANN201 # a pool, in the evening
    """Return the pool as it is outside its hours, which begin in so many hours."""
    opens = Story().now + round(hours * HOUR)
    return replace(pool, closed="outside its hours", opens_at=opens)


def kept(*pools) -> Story:  # noqa: ANN002 # of pools
    """Return a story where a customer asked for a person while all pools were closed."""
    story = Story(pools=pools or (shut(),))
    story.customer("a person", PERSON)
    assert story.conversation.is_kept
    return story


def look(story: Story) -> None:
    """Play that the time comes to look again."""
    [*_, timer] = [each for each in story.all_of(StartTimer) if each.kind == "kept_look"]
    story.fire(timer)


def open_(story: Story, *pools) -> Story:  # noqa: ANN002 # of pools
    """Let the night pass with its looks, and the pools open at their hour."""
    while story.handoff.look_at < Story().now + 8 * HOUR:
        look(story)
    story.pools = pools or (SEATED,)
    look(story)
    return story
