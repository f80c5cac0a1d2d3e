"""Rows B01 to B47 are sent to the whole system."""

import asyncio
from collections.abc import Callable

import pytest

from local.badinput.run import run
from local.load.channel import Instance as Target
from tests.instance import Instance


@pytest.mark.timeout(120)
def test_i12_bad_input_is_refused_as_stated_and_leaves_no_trace(
    surgeline_up: Callable[..., Instance],
) -> None:
    """No 5xx, no effect of what is refused, one reply to what is taken, no text in any log."""
    instance = surgeline_up(simulators=False)
    report = asyncio.run(run(Target(instance.url, instance.admin_key), instance.home / "logs"))
    wrong = {name: row for name, row in report["by_row"].items() if row["wrong"]}
    assert report["good"], wrong or report
    assert report["sent"] > 350
    assert {"B25", "B25 web", "B25 pool"} <= report["by_row"].keys()
    assert report["text_in_logs"] == 0
