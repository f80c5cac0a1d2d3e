"""A channel that takes nothing for hours: each reply behind it is tried by its own schedule.

The real handlers over the embedded engine, on a clock of our own.
"""

from collections.abc import Iterator

import pytest
from surgeline.application.deliveries.retries import CHANNEL_RETRIES
from surgeline.application.ports.deliveries import DeliveryQuery

from tests.scenarios.actors import Outside
from tests.scenarios.invariants import after_draining, buried_ids
from tests.scenarios.script import outside
from tests.scenarios.world import CHANNEL, NOW

REPLIES = 40
TRIES = len(CHANNEL_RETRIES) + 1


@pytest.fixture
def out() -> Iterator[Outside]:
    """Yield a fresh world with everybody outside of it."""
    with outside() as fresh:
        yield fresh


def test_i7_every_reply_behind_a_dead_channel_is_tried_and_has_its_end(out: Outside) -> None:
    """Each of forty replies of one thread is a dead letter only after its whole schedule."""
    out.channel_mood = "broken"
    for number in range(REPLIES):
        out.write("ann", f"question {number}")
        out.world.clock.at += 1_000
        while out.world.work("events"):
            pass
    out.world.drain(out.retry)
    log = out.world.home.delivery_log()
    logged = log.list(
        DeliveryQuery(target=f"channel:{CHANNEL}", since=NOW, until=out.world.clock.at, limit=1_000)
    )
    assert {(each.end, len(each.attempts)) for each in logged} == {("failed", TRIES)}
    letters = out.world.home.dead_letters().list(limit=1_000)
    assert len(letters) == len(logged) == REPLIES
    assert {letter.receive_count for letter in letters} == {0}, "a queue moved them by itself"
    buried = buried_ids(out)
    out.channel_mood = "ok"
    assert out.world.redrive() == REPLIES
    out.world.drain(out.retry)
    [screen] = out.screens.values()
    assert [each.data["message"]["text"] for each in screen] == [
        f"answer to question {number}" for number in range(REPLIES)
    ]
    after_draining(out, buried=buried)
