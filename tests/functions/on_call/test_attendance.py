"""Who sits at a desk is noted by the clock's minute, and the report on agents reads it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.staff_format import decode, encode
from surgeline.application.books import id_of
from surgeline.application.on_call.call_books import call_books
from surgeline.domain.on_call.call import Answer, Call

from tests.functions.signed_in import DESK
from tests.functions.stage import Stage
from tests.functions.test_console import Agent, ask_for_a_person

PATH = "/v1/admin/reports/agents"
MINUTE = 60_000
ON_CALL = {
    "address": "https://shop.example",
    "people": [{"id": "k", "name": "kim", "reach": [{"channel": "shop", "sender": "kim"}]}],
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop, whose one pool is a desk."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(pools=[DESK])
    return made


def minutes(stage: Stage, agent: Agent, count: int) -> None:
    """Let minutes pass in which the page says that the person is there."""
    for _ in range(count):
        agent.be("here")
        stage.call("minute", {"time": "2026-03-01T12:01:00Z"})
        stage.drain()
        stage.clock.advance(60)


def shift(stage: Stage) -> None:
    """Let Kim have said yes to a shift that begins now, and to a test page an hour ago."""
    stage.configure(pools=[DESK], on_call=ON_CALL)
    stage.clock.advance(10)
    now = stage.clock.now()
    yes = Answer("k", coming=True, at=now, arrives_at=now)
    kept = Call(
        id="c1", kind="shift", why="the sale", people=1, begins=now, ends=now + 300 * MINUTE,
        order=("k",), opened_at=now, opened_by="Lee", answers=(yes,),
    )  # fmt: skip
    books = call_books(stage.backend.ledger(), encode, decode)
    assert books.calls.write(f"{id_of(now)}-1", kept, after=0, now=now)
    earlier = now - 60 * MINUTE
    test = replace(kept, kind="test", answers=(replace(yes, arrives_at=earlier),))
    assert books.calls.write(f"{id_of(now)}-2", test, after=0, now=now)


def row(stage: Stage) -> dict[str, Any]:
    [found] = stage.admin("GET", PATH).json["agents"]
    one: dict[str, Any] = found
    return one


def test_the_time_at_a_desk_and_the_busy_part_are_told(stage: Stage) -> None:
    """Twenty minutes of a shift at the desk, ten of them with a customer; repeats count once."""
    shift(stage)
    stage.clock.advance(20 * 60)
    kim = Agent(stage, "Kim")
    minutes(stage, kim, 10)
    stage.call("minute", {"time": "2026-03-01T12:01:00Z"})
    ask_for_a_person(stage)
    [case] = kim.cases()
    kim.say("handoff.accepted", case)
    stage.drain()
    minutes(stage, kim, 10)
    found = row(stage)
    assert (found["agent"], found["conversations"]) == ("Kim", 1)
    assert found["desk_seconds"] == 20 * 60
    assert found["occupancy"] == pytest.approx(0.5, abs=0.01)
    assert (found["shift_seconds"], found["adherence"]) == (40 * 60, 0.5)


def test_the_time_at_the_desk_of_a_drill_is_not_noted(stage: Stage) -> None:
    """It is no time of work with customers, and keeps no shift."""
    stage.configure(pools=[DESK | {"drill": True}])
    stage.clock.advance(10)
    minutes(stage, Agent(stage, "Kim"), 6)
    assert stage.admin("GET", PATH).json["agents"] == []
