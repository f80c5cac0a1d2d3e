"""Each minute wakes the first in line where a seat is free, though nothing else tells of it."""

from tests.functions.stage import Stage
from tests.functions.test_pools_come_and_go import ask, offers, pool

LATER = {"zone": "UTC", "week": {"sun": ["13:00-18:00"]}}
"""The stage's clock begins on a Sunday at noon."""


def minute(stage: Stage) -> None:
    """Wake the function, and let only the threads that it wakes work."""
    stage.call("minute", {"time": "2026-03-02T09:00:00Z"})
    stage.drain("events")


def asked(stage: Stage) -> list[str]:
    """Return the customers whose conversations are offered."""
    return [each for each in ("c1", "c2", "c3", "c4") if offers(stage, each)]


def test_as_many_are_woken_as_seats_are_free_in_their_order(stage: Stage) -> None:
    """At an opening two pools of two seats and one take the first three, without any timer."""
    pools = [pool(hours=LATER, seats=2), pool("south", hours=LATER, seats=1)]
    stage.backend.secrets().put("pools/south", stage.secret)
    stage.configure(pools=pools)
    stage.clock.advance(6)
    for name in ("c1", "c2", "c3", "c4"):
        ask(stage, name)
        stage.clock.advance(1)
    minute(stage)
    assert asked(stage) == [], "nobody is woken while the pools are closed"
    stage.clock.advance(3_600)
    minute(stage)
    assert asked(stage) == ["c1", "c2", "c3"]
    minute(stage)
    assert asked(stage) == ["c1", "c2", "c3"], "no seat is free"


def test_a_pool_that_is_opened_by_hand_is_offered_whoever_waits(stage: Stage) -> None:
    """A change of the configuration wakes nobody. The next minute does."""
    stage.configure(pools=[pool(seats=1, paused=True)])
    stage.clock.advance(6)
    ask(stage, "c1")
    stage.configure(pools=[pool(seats=1)])
    stage.clock.advance(6)
    stage.drain("events")
    assert offers(stage) == []
    minute(stage)
    [offer] = offers(stage)
    assert offer.pool_id == "vendor"
