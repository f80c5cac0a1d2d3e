"""The bridge of the documentation answers the check and look-ups as the interface asks for."""

import json
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest
from surgeline.adapters.customers.own import OwnSystem
from surgeline.adapters.customers.system import Means
from surgeline.adapters.outbound.sender import Sender
from surgeline.adapters.signing.standard_webhooks import decode_secret
from surgeline.adapters.webhooks import PlainPosts, SignedWebhooks
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Delivered, LookedUp
from surgeline.domain.customers.settings import CustomerSettings

from local.home.clock import SystemClock
from local.published.customer_data import document
from tests.unit.simulators.documents import load

pytestmark = pytest.mark.enable_socket

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class OneSecret:
    """Knows the one secret."""

    def get(self, name: str) -> str | None:
        return SECRET if name == "customers/data" else None


@pytest.fixture(scope="module")
def bridge() -> Iterator[tuple[ModuleType, OwnSystem]]:
    """Yield the running bridge, and Surgeline's way to it."""
    module: Any = load("customer_bridge")
    module.KEY = decode_secret(SECRET)
    module.Bridge.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), module.Bridge)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    sender, secrets, clock = Sender(allow_loopback=True), OneSecret(), SystemClock()
    settings = CustomerSettings(url=f"http://127.0.0.1:{server.server_port}")
    webhooks: Any = SignedWebhooks(sender, secrets, clock)  # type: ignore[arg-type] # only get is used
    means = Means(settings, webhooks, PlainPosts(sender), webhooks, clock.now())
    yield module, OwnSystem(means)
    server.shutdown()
    server.server_close()
    sender.close()


def delivery(event: str, payload: dict[str, object]) -> Delivery:
    """Return a delivery to the company's system."""
    return Delivery("n1", "t1", "t1-1", "customers", "data", event, 0, 0, payload)


def by(value: str, kind: str = "email") -> dict[str, object]:
    """Return the payload of a look-up by one identity."""
    identity = {"kind": kind, "channel": "email", "value": value, "verified": True}
    return {"identities": [identity], "purpose": "handoff"}


def test_the_bridge_passes_the_check(bridge: tuple[ModuleType, OwnSystem]) -> None:
    """It is well, knows nobody by a made-up address, and refuses a forged request."""
    found = list(bridge[1].check(timeout_seconds=5))
    assert [(each.name, each.ok) for each in found] == [
        ("health", True),
        ("lookup", True),
        ("signature", True),
    ]


def test_the_bridge_finds_one_customer_and_never_guesses(
    bridge: tuple[ModuleType, OwnSystem],
) -> None:
    """One address is one customer, two customers are `many`, and a phone number is nobody."""
    module, system = bridge
    found = system.look_up(delivery("customer.lookup", by("kim@example.com")), timeout_seconds=5)
    assert isinstance(found, LookedUp)
    assert found.found.file is not None
    assert found.found.file.orders[0].status == "shipped"
    module.CUSTOMERS.append({"id": "c-18", "name": "Lee", "email": "kim@example.com"})
    two = system.look_up(delivery("customer.lookup", by("kim@example.com")), timeout_seconds=5)
    module.CUSTOMERS.pop()
    nobody = by("+491701234567", "phone_e164")
    none = system.look_up(delivery("customer.lookup", nobody), timeout_seconds=5)
    assert isinstance(two, LookedUp)
    assert isinstance(none, LookedUp)
    assert (two.found.answer, none.found.answer) == ("many", "unknown")


def test_the_bridge_keeps_a_case_once(bridge: tuple[ModuleType, OwnSystem]) -> None:
    """A repeat under the same key is the same case."""
    module, system = bridge
    told = by("kim@example.com") | {"customer_id": "", "reason": "x", "text": "y", "priority": 0}
    for _ in range(2):
        kept = system.keep(delivery("customer.case", told), timeout_seconds=5)
        assert isinstance(kept, Delivered)
    assert list(module.kept) == ["n1"]


def test_the_published_document_names_the_four_routes() -> None:
    """The document is the one that is served, with a schema for each body."""
    made = document()
    assert sorted(made["paths"]) == ["/cases", "/health", "/lookup", "/notes"]
    assert {"LookUp", "LookedUp", "NewCase", "NewNote"} <= set(made["components"]["schemas"])
    json.dumps(made)
