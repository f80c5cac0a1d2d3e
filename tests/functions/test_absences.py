"""A lead notes who is absent: the next hours show the gap, and the controller counts it."""

from typing import Any
from urllib.parse import quote

import pytest

from local.virtual.front import Answered
from local.virtual.network import Answer
from local.virtual.shop import POOL_URL
from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage

PATH = "/v1/admin/surge/absences"
WHY = {"x-reason": quote("a cold")}
POOL = {
    "id": "vendor",
    "kind": "on_demand",
    "url": POOL_URL,
    "minimum_seats": 0,
    "maximum_seats": 10,
    "cost_per_hour": 30,
    "handle_minutes": 8,
}
LED = {"pools": [{"pool": "vendor", "start_up_seconds": 300}], "spend_cap": 500, "mode": "advise"}


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """Return the shop at noon, with four people on shift, as many as the promise needs."""
    stage.configure(pools=[POOL], surge=LED)
    stage.home.network.serve(POOL_URL, lambda _: Answer(200))
    stage.clock.advance(6)
    body = {"minutes": 60, "contacts": [0.0] * 12 + [15.0] * 12, "agents": [4.0] * 24}
    assert stage.admin("PUT", "/v1/admin/surge/forecasts/2026-03-01", body).status == 200
    return stage


def ahead(stage: Stage) -> dict[str, Any]:
    """Return the next hours as the lead's page reads them."""
    found: dict[str, Any] = stage.admin("GET", "/v1/admin/surge/ahead").json
    return found


def absent(stage: Stage, people: object = 3, **more: Any) -> Answered:
    """Note people as absent in the afternoon."""
    body = {"people": people, "who": "Mina, Lee, Kim"} | more
    body = {"from": "2026-03-01T13:00:00Z", "until": "2026-03-01T15:00:00Z"} | body
    headers = {**sign_in(stage, "Ann", "lead"), **WHY}
    return stage.request("POST", PATH, body, headers)


def test_the_gap_of_the_next_hours_is_shown(stage: Stage) -> None:
    """The intervals of the absence lack people, and those before and after do not."""
    before = ahead(stage)
    assert all(each["missing"] == 0 for each in before["intervals"][1:])
    assert before["intervals"][1]["contacts"] == pytest.approx(7.5, abs=0.1)
    assert absent(stage).status == 201
    after = {each["from"][11:16]: each for each in ahead(stage)["intervals"]}
    at_one, at_three = after["13:00"], after["15:00"]
    assert (at_one["absent"], at_one["on_shift"], at_three["absent"]) == (3, 1.0, 0)
    assert at_one["missing"] == at_one["needed"] - 1
    assert at_three["missing"] == 0


def test_an_absence_has_its_author_and_ends(stage: Stage) -> None:
    """It is listed with the lead's name and reason, and a lead ends it before its time."""
    absent(stage)
    [noted] = ahead(stage)["absences"]
    assert (noted["who"], noted["people"], noted["by"]) == ("Mina, Lee, Kim", 3, "Ann")
    assert noted["reason"] == "a cold"
    assert stage.admin("DELETE", f"{PATH}/{noted['id']}").status == 200
    assert stage.admin("DELETE", f"{PATH}/{noted['id']}").status == 404
    assert ahead(stage)["absences"] == []
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    assert [each["target"] for each in acts if each["status"] in (200, 201)][:2] == [
        "Mina, Lee, Kim",
        "Mina, Lee, Kim",
    ]


def test_the_controller_counts_who_is_absent(stage: Stage) -> None:
    """Its advice brings people for a gap that an absence makes."""
    stage.home.run_for(60)
    absent(stage, 4, **{"from": "2026-03-01T11:00:00Z"})
    stage.home.run_for(120)
    decisions = stage.admin("GET", "/v1/admin/surge/decisions").json["decisions"]
    assert [act["pool"] for act in decisions[0]["acts"]] == ["vendor"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"people": 0}, "people"),
        ({"people": True}, "people"),
        ({"people": 1_001}, "people"),
        ({"from": "13:00"}, "from"),
        ({"until": "2026-03-01T12:30:00Z"}, "until"),
        ({"until": "2026-02-01T12:30:00Z"}, "until"),
        ({"until": "2029-03-01T12:30:00Z"}, "until"),
        ({"from": "2027-03-01T12:30:00Z", "until": "2027-03-02T12:30:00Z"}, "until"),
    ],
)
def test_bad_input_is_named(stage: Stage, more: dict[str, Any], field: str) -> None:
    """I12: numbers out of bounds, times without a zone, and ends before beginnings."""
    answered = absent(stage, **more)
    assert (answered.status, answered.json["error"]["field"]) == (400, field)
    assert stage.admin("DELETE", f"{PATH}/nothing").status == 404


def test_the_steps_of_the_routing_are_changed_alone(stage: Stage) -> None:
    """A lead saves the steps; a wrong one is named, and a later change is not overwritten."""
    lead = {**sign_in(stage, "Ann", "lead"), **WHY}
    before = stage.admin("GET", "/v1/admin/configuration").json

    def put(body: Any, **more: str) -> Answered:
        return stage.request("PUT", "/v1/admin/routing", body, lead | more)

    steps = {"steps": [{"pools": ["vendor"], "seconds": 60}, {}]}
    assert put({"routing": steps}).status == 200
    after = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    assert after["routing"]["steps"][0]["pools"] == ["vendor"]
    assert {**after, "routing": None} == {**before["configuration"], "routing": None}
    wrong = put({"routing": {"steps": [{"pools": ["nobody"]}]}})
    assert wrong.status == 422
    assert "routing.steps[0].pools" in wrong.json["error"]["problems"][0]
    assert put({"routing": steps}, **{"if-match": before["version"]}).status == 409
    assert put({"routing": steps, "pools": []}).status == 400


def test_the_next_hours_go_on_over_midnight(stage: Stage) -> None:
    """In the evening the plan of tomorrow counts too, and without one the day ends at midnight."""
    stage.clock.advance(9 * 3_600)
    assert ahead(stage)["intervals"][-1]["from"][11:16] == "23:30"
    body = {"minutes": 60, "contacts": [30.0] + [0.0] * 23, "agents": [2.0] * 24}
    assert stage.admin("PUT", "/v1/admin/surge/forecasts/2026-03-02", body).status == 200
    found = {each["from"][8:16]: each for each in ahead(stage)["intervals"]}
    assert "02T02:30" in found
    midnight = found["02T00:00"]
    assert (midnight["contacts"], midnight["on_shift"]) == (pytest.approx(15, abs=0.1), 2.0)
    assert midnight["missing"] == midnight["needed"] - 2
