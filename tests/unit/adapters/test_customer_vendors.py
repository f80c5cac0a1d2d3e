"""Each vendor's system is asked in its own way, and its faults and lies cost nothing.

The shapes are those of the vendors' documentation. No account of any vendor was used.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from surgeline.adapters.configuration.kinds import SYSTEMS, system_kind
from surgeline.adapters.customers.system import Means
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.application.ports.deliveries import Delivery, Download, Reply, SendFailed
from surgeline.application.ports.targets import Delivered, LookedUp, Refused
from surgeline.domain.customers.settings import CustomerSettings

from tests.unit.adapters import vendors_customers as shapes

ROOT = "https://vendor.test"
VENDORS = tuple(name for name in SYSTEMS if name != "own")
ANSWERS: Mapping[str, list[Any]] = {
    "shopify": [shapes.SHOPIFY],
    "woocommerce": [shapes.WOO_CUSTOMERS, shapes.WOO_ORDERS],
    "hubspot": [shapes.HUBSPOT_CONTACTS, shapes.HUBSPOT_TICKETS],
    "zendesk": [shapes.ZENDESK_USERS, shapes.ZENDESK_TICKETS],
    "salesforce": [
        shapes.SALESFORCE_TOKEN,
        shapes.SALESFORCE_CONTACTS,
        shapes.SALESFORCE_CASES,
    ],
}


class Simulator:
    """A vendor that gives its answers in turn: JSON, raw bytes, a status, or no answer."""

    def __init__(self, answers: list[Any], *, milliseconds: int = 100) -> None:
        self.answers = deepcopy(answers)
        self.calls: list[tuple[str, str, Mapping[str, str], bytes, float]] = []
        self._milliseconds = milliseconds

    def download(
        self, url: str, headers: Mapping[str, str], *, most_bytes: int, timeout_seconds: float
    ) -> Download:
        reply = self._answer("GET", url, headers, b"", timeout_seconds)
        whole = len(reply.body) <= most_bytes
        return Download(reply.status, reply.body[:most_bytes], reply.milliseconds, whole=whole)

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, timeout_seconds: float
    ) -> Reply:
        return self._answer("POST", url, headers, body, timeout_seconds)

    def _answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float
    ) -> Reply:
        self.calls.append((method, url, headers, body, seconds))
        answer = self.answers.pop(0) if self.answers else {}
        if self._milliseconds > seconds * 1000:
            raise SendFailed("timeout", round(seconds * 1000), sent=True)
        if isinstance(answer, int):
            return Reply(answer, b"busy", None, self._milliseconds)
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Reply(200, raw, None, self._milliseconds)


class Credentials:
    """Knows one vendor's credentials."""

    def __init__(self, kind: str) -> None:
        self._stored = write_fields(kind, dict.fromkeys(system_kind(kind).fields, "s3cret"))

    def get(self, name: str) -> str:
        assert name == "customers/data"
        return self._stored


def system(kind: str, simulator: Simulator) -> Any:
    """Return the way to a simulated vendor."""
    anything: Any = simulator
    secrets: Any = Credentials(kind)
    settings = CustomerSettings(kind=kind, url=ROOT)
    return system_kind(kind).make(Means(settings, anything, anything, secrets, 0))


def asked(value: str = "kim@example.com", kind: str = "email") -> Delivery:
    """Return the delivery of a look-up by one identity."""
    identity = {"kind": kind, "channel": "email", "value": value, "verified": True}
    payload: dict[str, object] = {"identities": [identity], "purpose": "handoff"}
    return Delivery("n1", "t1", "t1-1", "customers", "data", "customer.lookup", 0, 0, payload)


def looked_up(kind: str, simulator: Simulator, delivery: Delivery | None = None) -> Any:
    """Return what came of a look-up."""
    return system(kind, simulator).look_up(delivery or asked(), timeout_seconds=0.8)


@pytest.mark.parametrize("kind", VENDORS)
def test_a_customer_is_found_with_what_the_vendor_knows(kind: str) -> None:
    """The profile, the newest order or the open cases come in the interface's own words."""
    simulator = Simulator(ANSWERS[kind])
    result = looked_up(kind, simulator)
    assert isinstance(result, LookedUp), result
    file = result.found.file
    assert file is not None
    assert file.profile.name == "Kim Lee"
    if kind in ("shopify", "woocommerce"):
        [order] = file.orders
        assert (order.number, order.status, order.amount) == ("1042", "shipped", "19.90")
    else:
        assert [each.subject for each in file.cases] == ["A scratch"]
    assert result.milliseconds == 100 * len(ANSWERS[kind])
    assert all(url.startswith(ROOT) for _, url, *_ in simulator.calls)


@pytest.mark.parametrize("kind", VENDORS)
def test_a_record_that_is_only_alike_is_not_the_customer(kind: str) -> None:
    """A vendor's search finds other addresses too. Only the very address counts."""
    result = looked_up(kind, Simulator(ANSWERS[kind]), asked("im@example.com"))
    assert isinstance(result, LookedUp)
    assert (result.found.answer, result.found.file) == ("unknown", None)


@pytest.mark.parametrize("kind", VENDORS)
def test_two_customers_are_never_guessed_between(kind: str) -> None:
    """Two records with the same address are `many`."""
    answers = deepcopy(ANSWERS[kind])
    first: Any = answers[1 if kind == "salesforce" else 0]
    for name in ("data", "customers", "nodes", "results", "users", "records"):
        first = first.get(name, first) if isinstance(first, dict) else first
    first.append(first[0] | {"id": "other", "Id": "other"})
    result = looked_up(kind, Simulator(answers))
    assert isinstance(result, LookedUp)
    assert (result.found.answer, result.found.file) == ("many", None)


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"<html>",
    b"[" * 60_000,
    b'{"users": 1}',
    b'{"a":' * 9_000,
    b"\xff",
]


@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_body_finds_nobody_and_raises_nothing(kind: str, body: bytes) -> None:
    """Whatever comes at whichever call is a refusal, or nobody."""
    for place in range(len(ANSWERS[kind])):
        answers = [*ANSWERS[kind][:place], body, *ANSWERS[kind][place + 1 :]]
        result = looked_up(kind, Simulator(answers))
        found = result.found.file if isinstance(result, LookedUp) else None
        assert isinstance(result, LookedUp | Refused)
        assert found is None or place > 0


@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize("status", [302, 401, 403, 404, 429, 500, 503])
def test_a_refusal_is_told_as_such(kind: str, status: int) -> None:
    """The status stands in the log. Only the vendor's own trouble counts for its breaker."""
    result = looked_up(kind, Simulator([status]))
    assert isinstance(result, Refused)
    assert (result.outcome, result.unhealthy) == (f"status {status}", status in (429, 500, 503))


@pytest.mark.parametrize("kind", VENDORS)
def test_all_calls_of_a_look_up_share_800_ms(kind: str) -> None:
    """Each call has only what the calls before have left."""
    simulator = Simulator(ANSWERS[kind], milliseconds=300)
    result = looked_up(kind, simulator)
    left = [round(seconds, 1) for *_, seconds in simulator.calls]
    assert left == [0.8, 0.5, 0.2][: len(left)]
    assert isinstance(result, LookedUp) == (len(ANSWERS[kind]) < 3)


@pytest.mark.parametrize("kind", VENDORS)
def test_without_a_proven_address_or_number_nobody_is_asked(kind: str) -> None:
    """An id of a messenger says nothing to a shop."""
    simulator = Simulator([])
    result = looked_up(kind, simulator, asked("U17", "channel"))
    assert isinstance(result, LookedUp)
    assert (result.found.answer, simulator.calls) == ("unknown", [])


@pytest.mark.parametrize("kind", ["woocommerce", "zendesk", "salesforce"])
def test_a_large_answer_is_read(kind: str) -> None:
    """Tickets with long descriptions are read. An endless answer is no fault of health."""
    *first, last = ANSWERS[kind]
    text = json.dumps(last).encode()
    found = looked_up(kind, Simulator([*first, text + b" " * 200_000]))
    assert isinstance(found, LookedUp), found
    result = looked_up(kind, Simulator([*first, text + b" " * 1_000_000]))
    assert isinstance(result, Refused)
    assert (result.final, result.unhealthy) == (True, False)


def test_shopify_says_that_it_is_throttled() -> None:
    """Its errors come with the status 200."""
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
    result = looked_up("shopify", Simulator([throttled]))
    assert isinstance(result, Refused)
    assert (result.outcome, result.unhealthy) == ("refused: THROTTLED", True)


def test_salesforce_quotes_what_it_asks_for_and_keeps_its_token() -> None:
    """No address can end its own quotes, and a second look-up needs no second token."""
    simulator = Simulator([*ANSWERS["salesforce"], *ANSWERS["salesforce"][1:]])
    way = system("salesforce", simulator)
    way.look_up(asked("o'hara\\@example.com"), timeout_seconds=0.8)
    way.look_up(asked(), timeout_seconds=0.8)
    urls = [url for _, url, *_ in simulator.calls]
    assert "o%5C%27hara%5C%5C%40example.com" in urls[1]
    assert sum("oauth2/token" in url for url in urls) == 1


@pytest.mark.parametrize("kind", [name for name in VENDORS if "cases" in system_kind(name).keeps])
def test_a_case_is_kept_under_an_id_that_the_vendor_knows_again(kind: str) -> None:
    """A repeat of the delivery sends the same key, in the vendor's own way."""
    told: dict[str, object] = {
        "customer_id": "",
        "reason": "no_answer",
        "text": "Help",
        "priority": 0,
    }
    delivery = Delivery("n7", "t1", "t1-1", "customers", "data", "customer.case", 0, 0, told)
    simulator = Simulator([shapes.SALESFORCE_TOKEN] if kind == "salesforce" else [])
    assert isinstance(system(kind, simulator).keep(delivery, timeout_seconds=5), Delivered)
    _, url, headers, *_ = simulator.calls[-1]
    assert "n7" in url or headers.get("idempotency-key") == "n7"


@pytest.mark.parametrize("kind", VENDORS)
def test_a_check_looks_somebody_up_whom_nobody_knows(kind: str) -> None:
    """It is fine where nobody is found, and tells the refusal otherwise."""
    token = [shapes.SALESFORCE_TOKEN] if kind == "salesforce" else []
    [fine] = system(kind, Simulator(ANSWERS[kind])).check(timeout_seconds=5)
    [wrong] = system(kind, Simulator([*token, 401])).check(timeout_seconds=5)
    assert fine.ok
    assert (wrong.ok, "status 401" in wrong.said) == (False, True)
    assert "s3cret" not in wrong.said
