"""Which packages a synthesis gets, and what may be deployed of it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.environments import ENVIRONMENTS
from infra.packages.build import MANIFEST, NotCompiled, PackagesMissing, build, check
from infra.packages.chosen import Chosen, Say, choose
from infra.packages.fetched import Target
from infra.packages.layout import Packages
from infra.refusal import Refused
from infra.topology import SURGELINE, Topology
from tests.often import often

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"

pytestmark = pytest.mark.usefixtures("small_core")


def nothing_fetched(_name: str, into: Path, _target: Target) -> None:
    """Stand in for the wheels."""
    into.mkdir()


def build_quickly(into: Path, tier: str, _say: Say) -> None:
    """Build everything but the wheels, for the Python that runs the tests."""
    build(into, python=RUNNING, tier=tier, fetch=nothing_fetched, images=lambda _: [])


def build_in_vain(_into: Path, _tier: str, _say: Say) -> None:
    """Fail as without a network."""
    raise Refused("the wheels can't be fetched")


def build_without_bytecode(into: Path, tier: str, say: Say) -> None:
    """Build as on a machine on which nothing compiles for the functions' Python."""
    build_quickly(into, tier, say)
    change(into, compiled=False)


def change(folder: Path, **values: Any) -> None:
    """Change what the manifest says."""
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | values))


def chosen(
    folder: Path,
    builder: Callable[[Path, str, Say], None] = build_quickly,
    *,
    asked: str | None = None,
    needed: bool = True,
    compiled: bool = True,
) -> tuple[Chosen, list[str]]:
    """Return what is chosen for the lexical tier, and what was said of it."""
    said: list[str] = []
    found = choose(
        asked,
        tier="lexical",
        compiled=compiled,
        needed=needed,
        say=said.append,
        built=folder,
        builder=builder,
    )
    return found, said


def test_packages_that_are_missing_are_built_and_then_kept(tmp_path: Path) -> None:
    """The first synthesis builds them and says so; the second has nothing to do."""
    first, said = chosen(tmp_path)
    assert (first.unfit, first.packages.folder) == ("", tmp_path)
    assert len(said) == 1
    assert said[0].startswith("building the packages")
    assert chosen(tmp_path, build_in_vain) == (first, [])


def test_packages_of_other_sources_are_built_again(tmp_path: Path) -> None:
    """Nobody deploys yesterday's code with today's template."""
    chosen(tmp_path)
    change(tmp_path, inputs="of yesterday")
    found, said = chosen(tmp_path)
    assert found.unfit == ""
    assert len(said) == 1
    change(tmp_path, inputs="of yesterday")
    with pytest.raises(PackagesMissing, match="of other sources"):
        check(Packages(tmp_path))


def test_packages_that_cannot_be_built_are_stubs_with_a_reason(tmp_path: Path) -> None:
    """The template can still be read, and the reason is told."""
    found, _ = chosen(tmp_path, build_in_vain)
    assert found.unfit == "the packages could not be built (the wheels can't be fetched)"
    assert found.told
    assert found.packages.function("channel_webhook").exists()
    assert found.packages.folder != tmp_path


def test_packages_without_bytecode_may_not_be_deployed_unless_somebody_says_so(
    tmp_path: Path,
) -> None:
    """Every cold start would compile for half a second."""
    found, _ = chosen(tmp_path, build_without_bytecode)
    assert found.packages.folder == tmp_path
    assert "no bytecode" in found.unfit
    assert found.told
    meant, said = chosen(tmp_path, build_in_vain, compiled=False)
    assert (meant.unfit, said) == ("", [])
    with pytest.raises(NotCompiled, match="make packages"):
        check(Packages(tmp_path))


def test_a_command_that_needs_no_code_gets_stubs_without_a_word(tmp_path: Path) -> None:
    """A command that needs no code, as listing and destroying, builds nothing and warns of
    nothing.
    """
    for found, said in (
        chosen(tmp_path, build_in_vain, needed=False),
        chosen(tmp_path, build_in_vain, asked="stub"),
    ):
        assert found.unfit
        assert not found.told
        assert said == []


def test_a_folder_that_somebody_names_is_held_to_the_same(tmp_path: Path) -> None:
    """A folder that somebody names is never built over, and one sentence says its fault."""
    with pytest.raises(Refused, match="the packages are not built"):
        chosen(tmp_path, asked=str(tmp_path / "none"))
    build_quickly(tmp_path, "static", print)
    with pytest.raises(Refused, match=r"another tier; run: python -m infra\.packages --tier lex"):
        chosen(tmp_path, asked=str(tmp_path))


def test_a_function_more_makes_the_packages_old(tmp_path: Path) -> None:
    """A row of the topology is one of their sources."""
    build_quickly(tmp_path, "lexical", print)
    check(Packages(tmp_path))
    fewer = Topology(SURGELINE.queues, SURGELINE.functions[1:])
    with pytest.raises(PackagesMissing, match="of other sources"):
        check(Packages(tmp_path), system=fewer)


@pytest.mark.parametrize("told", [True, False])
def test_what_is_not_fit_can_be_synthesised_and_not_deployed(tmp_path: Path, told: bool) -> None:
    """Unfit templates ask for a value that nobody has, so that CLI and CloudFormation stop
    there.
    """
    from infra.app import add_stacks, new_app, refuse_to_deploy

    app = new_app(outdir=str(tmp_path / "out"), analytics_reporting=False)
    stubs, _ = chosen(tmp_path, asked="stub")
    system = often(Topology(SURGELINE.queues, SURGELINE.functions[:1]), SURGELINE)
    where = {"account": "1" * 12, "region": "eu-west-3"}
    stacks = add_stacks(app, ENVIRONMENTS["dev"], stubs.packages, **where, system=system)
    refuse_to_deploy(stacks, Chosen(stubs.packages, "no bytecode", told))
    app.synth()
    for path in (tmp_path / "out").glob("*.template.json"):
        parameters = json.loads(path.read_text())["Parameters"]
        assert "Default" not in parameters["PackagesAreNotFitToDeploy"]
        assert parameters["PackagesAreNotFitToDeploy"]["Description"] == "no bytecode"
    manifest = (tmp_path / "out" / "manifest.json").read_text()
    metadata = [each.read_text() for each in (tmp_path / "out").glob("*.metadata.json")]
    assert ("not fit to deploy: no bytecode" in "".join([manifest, *metadata])) is told
