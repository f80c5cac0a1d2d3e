"""How many requests wait for their acknowledgement: a number in a small shared file.

The front says it, lanes stand back while it is high: a customer who was promised nothing yet comes
before the answers of those who were. Lanes never stop altogether.
"""

import mmap
import os
import time
from collections.abc import Callable
from pathlib import Path

FILE = "waiting"
MANY = 32
"""More than the front takes at once."""
STAND_BACK_SECONDS = 0.2
_LOOK_SECONDS = 0.01
_BYTES = 8


class Pressure:
    """The number of requests that wait, as every process of a home sees it."""

    def __init__(self, path: Path) -> None:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(fd, _BYTES)
            self._shared = mmap.mmap(fd, _BYTES)
        finally:
            os.close(fd)

    @property
    def waiting(self) -> int:
        """Return how many requests wait."""
        return int.from_bytes(self._shared[:_BYTES])

    @waiting.setter
    def waiting(self, count: int) -> None:
        self._shared[:_BYTES] = count.to_bytes(_BYTES)


def stand_back(pressure: Pressure, sleep: Callable[[float], None] = time.sleep) -> None:
    """Leave the processor to the front while many wait there, for a moment at most."""
    left = STAND_BACK_SECONDS
    while pressure.waiting > MANY and left > 0:
        sleep(_LOOK_SECONDS)
        left -= _LOOK_SECONDS
