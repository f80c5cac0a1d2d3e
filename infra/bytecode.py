"""Bytecode for the functions' Python is made here, on machines that may have another Python.

The compiler is CPython for WebAssembly, an npm package that is pinned beside the CDK CLI in
`infra/tools`. So every machine makes the same bytes. Other versions are compiled by an interpreter
of that version, where there is one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parent / "tools"
WASM_PYTHON = "3.14"
COMPILED_BY = (TOOLS / "package-lock.json", TOOLS / "compile_all.py", TOOLS / "compile_all.mjs")
"""The files that bytecode depends on, besides what is compiled."""
_WASM = TOOLS / "node_modules" / "pyodide" / "package.json"


@dataclass(frozen=True, slots=True)
class Compiler:
    """A command that takes a folder of packages."""

    name: str
    command: tuple[str, ...]

    def compile(self, packages: Path) -> None:
        """Put the bytecode of each source below `packages` beside it. Raises CalledProcessError.

        Tracebacks name a file by its path within its package: `a-package/opt/x.py` is `/opt/x.py`.
        """
        environment = {"PYTHONHASHSEED": "0", "PATH": os.environ["PATH"]}
        subprocess.run(  # noqa: S603 - our own arguments
            [*self.command, str(packages)], check=True, env=environment
        )


def find_compiler(python: str) -> Compiler | None:
    """Return the compiler for that minor version on this machine, or None."""
    node = _beside("node") or os.environ.get("JSII_NODE") or shutil.which("node")
    if python == WASM_PYTHON and _WASM.exists() and node:
        return Compiler("wasm", (node, str(TOOLS / "compile_all.mjs")))
    for candidate in (sys.executable, shutil.which(f"python{python}")):
        if candidate and _version_of(candidate) == python:
            return Compiler("native", (candidate, str(TOOLS / "compile_all.py")))
    return None


def install_compiler(say: Callable[[str], None]) -> None:
    """Install the pinned compiler into `infra/tools` where nothing here compiles for its version.

    The installation needs npm, which comes with Node. Where npm fails, nothing is installed.
    """
    npm = _beside("npm") or shutil.which("npm")
    if npm is None or find_compiler(WASM_PYTHON) is not None:
        return
    say("installing what compiles for the functions' Python, into infra/tools ...")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(  # noqa: S603 - our own arguments
        [npm, "ci", "--silent", "--prefix", str(TOOLS)],
        check=False,
        env={**os.environ, "PATH": path},
        stdout=sys.stderr,
    )


def _beside(name: str) -> str | None:
    """Return a program of this Python's own environment, or None."""
    return shutil.which(name, path=str(Path(sys.executable).parent))


def _version_of(interpreter: str) -> str | None:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(  # noqa: S603 - our own code
            [interpreter, "-c", code], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
