"""Secrets are kept, replaced and swapped by name."""

import pytest
from surgeline.adapters.signing.endpoint_keys import endpoint_keys
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.ports.refusals import Changed

from tests.contract.homes import Home


def test_a_secret_is_read_by_its_name(home: Home) -> None:
    """A secret's name is whole, so a name below another names another secret."""
    home.secrets.put("channels/web", "whsec_1")
    home.secrets.put("channels/web/previous", "whsec_0")
    assert home.secrets.get("channels/web") == "whsec_1"
    assert home.secrets.get("channels/web/previous") == "whsec_0"


def test_an_unknown_secret_is_none(home: Home) -> None:
    """An unknown secret is answered with None and is no failure."""
    assert home.secrets.get("channels/web") is None
    assert home.secrets.latest("channels/web") is None


@pytest.mark.parametrize("name", ["channels/\ud800", "channels/한국", "channels/\x00"])
def test_i12_a_name_that_is_no_name_has_no_secret(home: Home, name: str) -> None:
    """No text of a path makes the search for a caller's secret fail."""
    assert endpoint_keys(home.secrets, name) == ()
    assert field_sets(home.secrets, name.removeprefix("channels/"), "line") == ()


def test_a_secret_is_replaced(home: Home) -> None:
    """A process that sets a secret reads the new secret at once."""
    home.secrets.put("ids", "old")
    assert home.secrets.get("ids") == "old"
    home.secrets.put("ids", "new")
    assert home.secrets.get("ids") == "new"
    assert home.secrets.latest("ids") == "new"


def test_a_secret_is_deleted(home: Home) -> None:
    """There is none any more, and deleting it again does no harm."""
    home.secrets.put("pools/acme", "whsec_1")
    for _ in range(2):
        home.secrets.delete("pools/acme")
        assert home.secrets.get("pools/acme") is None
        assert home.secrets.latest("pools/acme") is None
    home.secrets.put("pools/acme", "whsec_2")
    assert home.secrets.get("pools/acme") == "whsec_2"


def test_a_secret_is_swapped_only_for_what_it_was(home: Home) -> None:
    """The second of two swaps from the same secret is refused, and the first one's secret stays."""
    home.secrets.swap("pools/acme", "a", was=None)
    home.secrets.swap("pools/acme", "b a", was="a")
    for was in (None, "a"):
        with pytest.raises(Changed):
            home.secrets.swap("pools/acme", "c", was=was)
    assert home.secrets.latest("pools/acme") == "b a"
