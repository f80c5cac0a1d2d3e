"""Layers of others' wheels are fetched once, for the functions' Python and processor, with uv."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.bytecode import Compiler
from infra.packages.layout import RUNTIMES, Built, Packages
from infra.packages.sources import LISTS, REQUIREMENTS, digest_of_layer, is_useful
from infra.packages.zips import LAYERS_AT, Zip, make_zips
from infra.refusal import Refused

FETCHED_ALONE = frozenset(RUNTIMES.values())


@dataclass(frozen=True, slots=True)
class Target:
    """The target of wheels: a minor version of Python, and a platform as uv names platforms."""

    python: str
    platform: str


Fetch = Callable[[str, Path, Target], None]
"""Puts what a layer's list names into a folder. Raises Refused."""


def fetch_wheels(name: str, into: Path, target: Target) -> None:
    """Install a layer's wheels for the target, not for this machine. Raises Refused."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise Refused("uv is needed to build the layers; run: pip install -r requirements.txt")
    options = ["--quiet", "--no-config", "--only-binary", ":all:", "--link-mode", "copy"]
    options += ["--no-deps"] if name in FETCHED_ALONE else []
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            *(uv, "pip", "install", *options),
            *("--target", str(into)),
            *("--python-platform", target.platform, "--python-version", target.python),
            *("--requirements", str(LISTS / f"{name}.txt"), "--constraints", str(REQUIREMENTS)),
        ],
        check=False,
    )
    if done.returncode:
        raise Refused(
            f"the wheels of the layer {name!r} cannot be fetched: read the lines of uv above"
        )


def fetched_layer(
    packages: Packages, name: str, target: Target, compiler: Compiler | None, fetch: Fetch
) -> Built:
    """Return a layer that is kept until one of its inputs changes. Raises Refused."""
    path = packages.layer(name)
    stamp = path.with_suffix(".json")
    maker = compiler.name if compiler else ""
    inputs = digest_of_layer(name, target.python, target.platform, maker)
    if path.exists() and stamp.exists():
        known = json.loads(stamp.read_text())
        if known["inputs"] == inputs:
            return Built(**known["built"])
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fetched = Path(folder) / "python"
        fetch(name, fetched, target)
        files = [
            (f"python/{each.relative_to(fetched).as_posix()}", each)
            for each in sorted(fetched.rglob("*"))
            if each.is_file() and is_useful(each.relative_to(fetched))
        ]
        built = make_zips([Zip(path, LAYERS_AT, files)], compiler)[path.stem]
    stamp.write_text(json.dumps({"inputs": inputs, "built": asdict(built)}, indent=1))
    return built
