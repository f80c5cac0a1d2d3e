"""Pools in tools are added, checked and given new fields, and mistakes name their place."""

import pytest

from tests.functions.desks.desk_driver import DESK, DeskDriver

PATH = f"/v1/admin/pools/{DESK}"


def test_a_pool_is_the_companys_own_and_rings_as_its_tool_does(desk: DeskDriver) -> None:
    """A pool in a tool needs no kind, and an offer stands longer there than at an endpoint."""
    pool = desk.added.json["pool"]
    assert pool["kind"] == "in_house"
    assert pool["ring_seconds"] >= 300
    assert "fields" not in pool
    assert desk.added.json["steps"]


def test_no_field_of_a_tool_is_shown_or_stored_in_the_configuration(desk: DeskDriver) -> None:
    """The fields are one secret, and the configuration has none of them."""
    shown = desk.shop.admin("GET", "/v1/admin/configuration").text
    for value in desk.new_pool()["fields"].values():
        if len(value) > 4:
            assert value not in shown


def test_a_missing_field_is_told_with_where_it_is_found(desk: DeskDriver) -> None:
    """Each field that is missing is named, with the place in the tool's own pages."""
    wanted = {name: value for name, value in desk.new_pool().items() if name != "fields"}
    answer = desk.shop.admin("PUT", "/v1/admin/pools/other", wanted)
    assert answer.status == 422
    problems = answer.json["error"]["problems"]
    assert problems
    assert all(each.startswith("fields.") and "find it in" in each for each in problems)


def test_an_unknown_field_is_told(desk: DeskDriver) -> None:
    """A misspelt field is refused, and the right ones are named."""
    wanted = desk.new_pool()
    wanted["fields"] = wanted["fields"] | {"colour": "red"}
    answer = desk.shop.admin("PUT", "/v1/admin/pools/other", wanted)
    assert answer.status == 422
    assert "fields.colour" in answer.json["error"]["problems"][0]


def test_a_tool_is_tried(desk: DeskDriver) -> None:
    """The check tells of each thing that was tried, and writes nothing into the tool."""
    before = desk.seen()
    answer = desk.shop.admin("POST", f"{PATH}/check", {})
    assert answer.status == 200
    assert answer.json["findings"]
    assert desk.seen() == before


def test_a_refused_field_leads_to_the_pools_own_command(desk: DeskDriver) -> None:
    """The advice names `pool rotate`, also where the try is the one of a channel."""
    desk.refuse_field()
    findings = desk.shop.admin("POST", f"{PATH}/check", {}).json["findings"]
    said = " ".join(each["said"] for each in findings)
    assert ("surgeline pool rotate ID" in said, "channel rotate" in said) == (True, False), said


def test_a_tool_that_is_out_of_order_says_nothing_of_a_field(desk: DeskDriver) -> None:
    """Nobody is sent to copy a secret again while the tool only can't be asked."""
    desk.break_tool(9)
    findings = desk.shop.admin("POST", f"{PATH}/check", {}).json["findings"]
    said = [each["said"] for each in findings if not each["ok"] and each["name"] != "hook"]
    assert said
    assert all("could not be asked" in each and "rotate" not in each for each in said), said


def test_a_pool_without_a_tool_is_not_checked(desk: DeskDriver) -> None:
    """A pool that is reached by webhook has a ping of its own."""
    answer = desk.shop.admin("POST", "/v1/admin/pools/vendor/check", {})
    assert (answer.status, answer.json["error"]["state"]) == (409, "webhook")
    assert desk.shop.admin("POST", "/v1/admin/pools/nobody/check", {}).status == 404


def test_a_webhooks_signature_opens_no_pool_in_a_tool(desk: DeskDriver) -> None:
    """The pool's own events are refused, because its fields are no key of ours."""
    data = {"conversation_id": "t" + "a" * 26 + "-1", "epoch": 1, "text": "x"}
    body = {"type": "message.sent", "timestamp": "2026-03-01T12:00:00Z", "data": data}
    assert desk.shop.signed(f"/v1/pools/{DESK}/events", body).status == 401


@pytest.mark.parametrize("path", ["/v1/desks/fax/team", "/v1/desks/slack/nobody"])
def test_a_hook_of_nobody_is_refused(desk: DeskDriver, path: str) -> None:
    """An unknown kind is not found, and an unknown pool is not authorized."""
    status = desk.shop.request("POST", path, b"{}", {"content-type": "application/json"}).status
    assert status == (404 if "fax" in path else 401)
