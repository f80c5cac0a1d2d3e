"""The tests are spread over processes here: long files first, some together (0450)."""

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

INFRA = "infra"
"""CDK takes seconds to start, so that one process has all files that need it."""
AWS = "functions/test_on_aws_again.py"
"""So do the clients of every function on moto. Such files go with this one."""
ON_AWS = "_on_aws"
LAST = "functions/test_on_aws_roles.py"
"""It plays again whatever those have not played before it (0510)."""
RECKONING = (
    AWS,
    INFRA,
    "unit/rehearsal/test_rehearsal.py",
    "functions/test_openapi.py",
    "unit/rehearsal/test_rehearsed_surge.py",
    "scenarios/test_invariants.py",
    "functions/channels/test_conformance_out.py",
    "scenarios/test_kept_requests.py",
    "functions/channels/test_conformance_in.py",
    "functions/desks/test_desk_conformance.py",
    "functions/test_follow_traffic.py",
    "unit/virtual/test_report_of_a_day.py",
    "scenarios/test_guards.py",
    "contract/test_codec.py",
    "scenarios/test_facts_under_faults.py",
    "unit/forecast/test_backtest.py",
    "scenarios/test_flapping_pools.py",
    "unit/reports/test_every_report.py",
    "contract/test_delivery_log.py",
    "unit/importers/test_real_files.py",
    "contract/test_sqlite_crashes.py",
    "unit/mails/test_hostile_mails.py",
    "docs/test_words.py",
    "contract/test_aws_commit.py",
    "docs/test_docs_knowledge.py",
    "docs/test_docs_commands.py",
)
WAITING = (
    "scenarios/test_up.py",
    "browser/test_lead.py",
    "unit/simulators/test_on_a_real_instance.py",
    "browser/test_look_page.py",
    "browser/test_chat_page_faults.py",
    "browser/test_agent_console.py",
    "unit/simulators/test_pool_check.py",
    "browser/test_slow_and_twice.py",
    "browser/test_widget.py",
    "scenarios/test_lost_machine.py",
    "scenarios/test_kill_nine.py",
    "scenarios/test_up_tiers.py",
    "browser/test_chat_page.py",
    "browser/test_lead_incidents.py",
    "browser/test_lead_staffing.py",
    "browser/test_lead_learning.py",
    "scenarios/test_slow_endpoints.py",
    "browser/test_chat_page_conversation.py",
    "scenarios/test_traffic.py",
    "browser/test_chat_page_looks.py",
    "browser/test_chat_page_texts.py",
    "scenarios/test_bad_input.py",
    "browser/test_lead_backlog.py",
    "browser/test_chat_page_sites.py",
    "scenarios/test_upgraded_home.py",
    "unit/simulators/test_mail_simulator.py",
)
"""Files that take ten seconds or more, the longest first: what reckons, and what starts others.

The last file to begin should be a short one, or a processor stands still behind it.
"""
TOGETHER = 2
"""So many that reckon begin beside one that waits for others."""


def long_files() -> list[str]:
    """Return the long files in the order in which they begin."""
    reckoning, waiting, found = list(RECKONING), list(WAITING), []
    while reckoning or waiting:
        found += reckoning[:TOGETHER] + waiting[:1]
        reckoning, waiting = reckoning[TOGETHER:], waiting[1:]
    return found


PLACES = {name: place for place, name in enumerate(long_files())}


def piece_of(file: str) -> str:
    """Return what is given to one process as a whole: a file, or all of infra or of AWS."""
    name = file.removeprefix("tests/")
    if name.startswith("functions/") and ON_AWS in name:
        return AWS
    return INFRA if name.startswith(f"{INFRA}/") else name


def long_first(items: list[pytest.Item], root: Path) -> None:
    """Put the tests of long files first. The others keep their order."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        file = item.path.relative_to(root).as_posix()
        return PLACES.get(piece_of(file), len(PLACES)), file.endswith(LAST)

    items.sort(key=place)


class Spread(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    """Gives whole files to the processes, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(super()._split_scope(nodeid))
