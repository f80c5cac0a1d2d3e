"""`surgeline kb states|promote|demote` show states with their numbers, and change them."""

from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PLACE = "/v1/admin/knowledge/shop/states"
NUMBERS = {"uses": 30, "closed": 28, "low": 0.79, "high": 0.98, "asked": 4, "helped": 3}
CHANGE = {
    "at": "2026-03-01T09:00:00.000Z",
    "who": "Ann",
    "before": "draft",
    "after": "assisted",
    "reason": "first text",
    "numbers": "0 of 0 uses closed",
}


SINCE = {"at": "2026-03-01T09:00:00.000Z", "used": 2, "edited": 1, "skipped": 3}
SINCE |= {"by": [{"who": "Max", "used": 0, "edited": 0, "skipped": 3}]}


def article(**more: Any) -> dict[str, Any]:
    """Return an article as the API shows it."""
    return {
        "article": "en-hours",
        "title": "Opening hours",
        "state": "assisted",
        "finding": "28 of 30 uses closed (79% to 98%), 1 with a follow-up",
        "numbers": NUMBERS,
        "rises_to": None,
        "lacks": None,
        "falls_because": None,
        "owner": "Lee",
        "sources": ["https://example.com/hours"],
        "review_by": "2027-01-31",
        "flags": [{"at": "2026-03-02T09:00:00.000Z", "who": "Max", "reason": "old"}],
        "changes": [CHANGE],
        "since_change": SINCE,
    } | more


def test_states_are_listed_with_what_is_due(operator: Run, instance: FakeInstance) -> None:
    """A step that is due stands below, and one article is shown with its changes."""
    due = article(article="en-fax", state="automated", falls_because="only 1 of 10 closed")
    instance.answer(f"GET {PLACE}", {"articles": [article(rises_to="shadow"), due], "rules": {}})
    shown = operator("kb", "states", "shop").stdout
    assert "assisted   en-hours (Opening hours): 28 of 30 uses closed" in shown
    assert "ready for shadow" in shown
    assert "should be taken back: only 1 of 10 closed" in shown
    one = operator("kb", "states", "shop", "en-hours").stdout
    assert "draft -> assisted by Ann: first text" in one
    assert "owner Lee, from https://example.com/hours, due on 2027-01-31" in one
    assert "Max rated it as wrong or outdated: old" in one
    assert "3 of 4 customers said that it helped" in one
    assert "since 2026-03-01 people used it 2 times, edited it 1 times" in one
    assert "Max: used it 0 times, edited it 0 times, and skipped it 3 times" in one
    assert operator("kb", "states", "shop", "none").exit_code == 2


def test_a_step_up_is_asked_for_and_a_refusal_is_told(
    operator: Run, instance: FakeInstance
) -> None:
    """The dry run asks the same, and the instance's words are shown."""
    instance.answer(f"GET {PLACE}", {"articles": [article()], "rules": {}})
    told = {"before": "assisted", "state": "shadow", "numbers": "28 of 30", "dry_run": True}
    instance.answer(f"PUT {PLACE}", told)
    result = operator("kb", "promote", "shop", "en-hours", "--to", "shadow", "--dry-run")
    assert "en-hours would be shadow (it was assisted)" in result.stdout, result.output
    (asked,) = instance.requests("PUT")
    assert (asked.json["state"], asked.json["dry_run"]) == ("shadow", True)
    refused = {"error": {"code": "conflict", "message": "'en-hours' stays assisted: 3 uses"}}
    instance.answer(f"PUT {PLACE}", (409, refused))
    result = operator("kb", "promote", "shop", "en-hours", "--to", "automated")
    assert result.exit_code == 1
    assert "stays assisted: 3 uses" in result.output


def test_up_and_down_are_two_commands(operator: Run, instance: FakeInstance) -> None:
    """Neither takes a step of the other, so that nobody lets an article answer by mistake."""
    instance.answer(f"GET {PLACE}", {"articles": [article()], "rules": {}})
    assert operator("kb", "demote", "shop", "en-hours", "--to", "automated").exit_code == 2
    assert operator("kb", "promote", "shop", "en-hours", "--to", "paused").exit_code == 2
    assert not instance.requests("PUT")
