"""Every report that the documents name is one that can be asked for."""

import re
from pathlib import Path

from surgeline.reports.registry import REPORTS

ROOT = Path(__file__).parents[2]


def test_named_reports_exist() -> None:
    """`surgeline report NAME` of a page works as it is written."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"surgeline report ([a-z][a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 3
    assert named <= set(REPORTS)
