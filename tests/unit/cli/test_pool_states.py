"""`pool list` and `status` show how pools stand now."""

import json
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

CONFIGURED = {"id": "vendor", "kind": "outsourced", "url": "https://v.test/", "paused": False}
STAND: dict[str, Any] = {
    "id": "vendor", "state": "open", "why": "", "until": None,
    "seats": None, "taken": 2, "free": None, "waiting": 0,
}  # fmt: skip
DISABLED = {"state": "disabled", "why": "its endpoint is gone (status 410)", "until": None}
CLOSED = {"state": "closed", "why": "outside its hours", "until": "2026-03-02T08:00:00.000Z"}
CAP = {"state": "over_its_cap", "why": "5 of 5 today", "until": "2026-03-02T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("stand", "said"),
    [
        ({}, "open"),
        (DISABLED, "disabled, its endpoint is gone (status 410)"),
        (CLOSED, "closed until 2026-03-02T08:00Z, outside its hours"),
        (CAP, "over its cap until 2026-03-02T00:00Z, 5 of 5 today"),
        ({"state": "paused", "why": "an operator paused it"}, "paused"),
        ({"state": "full", "why": "4 of 4 seats are taken"}, "full, 4 of 4 seats are taken"),
    ],
)
def test_pools_are_shown_as_they_stand(
    operator: Run, instance: FakeInstance, stand: dict[str, Any], said: str
) -> None:
    """The list and the status say the state, its end and its reason; JSON has all of it."""
    stand = STAND | stand
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": [dict(CONFIGURED)]}})
    instance.answer("GET /v1/admin/live", {"pools": [stand]})
    line = operator("pool", "list").output
    assert said in line
    assert "bounds itself, 0 wait" in line
    [listed] = json.loads(operator("pool", "list", "--json").output)
    assert listed == CONFIGURED | {"now": stand}
    told = {"status": "ok", "configuration": "v1", "channels": [], "knowledge": {}}
    states = {"pools": ["vendor", "new"], "pool_states": {"vendor": stand}, "dead_letters": 0}
    instance.answer("GET /v1/admin/status", told | states)
    assert f"vendor ({said}), new" in operator("status").output


def test_an_instance_that_is_too_old_tells_the_configured_standing(
    operator: Run, instance: FakeInstance
) -> None:
    """Without the route the list says what is configured."""
    pools = [CONFIGURED | {"paused": True}]
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": pools}})
    assert "paused" in operator("pool", "list").output


def test_seats_are_shown_where_a_pool_has_some(operator: Run, instance: FakeInstance) -> None:
    """A pool with seats shows how many are taken, and how many conversations wait."""
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": [dict(CONFIGURED)]}})
    stand = STAND | {"seats": 4, "free": 2, "waiting": 3}
    instance.answer("GET /v1/admin/live", {"pools": [stand]})
    assert "2 of 4 seats, 3 wait" in operator("pool", "list").output


def test_the_list_says_who_waits_and_how_long_a_newcomer_would(
    operator: Run, instance: FakeInstance
) -> None:
    """The range is in minutes; an older instance that does not know it says nothing of it."""
    full = STAND | {"state": "full", "waiting": 3}
    newcomer = {"newcomer_waits_seconds": {"low": 240, "high": 540}}
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": [dict(CONFIGURED)]}})
    instance.answer("GET /v1/admin/live", {"pools": [full | newcomer]})
    assert "full, 3 wait, a newcomer 4 to 9 min" in operator("pool", "list").output
