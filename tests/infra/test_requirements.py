import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra.packages.fetched import Target, fetch_wheels
from infra.packages.layout import ROOT, TARGET_PYTHON
from infra.packages.sources import REQUIREMENTS
from infra.refusal import Refused

ASKED = {
    "requirements-build.txt": ("build",),
    "requirements-runtime.txt": ("dependencies",),
    "requirements.txt": ("dependencies", "deploy"),
    "requirements-dev.txt": ("dependencies", "deploy", "dev"),
    "requirements-sentence.txt": ("dependencies", "sentence"),
    "infra/sbom-requirements.txt": ("sbom",),
    "tests/deploy/requirements.txt": ("emulator",),
    "tests/deploy/runtime-requirements.txt": ("lambda",),
    "tests/unit/forecast/requirements.txt": ("calls",),
}
ALIKE = [name for name in ASKED if name.startswith("requirements")]
PIN = re.compile(
    r"^(?P<pin>(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\\n]+)?)"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
    r"(?P<why>(?:    #.*\n)+)",
    re.MULTILINE,
)


def pins(name: str) -> Iterator[re.Match[str]]:
    """Yield each pin of a file, and fail at a line that belongs to none."""
    text = (ROOT / name).read_text()
    assert PIN.sub("", text) == ""
    return PIN.finditer(text)


def asked_of(name: str) -> list[Requirement]:
    """Return what pyproject.toml asks of a file by name."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = document["project"]
    named = {"dependencies": project["dependencies"]}
    named |= project["optional-dependencies"] | document["dependency-groups"]
    return [Requirement(each) for part in ASKED[name] for each in named[part]]


@pytest.mark.parametrize("name", ASKED)
def test_every_pin_has_the_hashes_of_its_files_and_no_line_names_a_host(name: str) -> None:
    """A list consists of pins, each with its hashes and its reasons, and of nothing else."""
    assert list(pins(name))


@pytest.mark.parametrize("name", ASKED)
def test_a_list_is_in_step_with_what_pyproject_asks(name: str) -> None:
    """A list pins exactly what pyproject.toml asks of it (otherwise run `make lock`)."""
    asked = {each.name.lower(): each.specifier for each in asked_of(name)}
    pinned = {each["name"]: each for each in pins(name) if "surgeline (pyproject" in each["why"]}
    assert set(pinned) == set(asked)
    for package, specifier in asked.items():
        assert specifier.contains(pinned[package]["version"])


def test_the_lists_of_one_environment_pin_the_same_files() -> None:
    """A package has the same versions and the same hashes in every list that names it."""
    seen: dict[str, dict[str, set[str]]] = {}
    for name in ALIKE:
        found: dict[str, set[str]] = {}
        for each in pins(name):
            found.setdefault(each["name"], set()).add(each["pin"] + each["hashes"])
        for package, files in found.items():
            seen.setdefault(package, {})[name] = files
    assert [
        package for package, by in seen.items() if len({*map(frozenset, by.values())}) > 1
    ] == []


def test_the_makefile_installs_nothing_that_is_not_verified() -> None:
    """Each installation needs hashes, except for the checkout itself."""
    text = (ROOT / "Makefile").read_text()
    installs = re.findall(r"pip install .*", text)
    assert installs
    for each in installs:
        own = "--no-deps --no-build-isolation --editable ." in each
        assert own or "--require-hashes" in each
    assert "npm install" not in text  # `npm ci` takes what package-lock.json has the hash of


def test_a_wheel_with_other_bytes_is_refused_by_the_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A layer is held to the hashes of the requirements, whatever an index hands out."""
    pin = r"^numpy==(\S+) ; python_full_version >="
    version = re.search(pin, REQUIREMENTS.read_text(), re.MULTILINE)
    assert version is not None
    _wheel(tmp_path / "index", "numpy", version[1])
    for variable, value in {"OFFLINE": "1", "FIND_LINKS": "index", "CACHE_DIR": "cache"}.items():
        path = value if value == "1" else str(tmp_path / value)
        monkeypatch.setenv(f"UV_{variable}", path)
    target = Target(TARGET_PYTHON, "aarch64-manylinux_2_28")
    with pytest.raises(Refused, match="cannot be fetched"):
        fetch_wheels("numpy", tmp_path / "layer", target)
    assert f"Hash mismatch for `numpy=={version[1]}`" in capfd.readouterr().err


def _wheel(folder: Path, name: str, version: str) -> None:
    """Write the smallest wheel of a package."""
    folder.mkdir()
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
