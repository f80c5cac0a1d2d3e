"""Keys for programs are made, listed and removed over the operators' API."""

import json
from typing import Any

import pytest
from surgeline.application.staff.keys import MOST_KEYS, AdminKeys
from surgeline.errors import Disagrees

from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage

KEYS = "/v1/admin/keys"


def made(stage: Stage, name: str, scope: str) -> dict[str, str]:
    """Return the headers of a new key."""
    answered = stage.admin("POST", KEYS, {"name": name, "scope": scope})
    assert answered.status == 201, answered.text
    return {"authorization": f"Bearer {answered.json['key']}"}


def test_a_key_does_what_its_scope_says(stage: Stage) -> None:
    """`read` shows, `lead` also runs the day, and `write` changes everything."""
    asked = (
        ("GET", "/v1/admin/status", {}),
        ("POST", "/v1/admin/staff/nobody/revoke", {}),
        ("PUT", "/v1/admin/pools/north", {}),
    )
    found = {}
    for scope in ("read", "lead", "write"):
        headers = made(stage, f"a-{scope}", scope)
        statuses = [stage.request(*each, headers).status for each in asked]
        found[scope] = [status not in (401, 403) for status in statuses]
    assert found == {
        "read": [True, False, False],
        "lead": [True, True, False],
        "write": [True, True, True],
    }


def test_a_key_is_told_once_and_opens_nothing_once_removed(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the list, the store, the logs nor the record has it, and who made it is on record."""
    headers = made(stage, "dashboard", "read")
    key = headers["authorization"].removeprefix("Bearer ")
    listed = stage.admin("GET", KEYS)
    assert listed.json["keys"][1:] == [{"name": "dashboard", "scope": "read"}]
    assert stage.request("GET", KEYS, headers=headers).json == listed.json
    admin = sign_in(stage, "Ann", "admin")
    assert stage.request("DELETE", f"{KEYS}/dashboard", headers=admin).status == 200
    assert stage.request("GET", KEYS, headers=headers).status == 401
    assert stage.request("DELETE", f"{KEYS}/dashboard", headers=admin).status == 404
    record = stage.admin("GET", "/v1/admin/audit")
    acts = [(e["who"], e["act"], e["target"]) for e in record.json["acts"] if "keys" in e["act"]]
    assert acts[1:] == [
        ("Ann (admin)", "DELETE keys/{key_name}", "dashboard"),
        ("the key 'test'", "POST keys", "dashboard"),
    ]
    kept = stage.backend.secrets().get("admin") or ""
    said = "".join(capsys.readouterr())
    assert all(key not in each for each in (kept, said, record.text, listed.text))


def test_a_key_can_not_remove_itself(stage: Stage) -> None:
    """Whoever has only this key would be locked out."""
    refused = stage.admin("DELETE", f"{KEYS}/test")
    assert (refused.status, "with another one" in refused.text) == (409, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Dash Board", "scope": "read"}, "name"),
        ({"name": "", "scope": "read"}, "name"),
        ({"name": "dashboard"}, "scope"),
        ({"name": "dashboard", "scope": "desk"}, "scope"),
        ({"name": "dashboard", "scope": ["read"]}, "scope"),
    ],
)
def test_a_wrong_key_is_refused(stage: Stage, body: Any, field: str) -> None:
    """The refusal names the field, and no key is made."""
    answered = stage.admin("POST", KEYS, body)
    assert (answered.status, answered.json["error"]["field"]) == (400, field)


def test_a_name_is_given_once_and_keys_are_few(stage: Stage) -> None:
    """A name that is taken is refused, and so is a key more than one parameter has room for."""
    keys = AdminKeys(stage.backend.secrets())
    for number in range(1, MOST_KEYS):
        keys.add(f"k{number}", "read", bytes([number]) * 32)
    with pytest.raises(Disagrees, match="remove it, or use another name"):
        keys.add("k1", "read", b"x" * 32)
    with pytest.raises(Disagrees, match="that nobody uses"):
        keys.add("more", "read", b"x" * 32)
    assert len(json.loads(stage.backend.secrets().get("admin") or "")) == MOST_KEYS
