"""Packages are made of these files, without files that nobody runs."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from infra.bytecode import COMPILED_BY
from infra.packages.layout import ROOT, platform_of
from infra.topology import Function, Topology

# All that requirements-runtime.txt pins, by version and hash, and what sentences are encoded on.
REQUIREMENTS = ROOT / "requirements-sentence.txt"
LISTS = ROOT / "layers" / "dependencies"
CORE = ROOT / "layers" / "core" / "python"
FUNCTIONS = ROOT / "functions"
AWS_SERVICES = (
    *("apigatewaymanagementapi", "bedrock-runtime", "dynamodb", "s3", "sesv2", "sqs", "ssm"),
)

_MADE_BY = tuple(Path(__file__).with_name(f"{name}.py") for name in ("fetched", "sources", "zips"))

# Not "docs" or "testing": botocore's and numpy's are imported by what is neither.
_USELESS_FOLDERS = {"__pycache__", "tests", "examples"}
_USELESS_SUFFIXES = (".pyi", ".md", ".rst", ".pxd", ".pyx", ".c", ".h", ".a", ".typed")
_USELESS_NAMES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "examples-1.json", ".lock"}
_COMPILED_TESTS = re.compile(r"_\w+_tests\..*so")
"""Extensions that only numpy's own tests import."""


def core_files() -> Iterator[tuple[str, Path]]:
    """Yield the package `surgeline` as a layer, below python/, where Lambda looks."""
    for path in sorted((CORE / "surgeline").rglob("*")):
        if path.is_file() and is_useful(path.relative_to(CORE)):
            yield f"python/{path.relative_to(CORE).as_posix()}", path


def function_files(function: Function) -> Iterator[tuple[str, Path]]:
    """Yield a function's folder and the pages that it serves, where its imports look for them."""
    folders = (FUNCTIONS / function.name, *(ROOT / page for page in function.pages))
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        relative = path.relative_to(ROOT)
        if path.is_file() and "__pycache__" not in relative.parts:
            yield relative.as_posix(), path


def is_useful(relative: Path) -> bool:
    """Return whether a file of an installed package is needed at run time (licences stay)."""
    folders = relative.parts[:-1]
    if _USELESS_FOLDERS & set(folders) or folders[:1] == ("bin",):
        return False
    if _COMPILED_TESTS.fullmatch(relative.name):
        return False
    if folders[:2] == ("botocore", "data") and len(folders) > 2:  # noqa: PLR2004 - below data/
        return folders[2] in AWS_SERVICES and relative.name not in _USELESS_NAMES
    if folders[:1] == ("onnxruntime",) and (
        folders[1:] not in {(), ("capi",)} or relative.name.startswith("libonnxruntime.so")
    ):
        # Tools for making graphs, and the same library once more, for programs in C.
        return False
    return not relative.name.endswith(_USELESS_SUFFIXES) and relative.name not in _USELESS_NAMES


def digest_of_layer(name: str, python: str, platform: str, compiler: str) -> str:
    """Return a hash of everything that a fetched layer is made of."""
    return _digest([python, platform, compiler, *_texts(LISTS / f"{name}.txt")])


def digest_of_all(system: Topology, tier: str, python: str) -> str:
    """Return a hash of everything that the packages of a tier are made of."""
    files = [*core_files()]
    for function in system.functions:
        files += function_files(function)
    parts = [python, platform_of(tier), tier, *_texts(*sorted(LISTS.glob("*.txt")))]
    for name, path in files:
        parts += [name, hashlib.sha256(path.read_bytes()).hexdigest()]
    return _digest(parts)


def _texts(*lists: Path) -> list[str]:
    """Return the other inputs: the pins, the compiler's own files, and the code that builds."""
    return [each.read_text() for each in (REQUIREMENTS, *lists, *COMPILED_BY, *_MADE_BY)]


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
