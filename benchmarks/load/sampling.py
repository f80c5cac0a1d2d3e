"""Memory and processor time of an instance are sampled over time, beside a run."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load.instance import Running

_STEAL = 7
Sample = dict[str, float]
"""`at` (seconds from the start), `rss_mb` (all processes), `pss_mb`, `processor_seconds`."""


@contextmanager
def sampled(running: Running, every_seconds: float) -> Iterator[list[Sample]]:
    """Give a list that grows by a sample every so often until the block ends, and then once."""
    samples: list[Sample] = []
    over = threading.Event()
    begin = time.monotonic()

    def sample() -> None:
        samples.append(
            {
                "at": round(time.monotonic() - begin, 1),
                "rss_mb": running.rss_mb(),
                "pss_mb": running.memory_mb(),
                "processor_seconds": round(sum(running.processor_seconds().values()), 2),
            }
        )

    def watch() -> None:
        sample()
        while not over.wait(every_seconds):
            sample()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield samples
    finally:
        over.set()
        watching.join()
        sample()


def growth(samples: list[Sample], *, warm_seconds: float, of: str = "rss_mb") -> float | None:
    """Return how far the highest value after the warm-up is above the first one. 0.05 is 5 %."""
    warm = [each[of] for each in samples if each["at"] >= warm_seconds]
    return round(max(warm) / warm[0] - 1, 3) if warm and warm[0] else None


def processor_ticks() -> tuple[int, int]:
    """Return the machine's ticks so far: those of other tenants of the hardware, and all."""
    ticks = [int(each) for each in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[_STEAL], sum(ticks)


def stolen_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Return the share of the processors that other tenants took in between. 0.05 is 5 %."""
    return round((after[0] - before[0]) / max(1, after[1] - before[1]), 3)
