"""The page of faults that others met names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "channels" / "faults.md"


def test_every_fault_names_a_test_that_is_there() -> None:
    """Each line of the page ends with a test, which proves what the line says."""
    lines = [each for each in PAGE.read_text("utf-8").splitlines() if each.startswith("| ")]
    rows = [each for each in lines if not each.startswith("| what happened")]
    named = [re.fullmatch(r"\| .+ \| `([\w/]+\.py)::(test_\w+)` \|", each) for each in rows]
    assert len(rows) >= 45
    assert [row for row, found in zip(rows, named, strict=True) if found is None] == []
    gone = [
        found[0]
        for found in named
        if found and f"def {found[2]}(" not in (ROOT / found[1]).read_text("utf-8")
    ]
    assert gone == []
