"""Kept requests look one after the other, so that ten thousand of them hold nobody up."""

from dataclasses import replace

import pytest

from tests.unit.domain.kept import FULL, HOUR, SEATED, kept, open_
from tests.unit.domain.story import PERSON, SOUTH, Story


def test_those_behind_the_first_in_line_look_after_the_opening_one_by_one() -> None:
    """Ten thousand requests do not look at the second at which two pools with five seats open."""
    opens = Story().now + HOUR // 2
    north = replace(SEATED, limit=2, free=2, full=True, promised=True, ahead=4)
    south = replace(SOUTH, limit=3, free=3)
    late = []
    for ahead in (4, *range(5, 25)):
        pools = [
            replace(each, closed="outside its hours", opens_at=opens, full=True, ahead=ahead)
            for each in (north, south)
        ]
        story = Story(pools=tuple(pools), thread=replace(Story().thread, id=f"t{ahead}"))
        story.customer("a person", PERSON)
        late.append(story.handoff.look_at - opens)
    first, *others = late
    assert first == 0
    assert all(0 < each < 900_000 for each in others)
    assert len(set(others)) == len(others)


@pytest.mark.parametrize(("ahead", "minutes"), [(99, 15), (100, 60), (1_000, 60)])
def test_who_is_far_back_in_line_looks_seldom(ahead: int, minutes: int) -> None:
    """A seat that comes free wakes the first in line, so nobody behind needs to look for it."""
    story = open_(kept(), replace(FULL, waits_ahead=ahead))
    assert story.handoff.look_at - story.now == minutes * 60_000
