"""The contracts on imports cover every package of the repository."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TESTS = {"tests"}
"""A package without `__init__.py`, as pytest likes it."""


@pytest.fixture(scope="module")
def contracts() -> dict[str, Any]:
    """Return the linter's part of pyproject.toml."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    linter: dict[str, Any] = found["importlinter"]
    return linter


def test_every_package_is_looked_at(contracts: dict[str, Any]) -> None:
    """A new package in the root, or beside the core, has to be given its place."""
    roots = [ROOT, ROOT / "layers" / "core" / "python"]
    packages = {path.parent.name for root in roots for path in root.glob("*/__init__.py")}
    assert packages | TESTS == set(contracts["root_packages"])


def test_every_package_is_held_to_have_no_circle_and_one_order(contracts: dict[str, Any]) -> None:
    """One contract forbids circles in all of them, another one says which may import which."""
    packages = set(contracts["root_packages"])
    [circles] = [each for each in contracts["contracts"] if each["type"] == "acyclic_siblings"]
    assert set(circles["ancestors"]) == packages
    orders = [each for each in contracts["contracts"] if each["type"] == "layers"]
    [rooms] = [each for each in orders if "containers" not in each]
    named = {name.strip() for layer in rooms["layers"] for name in layer.split("|")}
    assert named == packages


def test_orders_inside_a_package_name_all_of_its_parts(contracts: dict[str, Any]) -> None:
    """A contract on the parts of a package fails for a part that has no place yet."""
    for each in contracts["contracts"]:
        if "containers" in each:
            assert each["exhaustive"] is True, each["name"]
