"""Kinds that no release has are set up over the operators' API like those that it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from surgeline.adapters.configuration.kinds import CHANNELS, POOLS, Kinds
from surgeline.adapters.configuration.models import document

from local.virtual.home import VirtualHome
from local.virtual.shop import Shop

KINDS = Kinds(
    channels={**CHANNELS, "pigeon": "tests.functions.toys.carrier_pigeon"},
    pools={**POOLS, "intercom": "tests.functions.toys.intercom"},
)
LOFT = "/v1/admin/channels/loft"
DESK = "/v1/admin/pools/desk"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Yield a shop in a home that knows the toys."""
    home = VirtualHome(tmp_path, kinds=KINDS)
    yield Shop(home)
    home.close()


def test_a_channel_of_a_new_kind_is_added_and_changed(shop: Shop) -> None:
    """A channel's own field stands beside the common ones, and a wrong value is named with its
    place.
    """
    wrong = shop.admin("PUT", LOFT, {"kind": "pigeon", "reply_url": "https://a.test/"})
    assert wrong.json["error"]["problems"] == [
        "reply_url: there is no such field",
        "loft: is missing",
    ]
    made = shop.admin("PUT", LOFT, {"kind": "pigeon", "loft": "https://loft.test/"}).json
    assert made["secret"].startswith("whsec_")
    changed = shop.admin("PATCH", LOFT, {"loft": "https://other.test/"}).json
    assert changed["channel"]["loft"] == "https://other.test/"
    whole = shop.admin("GET", "/v1/admin/configuration").json["configuration"]
    assert whole["channels"][2] == {
        "id": "loft",
        "kind": "pigeon",
        "knowledge_base": "shop",
        "loft": "https://other.test/",
        "closure": None,
        "drill": False,
    }
    assert shop.admin("PUT", "/v1/admin/configuration", whole).status == 200


def test_a_pool_that_is_reached_in_a_new_way_is_added(shop: Shop) -> None:
    """A pool with a room and no URL is added, and it cannot be pinged."""
    desk = {"kind": "in_house", "reached_by": "intercom", "room": "attic", "seats": 2}
    assert shop.admin("PUT", DESK, desk).status == 200
    assert shop.admin("PUT", DESK, desk | {"url": "https://a.test/"}).status == 422
    pinged = shop.admin("POST", f"{DESK}/ping", {})
    assert (pinged.status, pinged.json["error"]["state"]) == (409, "intercom")


def test_a_kind_without_its_line_in_the_registry_is_refused(tmp_path: Path) -> None:
    """The answer names the kinds that there are."""
    home = VirtualHome(tmp_path)
    refused = Shop(home).admin("PUT", LOFT, {"kind": "pigeon", "loft": "x"})
    home.close()
    known = ", ".join(CHANNELS)
    assert refused.json["error"]["problems"] == [f"kind: 'pigeon' is none of {known}"]


def test_the_schema_of_the_configuration_has_every_kind() -> None:
    """An editor is told of a new kind's fields by the registry's line alone."""
    schema = TypeAdapter(document(KINDS)).json_schema()
    assert "loft" in schema["$defs"]["Loft"]["properties"]
    assert schema["$defs"]["Desk"]["properties"]["reached_by"]["const"] == "intercom"
