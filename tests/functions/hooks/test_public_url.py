"""The URL that a provider calls is kept beside the fields, whoever reaches this system how."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.signing.field_sets import read_sets

from local.virtual.front import Answered
from local.virtual.home import VirtualHome
from tests.functions.channels.driver import API
from tests.functions.channels.line_driver import LineDriver

FIELDS = LineDriver.FIELDS


class Line(LineDriver):
    """A LINE channel that is defined anew."""

    def put(self, body: dict[str, Any]) -> Answered:
        return self.shop.admin("PUT", self.admin_path, body)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Yield a LINE channel in a virtual home."""
    home = VirtualHome(tmp_path)
    yield Line(home)
    home.close()


@pytest.mark.parametrize(
    "url", ["http://chat.example.com/", "chat.example.com", "https://a.example/?b", "ftp://a", 5]
)
def test_a_public_url_is_an_address(line: Line, url: object) -> None:
    """The address that the provider calls has a scheme, a host, and nothing behind its path."""
    answer = line.put({"kind": "line", "fields": FIELDS, "public_url": url})
    assert answer.status == 422
    assert answer.json["error"]["problems"][0].startswith("public_url: give the address")


def test_the_hooks_url_is_kept_with_every_set_of_fields(line: Line) -> None:
    """The address stays through a rotation and a change, until another one is given."""

    def kept() -> list[str | None]:
        stored = line.home.backend.secrets().latest("channels/mine") or ""
        return [each.get("hook_url") for each in read_sets("line", stored)]

    assert kept() == ["http://shop.test/v1/hooks/line/mine"]
    more = {"public_url": "https://chat.example.com/sub"}
    first = line.put({"kind": "line", "fields": FIELDS, "api_base": API} | more)
    assert first.json["hook_url"] == "https://chat.example.com/sub/v1/hooks/line/mine"
    new = {"fields": {"channel_access_token": "next"}}
    assert line.shop.admin("POST", "/v1/admin/channels/mine/secret", new).json == {"good": 2}
    assert line.put({"kind": "line", "api_base": API}).json["hook_url"] == first.json["hook_url"]
    assert kept() == [first.json["hook_url"]] * 2
    line.put({"kind": "line", "api_base": API, "public_url": "https://b.example"})
    assert kept() == ["https://b.example/v1/hooks/line/mine"] * 2
