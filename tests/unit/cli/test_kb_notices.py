"""`surgeline kb notices` shows what changed, and who has not read it."""

from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PLACE = "GET /v1/admin/knowledge/shop/notices"
CHANGE = {
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
        "articles": [CHANGE],
        "more": 0,
        "known": True,
        "read": [{"name": "vendor"}],
        "unread": [{"name": "Mina"}],
    } | more


def test_notices_are_listed_with_their_readers(operator: Run, instance: FakeInstance) -> None:
    """What could not be compared is said plainly, and so are teams that say nothing back."""
    paused = CHANGE | {"kind": "state", "state": ["automated", "paused"], "who": ""}
    others = notice(kind="states", articles=[paused], important=False, more=3, unread=[], read=[])
    unknown = notice(kind="rolled_back", articles=[], known=False)
    found = {"notices": [notice(), others, unknown], "told_in_tools": ["team"]}
    instance.answer(PLACE, found)
    shown = operator("kb", "notices", "shop").stdout
    assert "published, important\n  en-hours: changed (Ann: summer hours)" in shown
    assert "  not read by Mina\n  read by vendor" in shown
    assert "  en-hours: automated -> paused\n  and 3 more" in shown
    assert "the differences can't be shown" in shown
    assert "3 notices\nteams that say nothing back: team" in shown
