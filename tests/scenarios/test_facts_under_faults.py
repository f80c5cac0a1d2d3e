"""An end that a pool does not hear at once, with a fault at every call on its way there."""

from functools import cache

import pytest
from surgeline.application.deliveries.retries import END_NOTICE_RETRIES
from surgeline.application.ports.deliveries import DeliveryQuery

from tests.scenarios.actors import Outside
from tests.scenarios.gates import Fault
from tests.scenarios.invariants import after_draining, buried_ids
from tests.scenarios.script import outside

END = "handoff.withdrawn"


def offer_runs_out(out: Outside, fault: Fault | None = None, at_call: int = 0) -> int:
    """Let Ann's offer run out while the pool's endpoint is broken, and count the calls."""
    out.write("ann", "person please")
    out.world.settle()
    out.pools["north"].mood = "broken"
    before = out.world.gate.count
    if fault:
        out.world.gate.order(fault, at_call=at_call)
    for seconds in (31, 4, 16):
        out.world.clock.at += seconds * 1000
        out.world.settle()
    out.pools["north"].mood = "receipt"
    out.world.drain(out.retry)
    return out.world.gate.count - before


def ends_heard(out: Outside) -> list[str]:
    """Return the ids under which the pool heard of the end."""
    return [seen.delivery_id for seen in out.pools["north"].inbox if seen.event == END]


@cache
def calls() -> int:
    """Count the calls of the same story without a fault, where the pool hears of the end once."""
    with outside(keep_seconds=0, ring_seconds=30) as out:
        count = offer_runs_out(out)
        assert len(ends_heard(out)) == 1
        return count


@pytest.mark.parametrize("fault", ["before", "after", "lost"])
def test_an_end_is_heard_whatever_fails_on_its_way(fault: Fault) -> None:
    """I1 I6 F24: a fact is delivered under one id, with no leftover in a queue and no dead
    letter.
    """
    for call in range(1, calls() + 1):
        with outside(keep_seconds=0, ring_seconds=30, quick_restarts=call % 2 == 0) as out:
            offer_runs_out(out, fault, call)
            after_draining(out)
            assert len(set(ends_heard(out))) == 1, f"{fault} at call {call}"
            assert buried_ids(out) == set(), f"{fault} at call {call}"


def test_a_pool_that_never_hears_leaves_one_dead_letter() -> None:
    """I7 I13: a fact ends after as many tries as a day has, and no other thread has waited for
    it.
    """
    with outside(keep_seconds=0, ring_seconds=30) as out:
        out.write("ann", "person please")
        out.world.settle()
        out.pools["north"].mood = "broken"
        out.world.drain(out.retry)
        [end] = [
            e
            for e in out.world.home.delivery_log().list(
                DeliveryQuery(target="pool:north", since=0, until=2**42)
            )
            if e.event == END
        ]
        assert (end.end, end.attempts[-1].number) == ("failed", len(END_NOTICE_RETRIES) + 1)
        assert buried_ids(out) == {end.place.id}
        after_draining(out, buried=frozenset(buried_ids(out)))
