"""`surgeline customer connect` and its neighbours against a fake instance."""

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PLACE = "/v1/admin/customer-data"
URL = "https://shop.example/surgeline"
SYSTEM = {"kind": "own", "url": URL, "want": ["profile", "orders"], "cases": True, "notes": False}


def test_a_system_is_connected_and_its_secret_printed_once(
    operator: Run, instance: FakeInstance
) -> None:
    """The request has what was asked for, and the output says how to try it."""
    instance.answer(f"PUT {PLACE}", {"customers": SYSTEM, "secret": "whsec_x"})
    shown = operator("customer", "connect", URL, "--want", "profile", "--cases")
    assert shown.exit_code == 0
    assert "Its secret, shown only now: whsec_x" in shown.output
    assert "`surgeline customer check` tries it." in shown.output
    sent = instance.asked[-1].json
    assert (sent["url"], sent["want"], sent["cases"], sent["notes"]) == (
        URL,
        ["profile"],
        True,
        False,
    )


def test_a_wrong_address_is_told_by_its_argument(operator: Run, instance: FakeInstance) -> None:
    """The instance's problem is told, and the exit code is 2."""
    problem = "customers.url: this address is internal"
    refused = {"error": {"code": "invalid", "message": "no", "problems": [problem]}}
    instance.answer(f"PUT {PLACE}", (422, refused))
    shown = operator("customer", "connect", "http://10.0.0.1/")
    assert shown.exit_code == 2
    assert "this address is internal" in shown.output


def test_a_check_prints_each_finding_and_fails_with_one(
    operator: Run, instance: FakeInstance
) -> None:
    """A system that does not answer as it should makes the exit code 1."""
    fine = {"name": "health", "ok": True, "said": "GET … answered 200"}
    wrong = {"name": "signature", "ok": False, "said": "a forged request got 200"}
    instance.answer(f"POST {PLACE}/check", {"findings": [fine]}, {"findings": [fine, wrong]})
    assert operator("customer", "check").exit_code == 0
    shown = operator("customer", "check")
    assert shown.exit_code == 1
    assert "wrong  signature  a forged request got 200" in shown.output


def test_the_connected_system_is_shown_and_disconnected(
    operator: Run, instance: FakeInstance
) -> None:
    """Without a system the output says how to connect one."""
    instance.answer(f"GET {PLACE}", {"customers": SYSTEM}, {"customers": None})
    instance.answer(f"DELETE {PLACE}", {"customers": None})
    shown = operator("customer", "show").output
    assert f"{URL} (own) is asked for profile, orders." in shown
    assert "It is told of cases." in shown
    assert "Nobody is looked up any more." in operator("customer", "disconnect").output
    assert "`surgeline customer connect URL`" in operator("customer", "show").output
