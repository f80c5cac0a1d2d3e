"""Refusals of mail servers have their scope, and fields that can't work are refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.simulators.mailboxes import fault
from local.virtual.home import VirtualHome
from tests.functions.channels.driver import HOURS
from tests.functions.channels.email_driver import EmailDriver

SUPPORT = EmailDriver.FIELDS["address"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[EmailDriver]:
    """Yield an e-mail channel in a virtual home."""
    home = VirtualHome(tmp_path)
    yield EmailDriver(home)
    home.close()


@pytest.mark.parametrize(
    ("answer", "outcome", "end"),
    [
        (fault(550, "5.1.1", "recipient"), "recipient: status 550 5.1.1", "failed"),
        (fault(550, "", "recipient"), "recipient: status 550", "failed"),
        (fault(552, "5.3.4", "data"), "message: status 552 5.3.4", "failed"),
        (fault(554, "", "data"), "message: status 554", "failed"),
        (fault(553, "5.6.7", "recipient"), "message: status 553 5.6.7", "failed"),
        (fault(450, "4.7.1", "recipient"), "later: status 450 4.7.1", None),
        (fault(552, "5.2.2", "recipient"), "later: status 552 5.2.2", None),
        (fault(535, "5.7.8", "login"), "account: status 535 5.7.8", None),
        (fault(550, "5.7.1", "data"), "account: status 550 5.7.1", None),
        (fault(550, "5.7.60", "sender"), "account: status 550 5.7.60", None),
        (fault(454, "4.7.0", "login"), "later: status 454 4.7.0", None),
    ],
)
def test_a_refusal_has_its_scope(
    shop: EmailDriver, answer: Any, outcome: str, end: str | None
) -> None:
    """Each refusal is the message's, the recipient's or the account's, or only for now."""
    shop.server.faults.append(answer)
    shop.write("When are you open?")
    [(ended, outcomes)] = shop.ends()
    assert (ended, outcomes[0]) == (end, outcome)
    if end is None:
        shop.home.run_for(900)
        assert shop.screen() == [HOURS]


WRONG = {
    "address": ["support", "a b@x", "support+x@shop.example", "x" * 40 + "@shop.example"],
    "port": ["0", "65536", "x", "²"],
    "starttls": ["true"],
    "user": ["only-a-user"],
}
FIELDS = [(name, value) for name, listed in WRONG.items() for value in listed]


@pytest.mark.parametrize(("name", "value"), FIELDS)
def test_wrong_fields_are_refused(shop: EmailDriver, name: str, value: str) -> None:
    """A field that can't work is refused when it is given, with what is accepted."""
    fields = {"address": SUPPORT, "host": "smtp.x", name: value}
    answer = shop.shop.admin("PUT", "/v1/admin/channels/help", {"kind": "email", "fields": fields})
    assert answer.status == 422
    assert "fields." in json.dumps(answer.json)


def test_a_password_never_goes_unencrypted_to_another_machine(shop: EmailDriver) -> None:
    """`starttls=no` with a password is for servers on this machine only."""
    fields = {"address": SUPPORT, "user": "u", "password": "p", "starttls": "no"}
    path = "/v1/admin/channels/help"
    for host, status in (("smtp.x", 422), ("127.0.0.1", 200)):
        wanted = {"kind": "email", "fields": {**fields, "host": host}}
        assert shop.shop.admin("PUT", path, wanted).status == status


def test_a_check_says_what_is_missing(shop: EmailDriver) -> None:
    """A refused login, a host that is not there and Amazon SES on one machine are told apart."""
    path = f"{shop.admin_path}/check"
    shop.server.faults.append(fault(535, "5.7.8", "login"))
    assert "refuses the user" in shop.shop.admin("POST", path).json["findings"][0]["said"]
    for host, said in (("nowhere.example", "nothing answers"), ("ses", "may not call it")):
        shop.shop.admin("POST", f"{shop.admin_path}/secret", {"fields": {"host": host}})
        assert said in shop.shop.admin("POST", path).json["findings"][0]["said"]
