"""The timer forwarder hands due timers to their thread and sends longer ones round again."""

from surgeline.adapters.codec import encode_event
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import TimerFired

from tests.functions.stage import Stage


def test_a_timer_goes_round_until_it_is_due(stage: Stage) -> None:
    """A deadline beyond what a queue can delay is forwarded at its time and not before."""
    pool = {"id": "vendor", "kind": "outsourced", "url": "http://127.0.0.1:9/", "ring_seconds": 900}
    stage.configure(pools=[pool])
    stage.clock.advance(6)
    stage.write("I want to talk to a person")
    stage.drain("events")
    stage.clock.advance(899)
    stage.drain("timers", "events")
    assert stage.thread().conversation.owner.kind == "waiting"
    stage.clock.advance(2)
    stage.drain("timers", "events")
    assert stage.thread().conversation.handoff.state == "kept"


def test_an_early_timer_waits_for_the_rest(stage: Stage) -> None:
    """A timer that the queue gives too early is sent again with what is left of its wait."""
    stage.write("I want to talk to a person")
    stage.drain("events")
    timers = stage.backend.queue("timers")
    stage.clock.advance(30)
    [message] = timers.receive(1, visibility_seconds=0)
    stage.clock.advance(-10)
    timers.send([Outgoing(message.body)])
    stage.step("timers")
    assert timers.depth().delayed >= 1
    assert stage.backend.queue("events").depth().visible == 0


def test_a_timer_of_the_next_days_waits_in_a_book(stage: Stage) -> None:
    """It goes no rounds, and a minute before its time brings it back for the second."""
    now, due_in = stage.clock.now(), 3 * 86_400
    due_at = now + due_in * 1000
    fired = TimerFired("e1", "t1", due_at, "promise_due", "t1-1", "t1-1", 1, due_at)
    timers, events = stage.backend.queue("timers"), stage.backend.queue("events")
    timers.send([Outgoing(encode_event(fired))])
    stage.drain("timers")
    assert (timers.depth().delayed, timers.depth().visible) == (0, 0)
    stage.clock.advance(due_in - 600)
    stage.call("minute", {"time": "2026-03-01T12:01:00Z"})
    stage.drain("timers")
    assert (timers.depth().delayed, events.depth().visible) == (1, 0)
    stage.clock.advance(599)
    stage.drain("timers")
    assert events.depth().visible == 0
    stage.clock.advance(1)
    stage.drain("timers")
    assert events.depth().visible == 1


def test_rubbish_is_buried(stage: Stage) -> None:
    """A message that is no timer is set aside at once."""
    stage.backend.queue("timers").send([Outgoing("not json")])
    stage.drain("timers")
    assert len(stage.backend.dead_letters().list()) == 1
