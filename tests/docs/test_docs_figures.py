"""The figures and names of the README, the map and the guides are those of the code."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from surgeline.adapters.configuration import kinds
from surgeline.application.answers import readers
from surgeline.application.conversations import effects
from surgeline.application.deliveries import retries
from surgeline.domain import decide
from surgeline.domain.thread import HandoffReason
from surgeline.knowledge.text import languages

from infra import topology
from infra.cost.cost import idle_month, per_million
from infra.cost.profile import read_profile

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
POOLS = (ROOT / "docs" / "pool-protocol.md").read_text(encoding="utf-8")
CHANNELS = (ROOT / "docs" / "channel-api.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
NUMBERS = {8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen"}


def listed(numbers: tuple[int, ...]) -> str:
    """Return the numbers as a sentence names them."""
    return f"{', '.join(f'{each:,}' for each in numbers[:-1])} and {numbers[-1]:,}"


def test_the_prices_of_the_readme_are_those_of_the_command() -> None:
    """The README quotes the totals that `surgeline cost` prints."""
    prose = " ".join(README.split())
    assert f"cost {per_million(read_profile('one')).total:.2f} USD at one message" in prose
    assert f"cost {per_million(read_profile('full')).total:.2f} USD at full batches" in prose
    assert f"An idle month costs {idle_month().total:.2f} USD" in prose
    one, full = (per_million(read_profile(each), "sentence").total for each in ("one", "full"))
    assert f"{one:.2f} USD at one message a batch and {full:.2f} USD at full batches" in prose


def test_the_readme_counts_what_is_deployed() -> None:
    """The README and the runbook name as many functions, queues and alarms as there are."""
    alarms = len(re.findall(r"^### \w+", RUNBOOK, re.MULTILINE))
    assert f"creates {len(topology.FUNCTIONS)} functions" in README
    assert f"{len(topology.QUEUES)} queues with their dead letters" in README
    assert f"{alarms} alarms" in README
    assert f"There are {NUMBERS[alarms]} alarms" in RUNBOOK


@pytest.mark.parametrize("function", [each.name for each in topology.FUNCTIONS])
def test_each_function_is_on_the_map(function: str) -> None:
    """The picture of the flow names every function."""
    assert function in MAP


@pytest.mark.parametrize(
    ("module", "registry"),
    [
        (readers, "RECOGNISERS"),
        (decide, "TABLES"),
        (effects, "CARRIERS"),
        (kinds, "CHANNELS"),
        (kinds, "POOLS"),
        (kinds, "TARGETS"),
        (languages, "LANGUAGES"),
    ],
)
def test_each_registry_is_where_the_guides_say(module: object, registry: str) -> None:
    """The map and the guide to contributing name the registries that exist."""
    assert hasattr(module, registry)
    assert registry in MAP
    assert registry in CONTRIBUTING


def test_the_rooms_of_the_map_exist() -> None:
    """Each folder of the repository that has code is a row of the map."""
    for room in ("cli", "local", "infra", "weights", "benchmarks", "functions"):
        assert (ROOT / room).is_dir()
        assert f"| `{room}/" in MAP


def test_retries_are_those_of_the_code() -> None:
    """The guides to pools and channels name the seconds between tries."""
    prose = " ".join(CHANNELS.split())
    assert f"after {listed(retries.CHANNEL_RETRIES)} seconds" in prose
    assert f"after {listed(retries.OFFER_RETRIES)} seconds" in POOLS
    assert f"after {listed(retries.POOL_RETRIES)} seconds" in POOLS
    assert f"after {listed(retries.END_NOTICE_RETRIES[:7])} seconds" in POOLS


@pytest.mark.parametrize("reason", get_args(HandoffReason))
def test_each_reason_of_an_offer_stands_in_the_protocol(reason: str) -> None:
    """A vendor can look up every reason that an offer may have."""
    assert f"`{reason}`" in POOLS


def test_the_table_of_cold_starts_is_the_newest_result_and_has_every_function() -> None:
    """The map quotes what `python -m benchmarks imports` wrote last."""
    results = sorted((ROOT / "benchmarks" / "results").glob("*-imports.json"))
    found = json.loads(results[-1].read_text())["functions"]
    assert set(found) == {each.name for each in topology.FUNCTIONS}
    told = re.findall(r"^\| `(\w+)` \| ([\d.]+) \| \w", MAP, re.MULTILINE)
    assert {name: float(ratio) for name, ratio in told} == {
        name: each["ratio"] for name, each in found.items()
    }
