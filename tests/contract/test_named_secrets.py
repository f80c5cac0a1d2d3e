"""Secrets by name."""

from tests.contract.homes import Home


def test_a_secret_is_read_by_its_name(home: Home) -> None:
    """Names are whole: one below another is another secret."""
    home.secrets.put("channels/web", "whsec_1")
    home.secrets.put("channels/web/previous", "whsec_0")
    assert home.secrets.get("channels/web") == "whsec_1"
    assert home.secrets.get("channels/web/previous") == "whsec_0"


def test_an_unknown_secret_is_none(home: Home) -> None:
    """Not having a secret is an answer, not a failure."""
    assert home.secrets.get("channels/web") is None
    assert home.secrets.latest("channels/web") is None


def test_a_secret_is_replaced(home: Home) -> None:
    """Who sets a secret reads the new one at once."""
    home.secrets.put("ids", "old")
    assert home.secrets.get("ids") == "old"
    home.secrets.put("ids", "new")
    assert home.secrets.get("ids") == "new"
    assert home.secrets.latest("ids") == "new"
