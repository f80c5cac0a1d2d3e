"""Compiles a folder for a Lambda: `compile_all.py STAGE PREFIX`, run by the functions' Python.

Unchecked hashes, because a deployed zip has no useful dates; tracebacks name PREFIX, where the
files will be.
"""

import compileall
import py_compile
import sys

stage, prefix = sys.argv[1:]
if not compileall.compile_dir(
    stage,
    quiet=1,
    stripdir=stage,
    prependdir=prefix,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
):
    raise SystemExit("not every file could be compiled")
