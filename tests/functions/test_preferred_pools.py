"""Routing prefers pools by confirmed resolution, from counts that the minute's function keeps."""

import json
from typing import Any

from surgeline.application.pools.scores import PAGE, decoded, scores_of
from surgeline.domain.account import Account, Stay
from surgeline.domain.ids import conversation_id
from surgeline.domain.outcome import Opened, Outcome, Surveyed
from surgeline.domain.pools import Score

from tests.functions.stage import Stage

DAY = 86_400_000
PREFER = {"steps": [{"prefer": "confirmed_resolution"}]}


def ended(stage: Stage, pool: str, *, days_ago: int, confirmed: int, of: int) -> None:
    """Keep the records of conversations that ended with the pool, of whom some are confirmed."""
    at = stage.clock.now() - days_ago * DAY
    for number in range(of):
        name = conversation_id(f"t{pool}{days_ago}x{number}", 1)
        about: dict[str, Any] = {
            "conversation_id": name, "channel_id": "shop", "language": "en", "opened_at": at,
        }  # fmt: skip
        stage.backend.outcomes().add(
            Opened(**about, at=at),
            Outcome(
                **about,
                at=at + 1_000,
                ended_by="pool",
                account=Account(stays=(Stay(pool, at),), handoffs=1),
            ),
        )
        if number < confirmed:
            answered(stage, pool, number, days_ago=days_ago, helped=True)


def answered(stage: Stage, pool: str, number: int, *, days_ago: int, helped: bool = False) -> None:
    """Keep the word of one of those customers on whether the pool helped."""
    at = stage.clock.now() - days_ago * DAY
    name = conversation_id(f"t{pool}{days_ago}x{number}", 1)
    said = Surveyed(
        conversation_id=name,
        channel_id="shop",
        language="en",
        opened_at=at,
        at=at,
        pool_id=pool,
        helped=helped,
    )
    stage.backend.outcomes().add(said)


def minutes(stage: Stage, count: int) -> None:
    for _ in range(count):
        stage.call("minute", {"time": "2026-03-01T12:01:00Z"})


def test_pools_are_offered_by_what_their_customers_confirm(stage: Stage) -> None:
    """A day is counted a minute, the newest first; the worker reads the page, and explains."""
    second = {"id": "crowd", "kind": "on_demand", "url": "http://127.0.0.1:9/"}
    configuration = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    both = [*configuration["pools"], second]
    ended(stage, "vendor", days_ago=3, confirmed=4, of=40)
    ended(stage, "crowd", days_ago=5, confirmed=30, of=40)
    stage.configure(pools=both)
    minutes(stage, 2)
    assert stage.backend.notebook().read(PAGE).version == 0  # nobody prefers anything
    stage.configure(pools=both, routing=PREFER)
    stage.clock.advance(10)
    minutes(stage, 5)
    kept = json.loads(stage.backend.notebook().read(PAGE).body)
    assert len(kept) == 5
    assert scores_of(decoded(json.dumps(kept).encode())) == {
        "vendor": Score(40, 4),
        "crowd": Score(40, 30),
    }
    stage.write("I want to talk to a person")
    stage.drain("events")
    thread = stage.thread()
    assert [each.pool_id for each in thread.conversation.handoff.offers] == ["crowd"]
    place = f"/v1/admin/conversations/{thread.conversation.id}"
    [reasons] = [e["routing"] for e in stage.admin("GET", place).json["entries"] if e["routing"]]
    assert reasons == [
        "step 1: crowd: offered (75% of 40 ends confirmed, 60% to 86%)",
        "step 1: vendor: surely below crowd (10% of 40 ends confirmed, 4% to 23%)",
    ]


def test_days_are_counted_once_and_forgotten_when_they_are_old(stage: Stage) -> None:
    """After 28 minutes no more is read; the next day one day comes and one goes."""
    stage.configure(routing=PREFER)
    stage.clock.advance(10)
    minutes(stage, 28)
    page = stage.backend.notebook().read(PAGE)
    minutes(stage, 2)
    assert stage.backend.notebook().read(PAGE) == page
    stage.clock.advance(86_400)
    minutes(stage, 2)
    before, after = (
        sorted(json.loads(page.body)),
        sorted(json.loads(stage.backend.notebook().read(PAGE).body)),
    )
    assert (len(before), before[1:]) == (28, after[:-1])


def test_a_pool_whose_customers_say_no_raises_an_alert(stage: Stage) -> None:
    """With a survey the week's answers are read; a pool with few answers raises nothing."""
    stage.configure(survey={"enabled": True})
    stage.clock.advance(10)
    for pool, against in (("vendor", 15), ("crowd", 9)):
        ended(stage, pool, days_ago=2, confirmed=10, of=30)
        for number in range(10, 10 + against):
            answered(stage, pool, number, days_ago=2)
    minutes(stage, 2)
    [found] = stage.admin("GET", "/v1/admin/alerts").json["standing"]
    assert found["key"] == "not_confirmed:vendor"
    assert found["words"].startswith("Of the customers of vendor who said in a week")
    assert "60% said no" in found["words"]
