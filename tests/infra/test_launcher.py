"""The launcher of `cdk.json` starts the app with a fitting Python, or says what is missing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LAUNCHER = Path("infra/tools/launch.mjs")
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or ""

pytestmark = pytest.mark.skipif(not NODE, reason="the CDK CLI's Node is not here")


def python(folder: Path, *missing: str, version: tuple[int, int] = (3, 11)) -> Path:
    """Make a stand-in for an environment's interpreter, which says that it was started."""
    answer = json.dumps({"version": list(version), "missing": list(missing)})
    path = folder / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.write_text(
        "#!/bin/sh\n"
        f"if [ \"$1\" = -c ]; then echo '{answer}'; exit; fi\n"
        f'echo "{folder.name} $* JSII_NODE=$JSII_NODE PYTHONPATH=$PYTHONPATH"\nexit 7\n'
    )
    path.chmod(0o755)
    (path.parent / "python3").symlink_to("python")
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout with nothing but the launcher."""
    launcher = tmp_path / "checkout" / LAUNCHER
    launcher.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / LAUNCHER, launcher)
    return tmp_path / "checkout"


def launched(checkout: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the launcher there as the CDK CLI does."""
    return subprocess.run(  # noqa: S603 - our own launcher
        [NODE, str(LAUNCHER)],
        cwd=checkout,
        env={"PATH": "/nowhere", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_cdk_cli_is_told_to_start_it_and_no_folder_of_an_environment() -> None:
    """cdk.json names no folder of an environment, so an environment may have any name."""
    assert json.loads((ROOT / "cdk.json").read_text())["app"] == f"node {LAUNCHER}"


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_the_active_environment_comes_first(checkout: Path, tmp_path: Path, variable: str) -> None:
    """A command gets the CLI's Node and the checkout's paths, and its exit code is passed on."""
    active = python(tmp_path / "active")
    other = python(tmp_path / "other")
    done = launched(checkout, {variable: str(active), "PATH": str(other / "bin")})
    paths = os.pathsep.join([str(checkout), str(checkout / "layers" / "core" / "python")])
    started = done.stdout.split()
    assert started[:3] == ["active", "-m", "infra"]
    assert Path(started[3].removeprefix("JSII_NODE=")).name == "node"
    assert started[4] == f"PYTHONPATH={paths}"
    assert done.returncode == 7


def test_without_an_active_environment_the_path_and_then_the_folder_are_asked(
    checkout: Path, tmp_path: Path
) -> None:
    """The first one that has what it takes is used."""
    lacking = python(tmp_path / "lacking", "aws_cdk")
    python(checkout / ".venv")
    done = launched(checkout, {"PATH": f"{lacking / 'bin'}{os.pathsep}/bin"})
    assert done.stdout.startswith(".venv -m infra")


@pytest.mark.parametrize(
    ("missing", "version", "said"),
    [
        (("aws_cdk", "constructs"), (3, 12), "lacks aws_cdk, constructs"),
        ((), (3, 10), "is Python 3.10, not 3.11 or newer"),
    ],
)
def test_what_is_missing_is_one_sentence(
    checkout: Path, tmp_path: Path, missing: tuple[str, ...], version: tuple[int, int], said: str
) -> None:
    """A missing package or version is told in one sentence with the command to run."""
    lacking = python(tmp_path / "lacking", *missing, version=version)
    done = launched(checkout, {"VIRTUAL_ENV": str(lacking), "PATH": "/bin"})
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"surgeline: {lacking}/bin/python {said}; run: ")
    assert last.endswith("pip install -r requirements.txt")
    assert done.returncode == 1


def test_a_python_is_asked_for_what_the_app_itself_needs(checkout: Path, tmp_path: Path) -> None:
    """The launcher has no list of its own: a Python without packages lacks the app's whole list."""
    bare = tmp_path / "bin" / "python"
    bare.parent.mkdir()
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    for name in ("__init__.py", "__main__.py"):
        shutil.copyfile(ROOT / "infra" / name, checkout / "infra" / name)
    done = launched(checkout, {"VIRTUAL_ENV": str(tmp_path)})
    assert f"{bare} lacks aws_cdk, constructs, numpy, pydantic, surgeline; run: " in done.stderr


@pytest.mark.parametrize(
    ("version", "said", "code"),
    [
        ("18.20.8", "surgeline: Node 18 is too old for CDK; install Node 22 or newer\n", 1),
        ("20.20.2", "surgeline: Node 20 is past its end of life; it works, ", 7),
        ("22.1.0", "", 7),
    ],
)
def test_an_old_node_is_named_in_one_sentence(
    checkout: Path, tmp_path: Path, version: str, said: str, code: int
) -> None:
    """Node 18 is refused, Node 20 works with a warning, and Node 22 is not mentioned."""
    preload = tmp_path / "another.cjs"
    versions = f"{{...process.versions, node: '{version}'}}"
    preload.write_text(f"Object.defineProperty(process, 'versions', {{value: {versions}}})")
    active = python(tmp_path / "active")
    environ = {"VIRTUAL_ENV": str(active), "NODE_OPTIONS": f"--require={preload}"}
    done = launched(checkout, environ)
    assert (done.stderr.startswith(said), bool(done.stderr)) == (True, bool(said))
    assert done.returncode == code


def test_a_machine_without_python_is_told_so(checkout: Path) -> None:
    """No interpreter at all is said in one sentence as well."""
    done = launched(checkout, {})
    assert "there is no Python 3.11 or newer here; run: " in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("env", "nope", "surgeline: env='nope': choose one of dev, prod\n"),
        ("packages", "/nowhere", "surgeline: the packages are not built; run: "),
    ],
)
def test_a_wrong_argument_is_one_sentence_without_a_traceback(
    argument: str, value: str, said: str
) -> None:
    """The app itself is started, and refuses what makes no sense."""
    environ = {
        "VIRTUAL_ENV": sys.prefix,
        "PATH": os.environ["PATH"],
        "CDK_CONTEXT_JSON": json.dumps({argument: value}),
    }
    done = launched(ROOT, environ)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_feature_flags_are_those_that_cdk_recommends_but_one(tmp_path: Path) -> None:
    """Every flag is as CDK recommends, except that stacks refer to each other by exports.

    Weak references would remove the export that the stack `monitoring` of 0.1.0 imports.
    """
    from infra.app import new_app

    app = new_app(outdir=str(tmp_path), analytics_reporting=False)
    app.synth()
    artifacts = json.loads((tmp_path / "manifest.json").read_text())["artifacts"].values()
    [report] = [each for each in artifacts if each["type"] == "cdk:feature-flag-report"]
    flags = report["properties"]["flags"]
    in_force = {name: flag.get("userValue", by_default(flag)) for name, flag in flags.items()}
    recommended = {name: flag["recommendedValue"] for name, flag in flags.items()}
    assert in_force == recommended | {"@aws-cdk/core:defaultCrossStackReferences": "strong"}


def by_default(flag: Mapping[str, Any]) -> object:
    """Return the behaviour of a flag that nobody sets."""
    return flag.get("unconfiguredBehavesLike", {}).get("v2", False)


def test_requirements_have_what_users_of_cdk_look_for() -> None:
    """`make up` and the layers do without it."""
    pinned = (ROOT / "requirements.txt").read_text()
    lean = (ROOT / "requirements-runtime.txt").read_text()
    for name in ("aws-cdk-lib", "constructs", "uv"):
        assert f"\n{name}==" in pinned
        assert f"\n{name}==" not in lean
