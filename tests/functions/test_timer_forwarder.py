"""The timer forwarder hands due timers to their thread and sends longer ones round again."""

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
    from surgeline.application.ports.queues import Outgoing

    stage.clock.advance(-10)
    timers.send([Outgoing(message.body)])
    stage.step("timers")
    assert timers.depth().delayed >= 1
    assert stage.backend.queue("events").depth().visible == 0


def test_rubbish_is_buried(stage: Stage) -> None:
    """A message that is no timer is set aside at once."""
    from surgeline.application.ports.queues import Outgoing

    stage.backend.queue("timers").send([Outgoing("not json")])
    stage.drain("timers")
    assert len(stage.backend.dead_letters().list()) == 1
