"""What a run of tests imports is compiled once, by all of its processes together (0551).

On a fresh clone each process would compile each file itself, at the same time as the others.
"""

import os
import py_compile
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from random import Random

import pytest
from _pytest.assertion import rewrite

ROOTS = ("tests", "layers/core/python/surgeline", "functions", "local", "cli", "infra")
FOREIGN = "node_modules"


def compile_together(config: pytest.Config, place: int, processes: int) -> None:
    """Compile a share of the files, then whatever the others have not come to yet."""
    files = sorted(sources(config.rootpath))
    mine = files[place::processes]
    Random(place).shuffle(files)
    for file in [*mine, *files]:
        compile_one(config, file)


def sources(root: Path) -> Iterator[Path]:
    """Yield the files of tests and of all that they import."""
    for name in ROOTS:
        for folder, folders, files in os.walk(root / name):
            folders[:] = [each for each in folders if each != FOREIGN]
            yield from (Path(folder, file) for file in files if file.endswith(".py"))


def compile_one(config: pytest.Config, file: Path) -> None:
    """Compile a file as whoever imports it will look for it, unless that is done."""
    compiled = compiled_of(file)
    if compiled.exists() and compiled.stat().st_mtime >= file.stat().st_mtime:
        return
    if not is_rewritten(file):
        py_compile.compile(str(file), str(compiled), quiet=2)
        return
    state = config.stash[rewrite.assertstate_key]
    with suppress(SyntaxError):  # whoever imports it is told
        source_hash, code = rewrite._rewrite_test(file, config)
        if rewrite.try_makedirs(compiled.parent):
            rewrite._write_pyc(state, code, source_hash, compiled)


def is_rewritten(file: Path) -> bool:
    """Return whether pytest rewrites the assertions of a file."""
    return file.name.startswith("test_") or file.name == "conftest.py"


def compiled_of(file: Path) -> Path:
    """Return where the compiled file is looked for."""
    if is_rewritten(file):
        return rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
    return Path(cache_from_source(str(file)))
