"""A kept request ends at the time that was stated, whatever pools do."""

from dataclasses import asdict, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.domain.effects import StartTimer
from surgeline.domain.routing import Policy, Step, Trigger
from surgeline.domain.thread import WAITING

from tests.often import often
from tests.unit.domain.kept import DAYS, FULL, HOUR, SEATED, kept, open_, shut
from tests.unit.domain.laws import Ledger
from tests.unit.domain.story import PERSON, SOUTH, Story


def test_an_offer_that_outlasts_the_request_ends_it() -> None:
    """A pool that is asked in the last seconds and does not come is the last one that is asked."""
    story = open_(kept(), FULL)
    story.now = story.handoff.kept_until - 5_000
    story.pools = (SEATED,)
    story.freed()
    story.deadline()
    assert story.now > Story().now + DAYS
    assert (story.handoff.state, story.texts) == ("expired", ["<kept_expired>"])


DESK = replace(SEATED, sat_at=Story().now + 2 * HOUR)
"""Its people say for two hours that they are there, and nobody is when it is asked."""
WORLDS = st.sampled_from(
    (
        (SEATED,),
        (FULL,),
        (replace(FULL, promised=True), SOUTH),
        (replace(SEATED, closed="paused"),),
        (shut(),),
        (shut(), replace(SOUTH, languages=("ko",))),
        (shut(SOUTH, 1), FULL),
        (DESK,),
        (DESK, shut(SOUTH)),
        (),
    )
)
POLICIES = st.sampled_from(
    (
        Policy(),
        Policy((Step(("north",), seconds=60), Step(("south",), seconds=30)), keep_seconds=7_200),
        Policy((Step(at_once=2), Step(only_if=Trigger(waited_seconds=90)))),
    )
)


@settings(max_examples=often(25, 100))
@given(st.lists(WORLDS, min_size=1, max_size=12), POLICIES)
def test_whatever_pools_do_a_request_ends(worlds: list, policy: Policy) -> None:
    """I7 I9: timers alone end every request at the time that was stated, and offer nothing then."""
    story = Story(pools=worlds[0], policy=policy)
    ledger = Ledger()
    before = story.thread
    story.customer("a person", PERSON)
    steps, until = 0, 0
    while story.conversation.is_kept or story.owner == WAITING:
        ledger.add(before, story.log[-1][0], story.log[-1][2])
        before = story.thread
        story.pools = worlds[steps % len(worlds)]
        until = story.handoff.kept_until
        if ring := bool(story.handoff.offers):
            empty = {each.id for each in story.pools if each.sat_at}
            gone = next((each for each in story.handoff.offers if each.pool_id in empty), None)
            if gone:
                story.decline(gone, nobody_there=True)
            else:
                story.fire(_newest(story, subject=story.offer.offer_id))
        else:
            story.fire(_newest(story, due_at=story.handoff.look_at))
            assert not (until and story.handoff.offers and story.now >= until), "it is over"
        steps += 1
        assert steps < 3_000, "it never ends"
    assert story.handoff.state in ("expired", "failed")
    if story.handoff.state == "expired":
        assert ring or story.now == until
    ends = story.log[0][1].now + 8 * HOUR + DAYS
    assert story.now <= ends + 60_000


def _newest(story: Story, **fields: str | int) -> StartTimer:
    """Return the newest timer with such fields, without a look at all the older ones."""
    started = (each for _, _, done in reversed(story.log) for each in done.effects)
    return next(
        each
        for each in started
        if isinstance(each, StartTimer) and fields.items() <= asdict(each).items()
    )
