"""The guide to pools names every field that a pool can have, and no other."""

import re
from dataclasses import fields
from pathlib import Path

from surgeline.adapters.configuration.models import OWN
from surgeline.adapters.pools.webhook import Webhook
from surgeline.application.configuration import PoolSettings
from surgeline.domain.facts import Rules

GUIDE = (Path(__file__).parents[2] / "docs" / "pools.md").read_text()


def named(heading: str) -> set[str]:
    """Return the names in the first column of the table below a heading."""
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_field_of_a_pool_stands_in_the_table() -> None:
    """The table names the common fields and those of a pool that is reached by webhook."""
    known = {each.name for each in (*fields(PoolSettings), *fields(Webhook))}
    assert named("A pool") == known - {"id", OWN}


def test_every_rule_stands_in_the_table() -> None:
    """The table names every duration that a company sets."""
    assert named("A pool that says nothing") == {each.name for each in fields(Rules)}
