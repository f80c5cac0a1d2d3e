"""The surge controller on a running instance: each minute it looks, asks pools, and says why."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from surgeline.domain.times import rfc3339

from local.virtual.front import Answered
from local.virtual.network import Answer, Post
from local.virtual.shop import POOL_URL
from tests.functions.stage import Stage

TODAY = "2026-03-01"
WHY = {"x-reason": quote("the match ends at nine")}
POOL = {
    "id": "vendor",
    "kind": "on_demand",
    "url": POOL_URL,
    "minimum_seats": 0,
    "maximum_seats": 10,
    "cost_per_hour": 30,
    "handle_minutes": 8,
}
SURGE: dict[str, Any] = {
    "mode": "act",
    "pools": [{"pool": "vendor", "start_up_seconds": 300, "minimum_seconds": 600}],
    "spend_cap": 500,
}
PERSON = "I want to talk to a person"


class Vendor:
    """The pool's endpoint, which remembers what it was told."""

    def __init__(self, stage: Stage) -> None:
        self.told: list[tuple[str, int | None]] = []
        self.status = 200
        stage.home.network.serve(POOL_URL, self.hear)

    def hear(self, post: Post) -> Answer:
        if self.status == 200 and post.json["type"].startswith("capacity."):
            name = post.json["type"].removeprefix("capacity.")
            self.told.append((name, post.json["data"].get("seats")))
        return Answer(self.status)


@pytest.fixture
def vendor(stage: Stage) -> Vendor:
    """The shop's pool, led by a controller that may act."""
    lead(stage)
    return Vendor(stage)


def lead(stage: Stage, **surge: Any) -> None:
    stage.configure(pools=[POOL], surge=SURGE | surge)
    stage.clock.advance(6)


def minutes(stage: Stage, number: int = 1) -> None:
    """Let so many minutes pass, with everything that is due in them."""
    stage.home.run_for(60 * number)


def wait(stage: Stage, number: int) -> None:
    """Let customers ask for a person."""
    for each in range(number):
        assert stage.write(PERSON, sender=f"c{each}").status == 202
    stage.drain("events", "deliveries", "events", "deliveries")


def surge(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.admin("GET", "/v1/admin/surge").json
    return found


def decisions(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.admin("GET", "/v1/admin/surge/decisions").json["decisions"]
    return found


def order(stage: Stage, people: int, minutes: int = 60, **how: Any) -> Answered:
    body = {"people": people, "minutes": minutes}
    return stage.admin("PUT", "/v1/admin/surge/pools/vendor", body, **({"headers": WHY} | how))


def forecast(stage: Stage, contacts: list[float], day: str = TODAY, **more: Any) -> Answered:
    body = {"minutes": 60, "contacts": contacts} | more
    return stage.admin("PUT", f"/v1/admin/surge/forecasts/{day}", body)


# ---------------------------------------------------------------- it acts


def test_those_who_wait_bring_people_in_and_each_decision_is_kept(
    stage: Stage, vendor: Vendor
) -> None:
    """Waiting customers bring people in at the next minute, with the reason on record."""
    wait(stage, 4)
    assert vendor.told == []
    minutes(stage)
    [(told, seats)] = vendor.told
    assert (told, seats and seats >= 4) == ("requested", True)
    last = decisions(stage)[0]
    assert (last["did"], last["facts"]["waiting"], last["facts"]["is_forecast"]) == (
        "acted",
        4,
        False,
    )
    assert "for the 4 who wait" in last["why"][0]
    told = stage.admin("GET", "/v1/admin/surge/decisions?language=ko").json["decisions"][0]
    assert "고객 4명을 위해" in told["why"][0]
    assert stage.admin("GET", "/v1/admin/surge?language=ko").json["decision"] == told
    assert last["acts"][0]["pool"] == "vendor"
    assert last["prices"]
    minutes(stage)
    assert len(vendor.told) == 1


def test_people_come_before_a_peak_that_was_forecast(stage: Stage, vendor: Vendor) -> None:
    """At noon nobody writes. For a peak at one, people are asked for as early as they need."""
    contacts = [0.0] * 13 + [60.0] + [0.0] * 10
    assert forecast(stage, contacts).json["contacts"] == 60
    minutes(stage, 45)
    assert vendor.told == []
    minutes(stage, 14)
    assert vendor.told[0][0] == "requested"
    assert decisions(stage)[-1]["facts"]["is_forecast"]


def test_a_pool_that_can_t_be_reached_is_told_again_later(stage: Stage, vendor: Vendor) -> None:
    """Its failure is seen, and once it answers it hears what is wanted."""
    vendor.status = 500
    wait(stage, 4)
    minutes(stage, 3)
    assert decisions(stage)[0]["bound"] == "out"
    vendor.status = 200
    minutes(stage, 20)
    assert vendor.told[0][0] == "requested"


def test_two_controllers_at_once_ask_once(stage: Stage, vendor: Vendor) -> None:
    """The second look of the same minute finds the first one's memory, and tells nothing new."""
    wait(stage, 4)
    for _ in range(2):
        stage.call("minute", {"time": "2026-03-01T12:01:00Z"})
    stage.drain("deliveries")
    assert len(vendor.told) == 1


def test_only_the_controller_asks_a_pool_that_it_leads(stage: Stage, vendor: Vendor) -> None:
    """A waiting customer asks nobody by himself; where the controller only advises, he does."""
    wait(stage, 1)
    assert vendor.told == []
    lead(stage, mode="advise")
    assert stage.write(PERSON, sender="another").status == 202
    stage.drain("events", "deliveries", "events", "deliveries")
    assert vendor.told[0][0] == "requested"


def test_a_cap_of_zero_asks_nobody_and_says_so(stage: Stage, vendor: Vendor) -> None:
    """Without money the controller advises only, and its record names the cap."""
    lead(stage, spend_cap=0)
    wait(stage, 4)
    minutes(stage)
    assert vendor.told == []
    assert (decisions(stage)[0]["bound"], decisions(stage)[0]["did"]) == ("spend_cap", "nothing")


def test_an_instance_without_a_led_pool_keeps_nothing(stage: Stage) -> None:
    """Where nobody may be led, a minute writes nothing."""
    wait(stage, 2)
    minutes(stage, 3)
    assert decisions(stage) == []
    assert surge(stage)["looked_at"] is None


# ---------------------------------------------------------------- a lead's word


def test_a_lead_s_advise_leaves_the_asking_to_those_who_wait(stage: Stage, vendor: Vendor) -> None:
    """A controller that would act keeps its advice, and its pools are asked as without it."""
    body = {"mode": "advise", "minutes": 30}
    assert stage.admin("PUT", "/v1/admin/surge/mode", body, WHY).status == 200
    wait(stage, 4)
    assert vendor.told[0] == ("requested", 1)
    minutes(stage)
    assert (surge(stage)["mode"], decisions(stage)[0]["did"]) == ("advise", "advised")


def test_a_lead_overrides_a_pool_for_a_while(stage: Stage, vendor: Vendor) -> None:
    """The pool has the ordered number until the end, and the record names who ordered it."""
    assert order(stage, 3, minutes=20).status == 200
    minutes(stage)
    assert vendor.told == [("requested", 3)]
    shown = surge(stage)
    assert (shown["asked_for"], shown["overrides"][0]["people"]) == ({"vendor": 3}, 3)
    assert "the key 'test' ordered it: the match ends at nine" in shown["decision"]["why"][0] or (
        "the match ends at nine" in shown["decision"]["acts"][0]["why"]
    )
    minutes(stage, 40)
    assert vendor.told[-1] == ("released", None)
    assert surge(stage)["overrides"] == []


def test_an_order_holds_also_where_the_controller_only_advises(
    stage: Stage, vendor: Vendor
) -> None:
    """Waiting customers ask nobody of that pool meanwhile, and at its end everybody is let go."""
    lead(stage, mode="advise")
    assert order(stage, 3, minutes=20).status == 200
    minutes(stage)
    assert vendor.told == [("requested", 3)]
    wait(stage, 5)
    minutes(stage, 3)
    assert {each for each in vendor.told if each[0] == "requested"} == {("requested", 3)}
    minutes(stage, 20)
    assert ("released", None) in vendor.told
    assert surge(stage)["overrides"] == []


def test_an_order_keeps_nobody_away_while_the_controller_is_off(
    stage: Stage, vendor: Vendor
) -> None:
    """Nobody carries the order out then, so waiting customers ask the pool themselves."""
    lead(stage, mode="advise")
    assert order(stage, 3).status == 200
    lead(stage, mode="off")
    wait(stage, 4)
    assert vendor.told[:1] == [("requested", 1)]


def test_a_lead_stops_the_controller_for_a_while(stage: Stage, vendor: Vendor) -> None:
    """In the mode `off` nobody is asked, and afterwards the controller decides again."""
    body = {"mode": "off", "minutes": 2}
    assert stage.admin("PUT", "/v1/admin/surge/mode", body, WHY).status == 200
    wait(stage, 4)
    minutes(stage)
    assert vendor.told == []  # nobody asks in its place
    assert stage.admin("DELETE", "/v1/admin/surge/mode").status == 200
    minutes(stage)
    assert decisions(stage)[0]["mode"] == "act"


def test_the_controller_asks_a_lead_first_where_it_is_told_to(stage: Stage, vendor: Vendor) -> None:
    """A proposal stands until it is approved, and a stale one is refused."""
    lead(stage, mode="ask")
    wait(stage, 4)
    minutes(stage)
    proposal = surge(stage)["proposal"]
    assert (vendor.told, proposal["approved_by"]) == ([], None)
    stale = stage.admin("POST", "/v1/admin/surge/approval", {"proposal": 1})
    assert (stale.status, stale.json["error"]["state"]) == (409, "over")
    yes = stage.admin("POST", "/v1/admin/surge/approval", {"proposal": proposal["proposal"]})
    assert yes.status == 202
    minutes(stage)
    assert vendor.told[0][0] == "requested"
    assert decisions(stage)[0]["by"] or decisions(stage)[1]["by"] == "the key 'test'"


def test_orders_are_on_the_record_of_acts(stage: Stage, vendor: Vendor) -> None:
    """An override is audited with its reason, as every change is."""
    order(stage, 2)
    [act] = stage.admin("GET", "/v1/admin/audit").json["acts"]
    assert (act["target"], act["reason"], act["status"]) == (
        "vendor",
        "the match ends at nine",
        200,
    )


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("people", "minutes_", "field"), [(11, 10, "people"), (-1, 10, "people"), (1, 0, "minutes")]
)
def test_an_order_out_of_bounds_is_refused_with_its_field(
    stage: Stage, vendor: Vendor, people: int, minutes_: int, field: str
) -> None:
    """Nobody orders more than the pool brings, or for longer than a week."""
    answer = order(stage, people, minutes_)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


def test_an_order_needs_a_reason_and_a_led_pool(stage: Stage, vendor: Vendor) -> None:
    """Without a reason it is refused, and a pool that is not led is not found."""
    answer = order(stage, 1, headers={})
    assert (answer.status, answer.json["error"]["field"]) == (400, "x-reason")
    body = {"people": 1, "minutes": 10}
    assert stage.admin("PUT", "/v1/admin/surge/pools/other", body, WHY).status == 404
    lead(stage, mode="off")
    assert order(stage, 1).status == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"minutes": 7, "contacts": [1]}, "minutes"),
        ({"minutes": 60, "contacts": []}, "contacts"),
        ({"minutes": 60, "contacts": [-1]}, "contacts"),
        ({"minutes": 60, "contacts": [1, 2], "agents": [1]}, "agents"),
        ({"minutes": 60, "contacts": [0] * 26}, "contacts"),
    ],
)
def test_a_malformed_forecast_is_refused_with_its_field(
    stage: Stage, body: Mapping[str, Any], field: str
) -> None:
    """Intervals, counts and agents are checked before anything is kept."""
    answer = stage.admin("PUT", f"/v1/admin/surge/forecasts/{TODAY}", body)
    assert (answer.status, answer.json["error"]["field"]) == (400, field)


def test_a_policy_is_checked_with_the_place_of_each_problem(stage: Stage) -> None:
    """A pool that is unknown or can't grow, a number out of bounds, and a field that is unknown."""
    document = stage.admin("GET", "/v1/admin/configuration").json["configuration"]
    document["surge"] = {
        "mode": "always",
        "pools": [{"pool": "nobody"}],
    }
    answer = stage.admin("PUT", "/v1/admin/configuration", document)
    assert answer.status == 422
    assert any("surge.mode" in each for each in answer.json["error"]["problems"])
    document["surge"] = {
        "target": 2,
        "handle_seconds": [],
        "pools": [{"pool": "nobody"}, {"pool": "vendor", "most": 0}, {"pool": "vendor"}],
    }
    problems = " | ".join(
        stage.admin("PUT", "/v1/admin/configuration", document).json["error"]["problems"]
    )
    for place in (
        "surge.target",
        "surge.handle_seconds",
        "surge.pools[0].pool: there is no pool",
        "surge.pools[1].most",
        "surge.pools[1].pool: the pool 'vendor' stands twice",
        "surge.pools[1].pool: the pool 'vendor' can't be asked",
    ):
        assert place in problems


def test_a_request_has_a_window_that_is_renewed(stage: Stage, vendor: Vendor) -> None:
    """The pool reads from when until when people are wanted, and hears it again before the end."""
    heard: list[dict[str, Any]] = []

    def hear(post: Post) -> Answer:
        heard.append(post.json)
        return Answer()

    stage.home.network.serve(POOL_URL, hear)
    assert order(stage, 2, minutes=180).status == 200
    minutes(stage, 2)
    [first] = [each["data"] for each in heard if each["type"] == "capacity.requested"]
    assert first["from"] == "2026-03-01T12:06:00.000Z"
    data = {"seats": first["seats"], "valid_seconds": 3_600}
    here = {"type": "capacity.reported", "timestamp": "2026-03-01T12:00:00Z", "data": data}
    assert stage.signed("/v1/pools/vendor/events", here).status == 202
    minutes(stage, 50)
    told = [each["data"] for each in heard if each["type"] == "capacity.requested"]
    assert [each["seats"] for each in told] == [first["seats"]] * 2
    assert told[1]["seq"] > told[0]["seq"]
    assert first["from"] < told[1]["from"] < first["until"] < told[1]["until"]


def test_an_answer_after_its_window_counts_as_any_other(stage: Stage, vendor: Vendor) -> None:
    """Whom a vendor reports hours too late is counted, and is offered who asks for a person."""
    heard: list[dict[str, Any]] = []

    def hear(post: Post) -> Answer:
        heard.append(post.json)
        return Answer()

    stage.home.network.serve(POOL_URL, hear)
    assert order(stage, 2, minutes=60).status == 200
    minutes(stage)
    [asked] = [each["data"] for each in heard if each["type"] == "capacity.requested"]
    stage.clock.advance(5 * 3_600)
    assert rfc3339(stage.clock.now()) > asked["until"]
    late = {"seats": 1, "valid_seconds": 600}
    body = {"type": "capacity.reported", "timestamp": "2026-03-01T17:01:00Z", "data": late}
    told = stage.signed("/v1/pools/vendor/events", body)
    assert (told.status, told.json["seats"]) == (202, 1)
    wait(stage, 1)
    assert "handoff.offered" in [each["type"] for each in heard]
