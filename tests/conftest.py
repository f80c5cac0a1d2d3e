"""Properties of all tests have no time limit of their own, and the same examples in every run.

A busy machine may take long for any example. pytest's `timeout` still ends a test that hangs.

Files of tests are kept in memory where the machine has a file system for that. A home writes its
files through to the disk many times, which took most of a small test's time.

With SURGELINE_EXPLORE=1 (`make explore`) the examples and the order of tests are new in each run
(decision 0263). Only then are they drawn from the constants of our modules too. Which modules a
process has by then depends on its other tests, and reading all of them takes seconds in each.

Arithmetic has one thread, as where it is deployed. More of them wait for each other while all
processors are busy with other tests, and took four times as long.

The collector of garbage looks at new things only. What was imported and collected stays until the
end, and looking at all of it again and again took a part of each test.

What one process has compiled, the next one reads, also where the environment forbids bytecode. Else
each of the hundreds of processes that tests start would compile everything anew, in seconds.
"""

import gc
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own, for this user only
FREE_BYTES = 3 << 30
"""So much must be free there. A run of all tests keeps at most a few hundred megabytes."""

settings.register_profile(
    "surgeline", deadline=None, derandomize=not os.environ.get("SURGELINE_EXPLORE")
)
settings.load_profile("surgeline")

if not os.environ.get("SURGELINE_EXPLORE"):
    providers.is_local_module_file = lambda _path: False
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the tests of long files come first where processes share them (decision 0450)."""
    if hasattr(config, "workerinput"):
        from tests.spread import long_first

        long_first(items, config.rootpath)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Spread whole files over the processes where `make test` asks for that."""
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.spread import Spread

    return Spread(config, log)


NEW_THINGS = 20_000
"""So many new things are looked at together."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Let garbage be looked for again, among what comes from now on."""
    gc.freeze()
    gc.set_threshold(NEW_THINGS, 10, 10)
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Compile what is not, and keep the files of tests in memory.

    Whoever names another place for these files has them there.
    """
    gc.disable()  # nothing that is imported becomes garbage
    if worker := getattr(config, "workerinput", None):
        from tests.compiled import compile_together

        place = int(worker["workerid"].removeprefix("gw"))
        compile_together(config, place, worker["workercount"])
    if not os.access(IN_MEMORY, os.W_OK) or os.statvfs(IN_MEMORY).f_flag & os.ST_NOEXEC:
        return  # some tests write a program and run it
    if shutil.disk_usage(IN_MEMORY).free >= FREE_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
