"""People give times on call to each other in the console, and a lead may undo it."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.virtual.front import Answered
from local.virtual.shop import CHANNEL
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage
from tests.functions.test_calls import CHANNELS, ON_CALL, Phones
from tests.functions.test_surge_controller import minutes

SHIFTS = "/v1/staff/shifts"


@pytest.fixture
def phones(stage: Stage) -> Phones:
    stage.configure(channels=CHANNELS, on_call=ON_CALL, pools=[DESK])
    stage.clock.advance(6)
    return Phones(stage)


def shown(stage: Stage, who: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = stage.request("GET", SHIFTS, headers=who).json
    return found


def give(
    stage: Stage, who: Mapping[str, str], begins: str = "2026-03-03T18:00:00Z", **more: Any
) -> Answered:
    body = {"rota": "evening", "from": begins, "until": "2026-03-03T22:00:00Z"} | more
    return stage.request("POST", SHIFTS, body, who)


def test_a_time_is_offered_taken_and_undone(stage: Stage, phones: Phones) -> None:
    """The swap holds at once. A second person is too late, and the lead's word ends it."""
    mina, lee = (sign_in(stage, each, "agent", "desk") for each in ("Mina", "Lee"))
    ahead = shown(stage, mina)
    assert ahead["person"] == {"id": "mina", "name": "Mina"}
    assert ahead["duties"][0]["from"] == "2026-03-02T09:00:00.000Z"
    offer = give(stage, mina)
    assert offer.status == 201, offer.text
    [seen] = shown(stage, lee)["offers"]
    assert (seen["by"], seen["mine"], seen["taken_by"]) == ("Mina", False, None)
    path = f"{SHIFTS}/{seen['id']}"
    assert stage.request("POST", f"{path}/take", {}, mina).json["error"]["state"] == "own"
    assert stage.request("POST", f"{path}/take", {}, lee).status == 200
    again = stage.request("POST", f"{path}/take", {}, lee)
    assert (again.status, again.json["error"]["state"]) == (409, "changed")
    assert stage.request("DELETE", path, headers=mina).json["error"]["state"] == "taken"
    assert shown(stage, mina)["offers"][0]["taken_by"] == "Lee"
    later = [each["from"] for each in shown(stage, lee)["duties"]]
    assert "2026-03-03T18:00:00.000Z" in later
    [swap] = stage.admin("GET", "/v1/admin/calls").json["swaps"]
    assert (swap["takes_over"], swap["instead_of"], swap["by"]) == ("lee", "mina", "Lee (console)")
    lead = {**sign_in(stage, "Ann", "lead"), "x-reason": "both%20are%20needed"}
    assert stage.request("DELETE", f"/v1/admin/swaps/{swap['id']}", headers=lead).status == 200
    assert stage.admin("GET", "/v1/admin/calls").json["swaps"] == []
    assert stage.request("DELETE", f"/v1/admin/swaps/{swap['id']}", headers=lead).status == 404
    assert shown(stage, lee)["offers"] == []


def test_a_time_that_was_taken_is_given_on_and_back(stage: Stage) -> None:
    """The third person has it, then its first owner again, who may offer it once more."""
    kim = {"id": "kim", "name": "Kim", "reach": [{"channel": CHANNEL, "sender": "kim"}]}
    people = [*ON_CALL["people"], kim]
    stage.configure(channels=CHANNELS, on_call=ON_CALL | {"people": people}, pools=[DESK])
    stage.clock.advance(6)
    signed = {each: sign_in(stage, each, "agent", "desk") for each in ("Mina", "Lee", "Kim")}

    def passes(giver: str, taker: str) -> None:
        stage.clock.advance(1)
        offer = give(stage, signed[giver])
        assert offer.status == 201, offer.text
        path = f"{SHIFTS}/{offer.json['offer']['id']}/take"
        taken = stage.request("POST", path, {}, signed[taker])
        assert taken.status == 200, taken.text
        has = {
            name
            for name, who in signed.items()
            for each in shown(stage, who)["duties"]
            if each["from"] <= "2026-03-03T18:00:00.000Z" < each["until"]
        }
        assert has == {taker}

    for giver, taker in (("Mina", "Lee"), ("Lee", "Kim"), ("Kim", "Mina"), ("Mina", "Kim")):
        passes(giver, taker)
    swap = {"rota": "evening", "instead_of": "mina", "takes_over": "lee"}
    swap |= {"from": "2026-03-03T18:00:00Z", "until": "2026-03-03T22:00:00Z"}
    refused = stage.admin("POST", "/v1/admin/swaps", swap)
    assert (refused.status, refused.json["error"]["field"]) == (400, "instead_of")
    assert "belongs to 'kim' now" in refused.text
    long = swap | {"instead_of": "kim", "until": "2026-04-04T18:00:00Z"}
    assert stage.admin("POST", "/v1/admin/swaps", long).json["error"]["field"] == "until"
    assert stage.admin("POST", "/v1/admin/swaps", swap | {"instead_of": "kim"}).status == 201
    assert give(stage, signed["Lee"]).status == 201


def test_a_swap_that_is_undone_while_it_runs_frees_its_rest(stage: Stage, phones: Phones) -> None:
    """The console shows no taker any more, and the giver may offer the rest to others."""
    mina, lee = (sign_in(stage, each, "agent", "desk") for each in ("Mina", "Lee"))
    today = {"until": "2026-03-01T22:00:00Z"}
    offer = give(stage, lee, "2026-03-01T12:00:00Z", **today).json["offer"]
    assert stage.request("POST", f"{SHIFTS}/{offer['id']}/take", {}, mina).status == 200
    stage.clock.advance(60)
    [swap] = stage.admin("GET", "/v1/admin/calls").json["swaps"]
    assert stage.admin("DELETE", f"/v1/admin/swaps/{swap['id']}").status == 200
    assert shown(stage, lee)["offers"] == []
    kept = stage.backend.ledger().read("on-call-swaps", swap["id"])
    assert kept is not None
    assert '"undone_by":""' not in kept.body
    assert give(stage, lee, "2026-03-01T13:00:00Z", **today).status == 201
    assert [each["taken_by"] for each in shown(stage, mina)["offers"]] == [None]


def test_only_one_s_own_time_can_be_offered(stage: Stage, phones: Phones) -> None:
    """What is another's, over, or offered already is refused, and an offer can be taken back."""
    mina = sign_in(stage, "Mina", "agent", "desk")
    stranger = sign_in(stage, "Kim", "agent", "desk")
    assert give(stage, stranger).status == 404
    assert shown(stage, stranger)["person"] is None
    assert give(stage, mina, "2026-03-01T13:00:00Z").status == 400
    assert give(stage, mina, "yesterday").status == 400
    assert give(stage, mina, rota="night").status == 404
    made = give(stage, mina).json["offer"]
    assert give(stage, mina).json["error"]["state"] == "offered"
    assert stage.request("DELETE", f"{SHIFTS}/{made['id']}", headers=mina).status == 200
    assert give(stage, mina).status == 201
    assert stage.request("DELETE", f"{SHIFTS}/nothing", headers=mina).status == 404
    assert stage.request("GET", SHIFTS).status == 401


def test_shifts_are_offered_to_those_who_can_work(stage: Stage, phones: Phones) -> None:
    """Who said otherwise is not asked. Who said nothing is."""
    mina = sign_in(stage, "Mina", "agent", "desk")
    times = [{"from": "2026-03-02T08:00:00Z", "until": "2026-03-02T12:00:00Z"}]
    said = stage.request("PUT", "/v1/staff/availability", {"times": times}, mina)
    assert (said.status, len(said.json["available"])) == (200, 1)
    body = {"people": 1, "why": "the sale", "persons": []}
    evening = {"from": "2026-03-02T18:00:00Z", "until": "2026-03-02T22:00:00Z"}
    assert stage.admin("POST", "/v1/admin/shifts", body | evening).status == 201
    minutes(stage, 1)
    assert [sender for sender, _ in phones.got] == ["lee"]
    morning = {"from": "2026-03-02T09:00:00Z", "until": "2026-03-02T11:00:00Z"}
    assert stage.admin("POST", "/v1/admin/shifts", body | morning).status == 201
    minutes(stage, 1)
    assert sorted(sender for sender, _ in phones.got) == ["lee", "lee", "mina"]
    people = stage.admin("GET", "/v1/admin/calls").json["people"]
    assert [len(each["available"]) for each in people] == [1, 0]
    for wrong in ({"times": [{"from": "x", "until": "y"}]}, {"times": "always"}, {}):
        assert stage.request("PUT", "/v1/staff/availability", wrong, mina).status == 400
    assert stage.request("PUT", "/v1/staff/availability", {"times": []}, {}).status in (401, 403)


def test_the_next_hours_count_who_could_come(stage: Stage, phones: Phones) -> None:
    """A person counts in the half hours of their times, until they say yes to a shift."""
    mina = sign_in(stage, "Mina", "agent", "desk")
    times = [{"from": "2026-03-01T13:00:00Z", "until": "2026-03-01T14:20:00Z"}]
    assert stage.request("PUT", "/v1/staff/availability", {"times": times}, mina).status == 200

    def could_come() -> list[str]:
        found = stage.admin("GET", "/v1/admin/surge/ahead").json["intervals"]
        return [each["from"][11:16] for each in found if each["could_come"]]

    assert could_come() == ["13:00", "13:30"]
    shift = {"from": "2026-03-01T13:00:00Z", "until": "2026-03-01T14:00:00Z"}
    shift |= {"people": 1, "why": "the sale", "persons": ["mina"]}
    assert stage.admin("POST", "/v1/admin/shifts", shift).status == 201
    minutes(stage, 1)
    said = stage.request("POST", "/v1/called/answer", phones.link("mina") | {"coming": True})
    assert said.json["told"] == "coming"
    assert could_come() == []
