"""The benchmark of a full desk says which of its promises was not kept."""

import pytest

from benchmarks.console.__main__ import Result, missed, table

TIMES = {"p50": 10.0, "p95": 100.0, "p99": 200.0}
CALM = {"layout_shift": 0, "blocked_ms": 0.0, "longest_task_ms": 20.0}
KEPT: Result = {
    **dict.fromkeys(("agents", "browsers", "conversations", "messages", "replies"), 4),
    **dict.fromkeys(("lost", "doubled", "wrong"), 0),
    "offers_seen": 8,
    **dict.fromkeys(("offer_seen_ms", "update_ms", "update_in_browsers_ms"), TIMES),
    "widget": CALM,
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"lost": 1}, ["lost: 1"]),
        ({"offer_seen_ms": TIMES | {"p95": 300.0}}, ["offer_seen_ms: p95 300.0, and 300"]),
        ({"update_ms": TIMES | {"p95": None}}, []),
        ({"widget": CALM | {"layout_shift": 0.1, "blocked_ms": 50.0}}, ["moves", "blocks"]),
    ],
)
def test_what_was_not_kept_is_told(changed: Result, told: list[str]) -> None:
    """Losses, late times and a page that moves each have a line, and the table has all numbers."""
    found = missed(KEPT | changed)
    assert len(found) == len(told)
    assert all(part in line for line, part in zip(found, told, strict=True))
    assert "of 8" in table(KEPT | changed)
