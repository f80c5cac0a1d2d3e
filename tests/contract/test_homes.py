"""The list of homes itself."""

import re
from pathlib import Path

from tests.contract.homes import Home


def test_what_a_home_leaves_out_exists_and_has_a_reason(home: Home) -> None:
    """A contract test that was renamed is not left out by accident for ever."""
    files = Path(__file__).parent.glob("test_*.py")
    tests = {
        name for file in files for name in re.findall(r"(?m)^def (test_\w+)", file.read_text())
    }
    assert set(home.lacks) <= tests
    assert all(reason.strip() for reason in home.lacks.values())
