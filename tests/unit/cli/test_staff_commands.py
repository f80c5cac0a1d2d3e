"""`surgeline staff` and `surgeline audit` against a fake instance."""

import json
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PERSON = {"id": "u1", "name": "Mina", "role": "agent", "pools": ["desk"], "revoked": False}
INVITED = (201, {"person": PERSON, "path": "/sign-in#token", "expires_at": "2026-03-04T12:00:00Z"})


def configured(instance: FakeInstance, *pools: dict[str, Any]) -> None:
    """Let the instance have these pools, and take invitations and new pools."""
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": list(pools)}})
    instance.answer("POST /v1/admin/staff", INVITED)
    for name in ("desk", "night"):
        instance.answer(f"PUT /v1/admin/pools/{name}", {"pool": {}})


def console(name: str) -> dict[str, Any]:
    return {"id": name, "kind": "in_house", "reached_by": "console"}


def test_an_invitation_prints_its_link(operator: Run, instance: FakeInstance) -> None:
    """The link is the instance's address and the path, for people and for programs."""
    configured(instance, console("desk"))
    shown = operator("staff", "invite", "Mina", "--role", "agent")
    assert f"{instance.url}/sign-in#token" in shown.output
    told = json.loads(operator("staff", "invite", "Mina", "--role", "agent", "--json").output)
    assert told["url"] == f"{instance.url}/sign-in#token"
    assert instance.requests("POST")[0].json == {
        "name": "Mina",
        "role": "agent",
        "pools": ["desk"],
    }
    assert instance.requests("PUT") == []


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        (None, "No issuer proves accounts here"),
        ("https://login.shop.example", "of https://login.shop.example signs in at /sign-in"),
        (
            "https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_Ab1",
            "--user-pool-id eu-west-3_Ab1 --username mina@shop.example --user-attributes",
        ),
    ],
)
def test_an_address_says_what_lets_its_account_in(
    operator: Run, instance: FakeInstance, issuer: str | None, told: str
) -> None:
    """The address goes along, and the output says what is left to do where it signs in."""
    configured(instance, console("desk"))
    person = PERSON | {"email": "mina@shop.example", "has_password": True}
    instance.answer("POST /v1/admin/staff", (201, INVITED[1] | {"person": person}))
    instance.answer("GET /v1/staff/issuer", {"issuer": issuer, "client": "c"})
    given = ("--role", "lead", "--email", "mina@shop.example")
    assert told in operator("staff", "invite", "Mina", *given).output
    assert instance.requests("POST")[0].json["email"] == "mina@shop.example"
    instance.answer("GET /v1/admin/staff", {"people": [person]})
    assert "(password, mina@shop.example)" in operator("staff", "list").output


def test_a_pool_that_does_not_exist_is_made(operator: Run, instance: FakeInstance) -> None:
    """The first agent gets a desk, a named pool is made, and the output says so."""
    configured(instance, {"id": "vendor", "kind": "outsourced", "url": "https://v.example/"})
    assert "Pool desk is new" in operator("staff", "invite", "Mina", "--role", "agent").output
    named = operator("staff", "invite", "Mina", "--role", "agent", "--pool", "night")
    assert "Pool night is new" in named.output
    made = [(each.path, each.json["reached_by"]) for each in instance.requests("PUT")]
    assert made == [("/v1/admin/pools/desk", "console"), ("/v1/admin/pools/night", "console")]


def test_an_agent_of_several_pools_says_which(operator: Run, instance: FakeInstance) -> None:
    """With two pools of the console one has to be named, and a lead needs none."""
    configured(instance, console("desk"), console("night"))
    refused = operator("staff", "invite", "Mina", "--role", "agent")
    assert refused.exit_code == 1
    assert "--pool desk or --pool night" in refused.output
    assert operator("staff", "invite", "Ann", "--role", "lead").exit_code == 0


def test_a_person_is_revoked_by_name(operator: Run, instance: FakeInstance) -> None:
    """The name is found in any case, and an unknown one is told so."""
    instance.answer("GET /v1/admin/staff", {"people": [PERSON]})
    instance.answer("POST /v1/admin/staff/u1/revoke", {"person": PERSON})
    assert operator("staff", "revoke", "mina").exit_code == 0
    unknown = operator("staff", "revoke", "Lee")
    assert unknown.exit_code == 1
    assert "surgeline staff list" in unknown.output
    assert "Mina" in operator("staff", "list").output


def test_the_record_says_who_changed_what(operator: Run, instance: FakeInstance) -> None:
    """Each line has the time, the person, the change, its target, the answer and the reason."""
    act = {
        "id": "a1",
        "at": "2026-03-01T12:00:00.000Z",
        "who": "Ann (lead)",
        "act": "PATCH pools/{pool_id}/day",
        "target": "desk",
        "reason": "lunch",
        "status": None,
    }
    instance.answer("GET /v1/admin/audit", {"acts": [act]})
    shown = operator("audit").output
    assert "2026-03-01T12:00:00Z  Ann (lead)" in shown
    assert "PATCH pools/desk/day  cut off" in shown
    assert '"lunch"' in shown


def test_a_key_is_printed_once(operator: Run, instance: FakeInstance) -> None:
    """The key stands on a line of its own, the list has none, and a removal names it."""
    made = {"name": "dashboard", "scope": "read", "key": "sk_abc"}
    instance.answer("POST /v1/admin/keys", (201, made))
    instance.answer("GET /v1/admin/keys", {"keys": [{"name": "dashboard", "scope": "read"}]})
    instance.answer("DELETE /v1/admin/keys/dashboard", {"removed": "dashboard"})
    shown = operator("key", "add", "dashboard", "--scope", "read").output
    assert shown.splitlines() == ["The key dashboard (read), shown only now:", "sk_abc"]
    assert json.loads(operator("key", "add", "d", "--scope", "read", "--json").output) == made
    assert operator("key", "list").output.split() == ["dashboard", "read"]
    assert "opens nothing" in operator("key", "remove", "dashboard").output
