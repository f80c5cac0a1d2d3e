"""The console shows who waits for the person's pools: by place, and since when."""

import pytest
from surgeline.domain.pools import PRESENT_SECONDS

from tests.functions.stage import Stage
from tests.functions.test_console import Agent, stage

__all__ = ["stage"]
pytestmark = pytest.mark.enable_socket  # offers go out to a vendor that nobody plays


def test_the_desk_shows_who_waits_in_line(stage: Stage) -> None:
    """The one person has two conversations, so the others wait: by place, and since when."""
    ann = Agent(stage, "Ann")
    ann.be("here")
    for number in range(2):
        stage.write("I want to talk to a person", sender=f"c{number}")
        stage.drain()
        [offer] = [each for each in ann.cases() if each["state"] == "offered"]
        ann.say("handoff.accepted", offer)
        stage.drain()
    assert (ann.desk()["waiting"], ann.desk()["line"]) == (0, [])
    stage.clock.advance(60)
    stage.write("I want to talk to a person", sender="c2")
    stage.drain()
    desk = ann.desk()
    assert desk["waiting"] == 1
    assert desk["line"] == [{"place": 1, "waits_since": "2026-03-01T12:01:00.000Z"}]


def test_who_sits_down_is_offered_what_came_while_nobody_sat(stage: Stage) -> None:
    """The desk declined once, the request was kept, and it comes to the first who sits down.

    Ann's page fell silent just after Bob's had counted her, so the count says that she sits there.
    """
    ann, bob = Agent(stage, "Ann"), Agent(stage, "Bob")
    ann.be("here")
    stage.clock.advance(PRESENT_SECONDS - 1)
    bob.be("away")
    stage.clock.advance(2)
    for sender in ("c1", "c2"):
        stage.write("I want to talk to a person", sender=sender)
        stage.drain()
        assert stage.thread(sender).conversation.is_kept
    assert (ann.cases(), ann.desk()["waiting"]) == ([], 2)
    stage.clock.advance(60)
    ann.be("here")
    stage.drain()
    assert [each["state"] for each in ann.cases()] == ["offered", "offered"]
