"""The doctor asks a running instance, and tries its endpoints without sending anything."""

import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cli.doctor import instance
from cli.doctor.finding import Finding
from tests.instance import free_port

FINE: Mapping[str, Any] = {
    "troubles": [],
    "configuration": "c1",
    "pool_states": {"vendor": {"state": "ready", "why": None, "until": None}},
    "unreadable": [],
    "knowledge": {"shop": "k1"},
    "dead_letters": 0,
}
NOW = 1_772_366_400.0
DAY = 86_400


def wrong(**changes: object) -> list[Finding]:
    """Return the findings of a status with changes that are not fine."""
    return [each for each in instance.of_status({**FINE, **changes}) if each.level != "ok"]


def test_an_instance_that_is_well_has_no_finding() -> None:
    """Nothing is told of what is fine but that it is."""
    assert wrong() == []


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"troubles": ["nobody takes what is due"]}, "instance", "nobody takes|runbook"),
        ({"dead_letters": 3}, "dead letters", "3 messages|surgeline dlq redrive"),
        ({"configuration": None}, "configuration", "surgeline config publish"),
        ({"unreadable": ["channels/x"]}, "versions", "channels/x|deploy"),
        ({"knowledge": {"shop": None}}, "knowledge", "shop|surgeline kb publish"),
        (
            {"pool_states": {"vendor": {"state": "disabled", "why": "gone", "until": None}}},
            "pools",
            "vendor|gone|surgeline pool resume vendor",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "|" not in value else "",
)
def test_what_an_instance_says_of_itself_is_told(
    changes: Mapping[str, object], check: str, words: str
) -> None:
    """Each of its troubles has a finding, with what to do."""
    [found] = wrong(**changes)
    assert found.check == check
    assert [word for word in words.split("|") if word not in found.what + found.todo] == []


def test_every_endpoint_of_a_configuration_is_found() -> None:
    """Channels, pools and subscribers have addresses, and some of them have none."""
    settings = {
        "channels": [{"id": "app", "reply_url": "https://app.example/"}, {"id": "web"}],
        "pools": [{"id": "vendor", "url": "https://vendor.example/x"}, {"id": "desk"}],
        "subscriptions": [{"id": "crm", "url": "https://crm.example/in"}, {"id": "ann"}],
    }
    assert dict(instance.addresses(settings)) == {
        "channel:app": "https://app.example/",
        "pool:vendor": "https://vendor.example/x",
        "subscription:crm": "https://crm.example/in",
    }


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.enable_socket
def test_an_endpoint_is_reached_or_not(listening: int) -> None:
    """Only its host and port are told, because the rest of a URL may hold a token."""
    secret = "token-4711"
    fine = instance.reached("pool:vendor", f"http://127.0.0.1:{listening}/{secret}?key={secret}")
    gone = instance.reached("pool:vendor", f"http://u:{secret}@127.0.0.1:{free_port()}/{secret}")
    assert [fine.level, gone.level] == ["ok", "fail"]
    assert f"127.0.0.1:{listening}" in fine.what
    assert secret not in f"{fine} {gone}"


@pytest.mark.parametrize(
    ("seconds", "level"), [(20 * DAY, "ok"), (10 * DAY, "warn"), (-DAY, "warn")]
)
def test_a_certificate_that_ends_soon_is_told(seconds: int, level: str) -> None:
    """Its owner has two weeks to renew it."""
    from email.utils import formatdate

    ends = formatdate(NOW + seconds, usegmt=True)  # Sun, 01 Mar 2026 12:00:00 GMT
    parts = ends.split()
    written = f"{parts[2]} {int(parts[1]):2d} {parts[4]} {parts[3]} GMT"
    assert instance.certificate("pool:vendor at vendor.example:443", written, NOW).level == level


def test_without_a_key_an_instance_is_not_asked() -> None:
    """That is told, and is no fault of the instance."""
    [found] = instance.look_at_instance("http://127.0.0.1:1", None, endpoints=True)
    assert found.level == "warn"
    assert "SURGELINE_ADMIN_KEY" in found.todo


@pytest.mark.enable_socket
def test_an_instance_that_does_not_answer_is_told() -> None:
    """The address is in the message."""
    url = f"http://127.0.0.1:{free_port()}"
    [found] = instance.look_at_instance(url, "key", endpoints=True)
    assert found.level == "fail"
    assert url in found.what
