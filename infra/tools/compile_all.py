"""This script compiles packages for Lambda: `compile_all.py FOLDER`, run by the functions' Python.

Each folder in FOLDER is a package, laid out from the root that its files will have. The bytecode
has unchecked hashes, because a deployed zip has no useful dates.
"""

import compileall
import py_compile
import sys
from pathlib import Path

[folder] = sys.argv[1:]
for package in sorted(Path(folder).iterdir()):
    if not compileall.compile_dir(
        package,
        quiet=1,
        stripdir=package,
        prependdir="/",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    ):
        raise SystemExit(f"not every file of {package.name} could be compiled")
