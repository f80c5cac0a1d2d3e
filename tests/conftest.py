"""Properties of all tests have no time limit of their own, and the same examples in every run.

A busy machine may take long for any example. pytest's `timeout` still ends a test that hangs.

With SURGELINE_EXPLORE=1 (`make explore`) the examples and the order of tests are new in each run
(decision 0263).

What one process has compiled, the next one reads, also where the environment forbids bytecode. Else
each of the hundreds of processes that tests start would compile everything anew, in seconds.
"""

import os
import sys

from hypothesis import settings

settings.register_profile(
    "surgeline", deadline=None, derandomize=not os.environ.get("SURGELINE_EXPLORE")
)
settings.load_profile("surgeline")

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
