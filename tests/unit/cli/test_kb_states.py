"""`surgeline kb states|promote|demote|notices` show states and changes, and change states."""

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
        "ratings": [
            {"at": "2026-03-02T09:00:00.000Z", "who": "Max", "rating": "outdated", "reason": "old"}
        ],
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
    assert "Max rated it as outdated: old" in one
    assert "3 of 4 customers said that it helped" in one
    assert "since 2026-03-01 people used it 2 times, edited it 1 time," in one
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


NOTICES = "GET /v1/admin/knowledge/shop/notices"
TOLD = {
    "article_id": "en-hours",
    "kind": "changed",
    "state": None,
    "who": "Ann",
    "reason": "summer hours",
}


def notice(**more: Any) -> dict[str, Any]:
    """Return a notice as the API shows it."""
    return {
        "changed_at": "2026-03-01T09:00:00.000Z",
        "kind": "published",
        "important": True,
        "articles": [TOLD],
        "more": 0,
        "known": True,
        "read": [{"name": "vendor"}],
        "unread": [{"name": "Mina"}],
    } | more


def test_notices_are_listed_with_their_readers(operator: Run, instance: FakeInstance) -> None:
    """What could not be compared is said plainly, and so are teams that say nothing back."""
    paused = TOLD | {"kind": "state", "state": ["automated", "paused"], "who": ""}
    others = notice(kind="states", articles=[paused], important=False, more=3, unread=[], read=[])
    unknown = notice(kind="rolled_back", articles=[], known=False)
    found = {"notices": [notice(), others, unknown], "told_in_tools": ["team"]}
    instance.answer(NOTICES, found)
    shown = operator("kb", "notices", "shop").stdout
    assert "published, important\n  en-hours: changed (Ann: summer hours)" in shown
    assert "  not read by Mina\n  read by vendor" in shown
    assert "  en-hours: automated -> paused\n  and 3 more" in shown
    assert "the differences can't be shown" in shown
    assert "3 notices\nteams that say nothing back: team" in shown
