"""The first secret of an endpoint is made once, whoever asks for it at the same moment."""

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.ports.refusals import Changed

from tests.unit.configuration.test_shelf import Home

SIGNED = {"channels": [{"id": "shop", "kind": "signed", "reply_url": "https://shop.test/"}]}


class Overtaken:
    """Secrets among which another process puts the first one, right after it was looked for."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def latest(self, name: str) -> str | None:
        found = self.kept.get(name)
        self.kept[name] = "theirs"
        return found

    def put(self, name: str, value: str) -> None:
        self.kept[name] = value

    def swap(self, name: str, value: str, *, was: str | None) -> None:
        if self.kept.get(name) != was:
            raise Changed(name)
        self.kept[name] = value


def test_of_two_first_secrets_one_counts() -> None:
    """The operator who came second is told, and the first one's secret stays good."""
    home, secrets = Home(), Overtaken()
    home.publish(SIGNED, "v1")
    change = ChangeConfiguration(
        shelf=home.shelf,
        form=ConfigurationFormat(),
        secrets=secrets,  # type: ignore[arg-type] # what the use case calls of them
        board=None,  # type: ignore[arg-type] # not called
        dismiss=lambda _: None,
        new_secret=lambda: "ours",
        allow_loopback=True,
    )
    with pytest.raises(Changed):
        change.first_secret("channels", "shop")
    assert secrets.kept == {"channels/shop": "theirs"}
