"""Bytecode for the functions' Python, made by one that runs on any machine."""

import importlib.util
import sys
from pathlib import Path

import pytest

from infra.bytecode import TOOLS, WASM_PYTHON, find_compiler
from infra.packages.layout import TARGET_PYTHON

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
UNCHECKED_HASH = 1


def compiled(python: str, stage: Path) -> bytes:
    """Return the bytecode of a file of one line."""
    folder = stage / "layer" / "opt" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.py").write_text("def one() -> int:\n    return 1\n")
    compiler = find_compiler(python)
    assert compiler is not None
    compiler.compile(stage)
    return (folder / "__pycache__" / f"one.cpython-{python.replace('.', '')}.pyc").read_bytes()


def test_functions_run_the_python_that_their_packages_are_compiled_for() -> None:
    """The runtime, the target of the wheels and the compiler are one version."""
    from infra.constructs.function import RUNTIME

    assert RUNTIME.name == f"python{TARGET_PYTHON}"
    assert TARGET_PYTHON == WASM_PYTHON


@pytest.mark.skipif(not (TOOLS / "node_modules").exists(), reason="make tools installs it")
def test_a_machine_without_the_functions_python_compiles_for_it(tmp_path: Path) -> None:
    """Unchecked, with the deployed path, and the same bytes every time."""
    code = compiled(WASM_PYTHON, tmp_path)
    assert int.from_bytes(code[4:8], "little") == UNCHECKED_HASH
    assert b"/opt/python/one.py" in code
    assert compiled(WASM_PYTHON, tmp_path) == code


def test_the_python_at_hand_compiles_for_itself(tmp_path: Path) -> None:
    """The running interpreter compiles bytecode as its own importer expects it."""
    code = compiled(RUNNING, tmp_path)
    assert code[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(code[4:8], "little") == UNCHECKED_HASH
    assert b"/opt/python/one.py" in code


def test_a_version_that_nothing_here_compiles_for_has_no_compiler() -> None:
    """The packages are then built without bytecode, which a deployment refuses."""
    assert find_compiler("3.2") is None
