"""`surgeline config diff` and `config copy` carry a configuration from staging to production."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run, fake_instance

from cli.config import differences

pytestmark = pytest.mark.enable_socket

ROUTE = "GET /v1/admin/configuration"
PROD: dict[str, Any] = {
    "channels": [{"id": "shop", "kind": "signed", "url": "https://prod.example/"}],
    "pools": [{"id": "north", "seats": 5, "url": "https://prod.example/n", "paused": False}],
    "rules": {"gap_seconds": 10},
}
STAGING: dict[str, Any] = {
    "channels": [{"id": "shop", "kind": "signed", "url": "https://staging.example/"}],
    "pools": [
        {"id": "north", "seats": 8, "url": "https://staging.example/n", "paused": False},
        {"id": "night", "seats": 1, "url": "https://night.example/"},
    ],
    "rules": {"gap_seconds": 10},
}


def in_force(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"version": "v1", "configuration": configuration}


@pytest.fixture
def prod(instance: FakeInstance) -> FakeInstance:
    instance.answer(ROUTE, in_force(PROD))
    return instance


def test_what_would_change_is_named_by_its_place(
    operator: Run, prod: FakeInstance, tmp_path: Path
) -> None:
    """Addresses of staging are no difference, unless they are asked for."""
    file = tmp_path / "staging.json"
    file.write_text(json.dumps(STAGING))
    shown = operator("config", "diff", "--from", str(file))
    assert shown.exit_code == 1
    assert shown.output.splitlines() == [
        'pools.night: nothing -> {"id": "night", "seats": 1, "url": "https://night.example/"}',
        "pools.north.seats: 5 -> 8",
    ]
    shown = operator("config", "diff", "--from", str(file), "--addresses", "--json")
    assert "channels.shop.url" in [each["place"] for each in json.loads(shown.output)]
    file.write_text(json.dumps(in_force(PROD)))
    same = operator("config", "diff", "--from", str(file))
    assert (same.exit_code, same.output) == (0, "Both are the same.\n")


def test_a_copy_keeps_the_targets_addresses_and_its_version_is_compared(
    operator: Run, prod: FakeInstance
) -> None:
    """What another person publishes meanwhile is not overwritten."""
    prod.answer("PUT /v1/admin/configuration", {"version": "v2"})
    with fake_instance() as staging:
        staging.answer(ROUTE, in_force(STAGING))
        shown = operator("config", "copy", "--from", staging.url, "--from-key", "k", "--yes")
    assert shown.exit_code == 0, shown.output
    [put] = prod.requests("PUT")
    assert put.if_match == "v1"
    assert [each["url"] for each in put.json["pools"]] == [
        "https://prod.example/n",
        "https://night.example/",
    ]
    assert put.json["channels"] == PROD["channels"]


def test_secrets_go_on_to_the_targets_own_systems(operator: Run, prod: FakeInstance) -> None:
    """A copy never names the other instance's provider or customers' system, unless asked to."""
    here = {
        "channels": [
            {"id": "sms", "kind": "twilio", "api_base": "https://api.twilio.com"},
            {"id": "shop", "kind": "signed", "reply_url": "https://prod.example/replies"},
            {"id": "mail", "address": "help@prod.example", "smarthost": {"host": "a.example"}},
        ],
        "pools": [],
        "customers": {"kind": "own", "url": "https://crm.prod.example"},
    }
    there = {
        "channels": [
            {"id": "sms", "kind": "twilio", "api_base": "https://stand-in.example"},
            {"id": "shop", "kind": "signed", "reply_url": "https://staging.example/replies"},
            {"id": "mail", "address": "help@staging.example", "smarthost": {"host": "b.example"}},
        ],
        "pools": [],
        "rules": {"gap_seconds": 20},
        "customers": {"kind": "own", "url": "https://crm.staging.example"},
    }
    prod.answer("PUT /v1/admin/configuration", {"version": "v2"})
    with fake_instance() as staging:
        staging.answer(ROUTE, in_force(there))
        source = ("config", "copy", "--from", staging.url, "--from-key", "k", "--yes")
        for own in (here, here | {"customers": None}, {"channels": here["channels"], "pools": []}):
            prod.answer(ROUTE, in_force(own))
            assert operator(*source).exit_code == 0
        assert operator(*source, "--addresses").exit_code == 0
    *kept, whole = [each.json for each in prod.requests("PUT")]
    assert [each["channels"] for each in kept] == [here["channels"]] * 3
    assert [each.get("customers") for each in kept] == [here["customers"], None, None]
    assert whole == there


def test_nothing_is_copied_without_a_yes(operator: Run, prod: FakeInstance, tmp_path: Path) -> None:
    """Where nobody can be asked the command says how to agree."""
    file = tmp_path / "staging.json"
    file.write_text(json.dumps(STAGING))
    shown = operator("config", "copy", "--from", str(file))
    assert (shown.exit_code, "add --yes" in shown.output) == (2, True)
    assert prod.requests("PUT") == []
    assert operator("config", "copy", "--from", "nowhere.json", "--yes").exit_code == 2


def test_items_are_compared_by_their_ids_and_their_order_is_told() -> None:
    """Pools are asked in order, so a changed order is a change."""
    one, two = {"id": "a", "n": 1}, {"id": "b", "n": 2}
    assert list(differences({"pools": [one, two]}, {"pools": [two, one]})) == [
        ("pools in order", ["a", "b"], ["b", "a"])
    ]
    assert list(differences({"pools": [one]}, {"pools": []})) == [("pools.a", one, None)]
    assert list(differences([1, 2], [1, 2])) == []
    assert list(differences([1, 2], [2], "x")) == [("x", [1, 2], [2])]
