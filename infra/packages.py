"""The packages that are deployed: layers and functions as zips, built without Docker.

    python -m infra.packages [--python 3.14] [--into build/packages] [--tier lexical]

Wheels are fetched for the target, not for this machine, and compiled for it (`infra.bytecode`). The
same inputs give the same bytes.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from surgeline.knowledge.answering.index import LEXICAL, TIERS
from surgeline.knowledge.encoders.weights import image_name

from infra import topology
from infra.bytecode import COMPILED_BY, Compiler, find_compiler
from infra.topology import SURGELINE, Topology
from weights import fetch as weights

ROOT = Path(__file__).parent.parent
# All that requirements.txt pins, and what sentences are encoded on.
REQUIREMENTS = ROOT / "requirements-sentence.txt"
LISTS = ROOT / "layers" / "dependencies"
CORE = ROOT / "layers" / "core" / "python"
FUNCTIONS = ROOT / "functions"
# Folders of pages that a function serves, where it looks for them from its own.
PAGES = {"web_chat": ("web/chat",)}
BUILT = ROOT / "build" / "packages"

TARGET_PYTHON = "3.14"
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
COMMON_LAYERS = ("core", "dependencies")
FETCHED_LAYERS = ("dependencies", "numpy")
WEIGHTS = "weights"
# What an encoder runs on beyond numpy, as a layer.
RUNTIMES = {"sentence": "onnxruntime"}
FETCHED_ALONE = frozenset(RUNTIMES.values())
AWS_SERVICES = ("apigatewaymanagementapi", "dynamodb", "s3", "sqs", "ssm")

LAYERS_AT = "opt"
FUNCTIONS_AT = "var/task"

MANIFEST = "manifest.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644

_MEGABYTE = 1_000_000
LARGEST_FUNCTION_BYTES = 250 * _MEGABYTE
LARGEST_INTAKE_BYTES = 40 * _MEGABYTE
INTAKE = "channel_webhook"

# Not "docs" or "testing": botocore's and numpy's are imported by what is neither.
_USELESS_FOLDERS = {"__pycache__", "tests", "examples"}
_USELESS_SUFFIXES = (".pyi", ".md", ".rst", ".pxd", ".pyx", ".c", ".h", ".a", ".typed")
_USELESS_NAMES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "examples-1.json"}


class PackagesMissing(Exception):
    """Nothing was built yet, or not as it must be to be deployed."""


@dataclass(frozen=True, slots=True)
class Built:
    """One zip: what is in it, by hash and size."""

    sha256: str
    zipped_bytes: int
    unzipped_bytes: int


@dataclass(frozen=True, slots=True)
class Target:
    """What packages are fetched for: a minor version of Python, a platform as uv names them."""

    python: str
    platform: str


@dataclass(frozen=True, slots=True)
class Packages:
    """A folder of built packages."""

    folder: Path

    def layer(self, name: str) -> Path:
        """The zip of a layer."""
        return self.folder / f"layer-{name}.zip"

    def function(self, name: str) -> Path:
        """The zip of a function."""
        return self.folder / f"function-{name}.zip"

    def check(self, *, compiled: bool = True, tier: str | None = None) -> None:
        """Raises PackagesMissing, saying what to do; `tier`: the one that they have to be for."""
        manifest = self.folder / MANIFEST
        if not manifest.exists():
            raise PackagesMissing("the packages are not built; run: python -m infra.packages")
        known = json.loads(manifest.read_text())
        if compiled and not known["compiled"]:
            raise PackagesMissing(
                "the packages have no bytecode, so that every cold start would compile them; run: "
                "make packages (or deploy all the same with: -c compiled=no)"
            )
        if tier is not None and (known.get("tier", LEXICAL), known["platform"]) != (
            tier,
            PLATFORMS[architecture_of(tier)],
        ):
            raise PackagesMissing(
                f"the packages are for another tier; run: python -m infra.packages --tier {tier}"
            )


# ---------------------------------------------------------------- building


def build(
    into: Path,
    *,
    python: str = TARGET_PYTHON,
    layers: Sequence[str] | None = None,
    tier: str = LEXICAL,
) -> dict[str, Built]:
    """Build the packages; a layer that was fetched before from the same lists is kept.

    `layers` are the fetched ones (None: all that the tier needs). Raises WeightsUnavailable where
    the tier's weights can't be had.
    """
    into.mkdir(parents=True, exist_ok=True)
    # What is here of another tier and what fails to be built now shall not pass for whole.
    (into / MANIFEST).unlink(missing_ok=True)
    compiler = find_compiler(python)
    packages = Packages(into)
    built = {}
    target = Target(python, PLATFORMS[architecture_of(tier)])
    for name in (*FETCHED_LAYERS, *runtimes_of(tier)) if layers is None else layers:
        built[f"layer-{name}"] = _fetched_layer(packages, name, target, compiler)
    if TIERS[tier]:
        built[f"layer-{WEIGHTS}"] = write_zip(packages.layer(WEIGHTS), _images(tier))
    ours = [_Zip(packages.layer("core"), LAYERS_AT, list(core_files()))]
    for function in topology.FUNCTIONS:
        files = list(function_files(function.name))
        ours.append(_Zip(packages.function(function.name), FUNCTIONS_AT, files))
    built |= _zipped(ours, compiler)
    manifest = {
        "python": python,
        "platform": target.platform,
        "compiled": compiler is not None,
        "tier": tier,
        "packages": {name: asdict(each) for name, each in sorted(built.items())},
    }
    (into / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    return built


def stubs(into: Path, system: Topology = SURGELINE) -> Packages:
    """Return packages that hold one line each: for templates that nobody deploys."""
    into.mkdir(parents=True, exist_ok=True)
    packages = Packages(into)
    layers = ("core", *FETCHED_LAYERS, *RUNTIMES.values(), WEIGHTS)
    names = [packages.layer(name) for name in layers]
    names += [packages.function(function.name) for function in system.functions]
    for path in names:
        write_zip(path, [("stub.txt", f"{path.name} is not built\n".encode())])
    return packages


def core_files() -> Iterator[tuple[str, Path]]:
    """The package `surgeline` as a layer: below python/, where Lambda looks."""
    for path in sorted((CORE / "surgeline").rglob("*")):
        if path.is_file() and _is_useful(path.relative_to(CORE)):
            yield f"python/{path.relative_to(CORE).as_posix()}", path


def function_files(name: str) -> Iterator[tuple[str, Path]]:
    """A function's folder, where its own imports look for it: handler, helpers, what it serves."""
    folders = (FUNCTIONS / name, *(ROOT / each for each in PAGES.get(name, ())))
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        relative = path.relative_to(ROOT)
        if path.is_file() and "__pycache__" not in relative.parts:
            yield relative.as_posix(), path


def handler_of(name: str) -> str:
    """What Lambda imports and calls of a function's zip."""
    return f"functions.{name}.handler.handler"


def runtimes_of(tier: str) -> tuple[str, ...]:
    """The layers that a tier's encoders run on."""
    return tuple(RUNTIMES[encoder] for encoder in TIERS[tier] if encoder in RUNTIMES)


def architecture_of(tier: str) -> str:
    """The processors that a deployment runs on: the cheaper ones, where all of it is known to run.

    onnxruntime has crashed at import in functions on arm64 (its issue 10038).
    """
    return "x86_64" if runtimes_of(tier) else "arm64"


def layers_of(function: topology.Function, tier: str = LEXICAL) -> tuple[str, ...]:
    """The layers that a function gets: what the tier's encoders run on and their weights last."""
    own = (*runtimes_of(tier), WEIGHTS) if function.encodes and TIERS[tier] else ()
    return (*COMMON_LAYERS, *function.layers, *own)


def unzipped_bytes(
    function: topology.Function, built: dict[str, Built], tier: str = LEXICAL
) -> int:
    """What a function and its layers take together, which Lambda limits."""
    names = [f"layer-{name}" for name in layers_of(function, tier)]
    return sum(built[name].unzipped_bytes for name in [*names, f"function-{function.name}"])


# ---------------------------------------------------------------- private


def _images(tier: str) -> list[tuple[str, bytes]]:
    """The images of a tier's weights below weights/, fetched where they are not here yet."""
    return [
        (f"{WEIGHTS}/{image_name(needed)}", weights.image(weights.PUBLISHED[needed], print))
        for needed in TIERS[tier]
    ]


def _fetched_layer(
    packages: Packages, name: str, target: Target, compiler: Compiler | None
) -> Built:
    path = packages.layer(name)
    stamp = path.with_suffix(".json")
    inputs = _inputs(name, target, compiler)
    if path.exists() and stamp.exists():
        known = json.loads(stamp.read_text())
        if known["inputs"] == inputs:
            return Built(**known["built"])
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fetched = Path(folder) / "python"
        _fetch(name, fetched, target)
        files = [
            (f"python/{each.relative_to(fetched).as_posix()}", each)
            for each in sorted(fetched.rglob("*"))
            if each.is_file() and _is_useful(each.relative_to(fetched))
        ]
        built = _zipped([_Zip(path, LAYERS_AT, files)], compiler)[path.stem]
    stamp.write_text(json.dumps({"inputs": inputs, "built": asdict(built)}, indent=1))
    return built


def _inputs(name: str, target: Target, compiler: Compiler | None) -> str:
    """A hash of everything that a fetched layer is made of."""
    parts = [REQUIREMENTS.read_text(), (LISTS / f"{name}.txt").read_text()]
    parts += [target.python, target.platform]
    parts += [compiler.name if compiler else "", Path(__file__).read_text()]
    parts += [each.read_text() for each in COMPILED_BY]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _fetch(name: str, into: Path, target: Target) -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise PackagesMissing("uv is needed to build the layers; run: make setup")
    options = ["--quiet", "--no-config", "--only-binary", ":all:", "--link-mode", "copy"]
    options += ["--no-deps"] if name in FETCHED_ALONE else []
    subprocess.run(  # noqa: S603 - our own arguments
        [
            *(uv, "pip", "install", *options),
            *("--target", str(into)),
            *("--python-platform", target.platform, "--python-version", target.python),
            *("--requirements", str(LISTS / f"{name}.txt"), "--constraints", str(REQUIREMENTS)),
        ],
        check=True,
    )


def _is_useful(relative: Path) -> bool:
    """Whether a file of an installed package is needed at run time (licences stay)."""
    folders = relative.parts[:-1]
    if _USELESS_FOLDERS & set(folders):
        return False
    if folders[:2] == ("botocore", "data") and len(folders) > 2:  # noqa: PLR2004 - below data/
        return folders[2] in AWS_SERVICES and relative.name not in _USELESS_NAMES
    if folders[:1] == ("onnxruntime",) and (
        folders[1:] not in {(), ("capi",)} or relative.name.startswith("libonnxruntime.so")
    ):
        # Tools for making graphs, and the same library once more, for programs in C.
        return False
    return not relative.name.endswith(_USELESS_SUFFIXES) and relative.name not in _USELESS_NAMES


@dataclass(frozen=True, slots=True, eq=False)
class _Zip:
    """A zip to be made: its path, where it is unpacked on Lambda, its files by their names."""

    path: Path
    unpacked_at: str
    files: Sequence[tuple[str, Path]]


def _zipped(zips: Sequence[_Zip], compiler: Compiler | None) -> dict[str, Built]:
    """The zips by their names, with bytecode where it can be made: in one go, it starts slowly."""
    with tempfile.TemporaryDirectory() as folder:
        stages = {each: Path(folder, each.path.stem, each.unpacked_at) for each in zips}
        for each, stage in stages.items():
            for name, source in each.files:
                (stage / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, stage / name)
        if compiler:
            compiler.compile(Path(folder))
        return {
            each.path.stem: write_zip(each.path, _entries(stage)) for each, stage in stages.items()
        }


def _entries(stage: Path) -> list[tuple[str, bytes]]:
    return [
        (each.relative_to(stage).as_posix(), each.read_bytes())
        for each in sorted(stage.rglob("*"))
        if each.is_file()
    ]


def write_zip(path: Path, entries: Sequence[tuple[str, bytes]]) -> Built:
    """A zip whose bytes depend on nothing but its entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in sorted(entries):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = READABLE << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body, compresslevel=9)
    whole = path.read_bytes()
    size = sum(len(body) for _, body in entries)
    return Built(hashlib.sha256(whole).hexdigest(), len(whole), size)


def main() -> None:
    """Build, and print what each function takes."""
    parser = argparse.ArgumentParser(description="Build the packages that are deployed.")
    parser.add_argument("--python", default=TARGET_PYTHON)
    parser.add_argument("--into", type=Path, default=BUILT)
    parser.add_argument("--tier", choices=list(TIERS), default=LEXICAL)
    asked = parser.parse_args()
    try:
        built = build(asked.into, python=asked.python, tier=asked.tier)
    except weights.WeightsUnavailable as error:
        sys.exit(str(error))
    for name, each in sorted(built.items()):
        zipped, whole = each.zipped_bytes / _MEGABYTE, each.unzipped_bytes / _MEGABYTE
        print(f"{name:32} {zipped:7.2f} MB zipped {whole:7.2f} MB  {each.sha256[:12]}")  # noqa: T201 - a command
    print()  # noqa: T201 - as above
    for function in topology.FUNCTIONS:
        whole = unzipped_bytes(function, built, asked.tier)
        most = LARGEST_INTAKE_BYTES if function.name == INTAKE else LARGEST_FUNCTION_BYTES
        print(f"{function.name:32} {whole / _MEGABYTE:7.2f} MB of {most // _MEGABYTE}")  # noqa: T201 - as above
        if whole > most:
            sys.exit(f"{function.name} is larger than Lambda or its budget allows")
    if find_compiler(asked.python) is None:
        print(f"\nno bytecode: nothing here compiles for Python {asked.python}; run: make tools")  # noqa: T201 - as above


if __name__ == "__main__":
    main()
