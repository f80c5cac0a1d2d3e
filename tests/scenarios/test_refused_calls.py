"""Nothing is lost or repeated when a queue refuses for a moment to bury, hold or take.

The real handlers over the embedded engine, on a clock of our own.
"""

from collections.abc import Iterator

import pytest
from surgeline.application.ports.queues import Outgoing

from tests.scenarios.actors import Outside
from tests.scenarios.invariants import after_draining
from tests.scenarios.script import outside

HEADSTART_MS = 10_000
"""A first reply is promised within ten seconds, also when a queue refuses once."""


@pytest.fixture
def out() -> Iterator[Outside]:
    """Yield a fresh world with everybody outside of it."""
    with outside() as fresh:
        yield fresh


def shown(out: Outside) -> list[str]:
    """Return the texts that reached any customer's screen, repeats too."""
    return [seen.data["message"]["text"] for screen in out.screens.values() for seen in screen]


@pytest.mark.parametrize("refused", ["deliveries.bury", "deliveries.hold"])
def test_i1_i6_a_refused_bury_or_hold_repeats_no_reply(out: Outside, refused: str) -> None:
    """Each of ten replies beside poison is sent once while the poison cannot be set aside or
    held.
    """
    senders = [f"c{number}" for number in range(9)]
    out.world.queue("deliveries").send([Outgoing("poison", group="p", dedup_id="p")])
    for sender in senders:
        out.write(sender, f"question of {sender}")
    while out.world.work("events"):
        pass
    out.world.gate.closed.add(refused)
    out.world.work("deliveries")
    out.world.clock.at += 3_600_000
    out.world.gate.closed.clear()
    out.world.drain(out.retry)
    assert sorted(shown(out)) == [f"answer to question of {sender}" for sender in senders]
    assert len(out.world.home.dead_letters().list()) == 1
    after_draining(out)


def test_i1_a_hold_that_is_refused_loses_no_retry(out: Outside) -> None:
    """A reply waits out its visibility and then arrives when the channel is down and its hold
    refused.
    """
    out.channel_mood = "broken"
    out.write("ann", "where is it")
    out.write("bob", "how long")
    while out.world.work("events"):
        pass
    out.world.gate.closed.add("deliveries.hold")
    out.world.work("deliveries")
    out.world.gate.closed.clear()
    out.channel_mood = "ok"
    out.world.drain(out.retry)
    assert sorted(shown(out)) == ["answer to how long", "answer to where is it"]
    after_draining(out)


def test_a_refused_send_of_replies_delays_them_by_a_second(out: Outside) -> None:
    """Every reply goes out once within seconds when the deliveries queue refuses one batch."""
    senders = ["ann", "bob", "cid"]
    for sender in senders:
        out.write(sender, f"question of {sender}")
    began = out.world.clock.at
    out.world.gate.closed.add("deliveries.send")
    out.world.work("events")
    out.world.gate.closed.clear()
    out.world.settle(patience_seconds=10)
    assert sorted(shown(out)) == [f"answer to question of {sender}" for sender in senders]
    assert out.world.clock.at - began < HEADSTART_MS
    after_draining(out)


def test_i1_a_queue_that_refuses_for_an_hour_loses_nothing(out: Outside) -> None:
    """Events wait during an outage of the deliveries queue, and none becomes a dead letter."""
    out.world.gate.closed.add("deliveries.send")
    out.write("ann", "where is it")
    out.world.settle(patience_seconds=3_600)
    assert out.world.home.dead_letters().list() == []
    out.world.gate.closed.clear()
    out.world.drain(out.retry)
    assert shown(out) == ["answer to where is it"]
    after_draining(out)
