"""Independent parts of a large computation are run here on two threads.

The library's own threads wait for each other at every product, actively: where another process
takes one of the processors, that costs more than it saves. Large independent parts don't.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Part = TypeVar("Part")

_THREADS: Final = 2


def run_in_two_threads(work: Callable[[Part], None], parts: Sequence[Part]) -> None:
    """Do the work for every part, in any order; the parts must not touch what others write."""
    if len(parts) == 1:
        work(parts[0])
    elif parts:
        with ThreadPoolExecutor(_THREADS) as threads:
            for _ in threads.map(work, parts):
                pass
