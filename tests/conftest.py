"""Properties of all tests have no time limit of their own, and the same examples in every run.

A busy machine may take long for any example. pytest's `timeout` still ends a test that hangs.

Files of tests are kept in memory where the machine has a file system for that. A home writes its
files through to the disk many times, which took most of a small test's time.

With SURGELINE_EXPLORE=1 (`make explore`) the examples and the order of tests are new in each run
(decision 0263).

What one process has compiled, the next one reads, also where the environment forbids bytecode. Else
each of the hundreds of processes that tests start would compile everything anew, in seconds.
"""

import os
import shutil
import sys
from pathlib import Path

from hypothesis import settings

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own, for this user only
FREE_BYTES = 3 << 30
"""So much must be free there. A run of all tests keeps at most a few hundred megabytes."""

settings.register_profile(
    "surgeline", deadline=None, derandomize=not os.environ.get("SURGELINE_EXPLORE")
)
settings.load_profile("surgeline")

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure() -> None:
    """Keep the files of tests in memory, unless somebody names another place."""
    if not os.access(IN_MEMORY, os.W_OK) or os.statvfs(IN_MEMORY).f_flag & os.ST_NOEXEC:
        return  # some tests write a program and run it
    if shutil.disk_usage(IN_MEMORY).free >= FREE_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
