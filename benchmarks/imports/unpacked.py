"""The zips are built for this machine and unpacked here, in the folders that Lambda has."""

import platform
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.packages.build import build
from infra.packages.layout import PLATFORMS, Packages, layers_of
from infra.topology import SURGELINE, Function, Topology

MINOR = "{}.{}".format(*sys.version_info[:2])
NAMES = {"aarch64": "arm64"}
"""The names of processors that AWS calls otherwise than this machine."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A function on the disk. `task` has its own code, and `layers` are searched behind it."""

    task: Path
    layers: Path

    @property
    def searched(self) -> tuple[Path, Path]:
        """Return the folders that Lambda searches, in its order."""
        return self.task, self.layers / "python"


def built_here(into: Path) -> Packages:
    """Build the packages of the lexical tier for this machine and this Python. Raises Refused."""
    machine = platform.machine()
    build(into, python=MINOR, platform=PLATFORMS[NAMES.get(machine, machine)])
    return Packages(into)


def unpack(packages: Packages, into: Path, system: Topology = SURGELINE) -> dict[str, Unpacked]:
    """Unpack every function with its layers, and return them by name."""
    return {each.name: _unpacked(packages, into / each.name, each) for each in system.functions}


def _unpacked(packages: Packages, into: Path, function: Function) -> Unpacked:
    found = Unpacked(into / "task", into / "opt")
    _extract(packages.function(function.name), found.task)
    for layer in layers_of(function):
        _extract(packages.layer(layer), found.layers)
    return found


def _extract(path: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as found:
        found.extractall(into)
