"""The company's budget of a day bounds what all pools together cost."""

from collections.abc import Callable
from typing import Any

import pytest
from surgeline.reports.aws_price import aws_price

from local.virtual.network import Answer, Post
from tests.functions.alerts.test_alerts import minute, standing, write
from tests.functions.stage import Stage

POOLS: dict[str, dict[str, Any]] = {
    "dear": {"cost_per_conversation": 5, "seats": 9},
    "cheap": {"cost_per_conversation": 1.5},
    "own": {"seats": 1},
}
SPENT = ("over_budget", "2026-03-01T23:00:00.000Z")

pytestmark = pytest.mark.enable_socket  # a subscriber is nowhere


def serve(stage: Stage) -> list[str]:
    """Let each pool take what it is offered, and return the list of those that were asked."""
    asked: list[str] = []

    def taken(name: str) -> Callable[[Post], Answer]:
        def answer(post: Post) -> Answer:
            if b".offered" in post.body:
                asked.append(name)
            return Answer(body=b'{"accepted":true}')

        return answer

    for name in POOLS:
        stage.backend.secrets().put(f"pools/{name}", stage.secret)
        stage.home.network.serve(f"https://{name}.example/hook", taken(name))
    return asked


def test_a_spent_budget_stops_every_pool_that_costs_something(stage: Stage) -> None:
    """A cheaper pool is asked while it fits, a free one always, and the others the next day."""
    asked = serve(stage)
    stage.configure(
        pools=[
            {"id": name, "kind": "outsourced", "url": f"https://{name}.example/hook", **fields}
            for name, fields in POOLS.items()
        ],
        reports={"daily_budget": 7, "zone": "Europe/Paris"},
    )
    stage.clock.advance(10)
    for sender in ("ann", "bob", "cay", "dan"):
        write(stage, sender)
    assert asked == ["dear", "cheap", "own"]
    live = stage.admin("GET", "/v1/admin/live?within=0").json
    assert live["budget"] == {"spent": 6.5, "budget": 7}
    told = {each["id"]: (each["state"], each["until"]) for each in live["pools"]}
    assert told == {"dear": SPENT, "cheap": SPENT, "own": ("full", None)}
    records = stage.backend.store().records(stage.thread("dan").id, after_seq=0, limit=9)
    [routing] = [each.explanation.routing for each in records if each.explanation.routing]
    assert "step 1: cheap: the company's budget of today is spent" in routing
    minute(stage, minutes=2)
    assert "budget_spent" not in standing(stage), "an offer that rings may give its cost back"
    minute(stage)
    found = standing(stage)
    assert found["budget_spent"]["level"] == "urgent"
    assert "so 2 pools that cost something take nobody" in found["budget_spent"]["words"]
    stage.clock.advance(11 * 3_600)  # a new day of the company
    minute(stage, works=False)
    assert "budget_spent" not in standing(stage)
    write(stage, "eve")
    assert "dear" in asked[3:]


def test_what_aws_takes_is_a_part_of_the_budget(stage: Stage) -> None:
    """Each conversation counts once, a quarter of an hour after its opening, and stops pools."""
    stage.home.backend.allows_loopback = False  # as on AWS
    asked = serve(stage)
    dear = {"id": "dear", "kind": "outsourced", "url": "https://dear.example/hook", **POOLS["dear"]}
    stage.configure(pools=[dear], reports={"daily_budget": 7.5, "usd_rate": 100})
    stage.clock.advance(10)
    for sender in ("ann", "bob"):
        assert stage.write("Hello!", sender=sender).status == 202
    minute(stage)
    price = aws_price(100)
    live = stage.admin("GET", "/v1/admin/live?within=0").json
    assert live["budget"] == {"spent": price.per_day, "budget": 7.5}
    minute(stage, minutes=16)
    assert stage.backend.pool_board().spent("2026-03-01") == round(
        1_000_000 * (price.per_day + 2 * price.per_conversation)
    )
    write(stage, "cay")
    assert asked == ["dear"]
    write(stage, "dan")
    assert asked == ["dear"], "the pool would fit without what AWS takes"
    spend = stage.admin("GET", "/v1/admin/reports/spend").json
    assert (spend["total_budget"], spend["aws_estimate"]) == (7.5, 2.41)


def test_a_cost_that_is_given_back_wakes_who_waits_for_another_pool(stage: Stage) -> None:
    """The customer need not wait for the next look, as nobody took what reserved the cost."""
    asked = []
    answers = {"dear": b'{"accepted":false}', "cheap": b'{"accepted":true}'}

    def serve_one(name: str) -> None:
        def answered(post: Post) -> Answer:
            if b".offered" in post.body:
                asked.append(name)
            return Answer(body=answers[name])

        stage.backend.secrets().put(f"pools/{name}", stage.secret)
        stage.home.network.serve(f"https://{name}.example/hook", answered)

    about = {"kind": "outsourced", "seats": 9, "cost_per_conversation": 5}
    pools = []
    for name, language in (("dear", "en"), ("cheap", "ko")):
        serve_one(name)
        own = {"id": name, "url": f"https://{name}.example/hook", "languages": [language]}
        pools.append(about | own)
    stage.configure(pools=pools, reports={"daily_budget": 7})
    stage.clock.advance(10)
    assert stage.write("I want to talk to a person", sender="ann").status == 202
    stage.drain("events")
    assert stage.write("상담원과 이야기하고 싶어요", sender="jin").status == 202
    stage.drain("events")
    assert stage.thread("jin").conversation.is_kept
    stage.call("minute", {"time": "2026-03-01T12:01:00Z"})
    stage.drain("events")
    records = stage.backend.store().records(stage.thread("jin").id, after_seq=0, limit=9)
    woken = [each for each in records if each.event.type == "seat_freed"]
    assert woken == [], "nobody is woken for a pool that the budget does not pay for"
    stage.drain("deliveries", "events")
    assert asked == ["dear", "cheap"]
