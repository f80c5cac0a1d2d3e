"""Independent parts of a large computation are run here on two threads.

numpy's own threads wait actively for each other at every product. Where another process takes one
of the processors, this waiting costs more than the threads save. Large independent parts do not
wait for each other.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Part = TypeVar("Part")

_THREADS: Final = 2


def run_in_two_threads(work: Callable[[Part], None], parts: Sequence[Part]) -> None:
    """Do the work for every part, in any order; no part may touch another part's output."""
    if len(parts) == 1:
        work(parts[0])
    elif parts:
        with ThreadPoolExecutor(_THREADS) as threads:
            for _ in threads.map(work, parts):
                pass
