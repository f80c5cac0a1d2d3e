"""The pressure is how many requests wait for their acknowledgement, in a small shared file.

The front writes the number, and lanes stand back while the number is high. A customer without an
acknowledgement comes before the answers to acknowledged messages. Lanes never stop completely.
"""

import mmap
import os
import time
from collections.abc import Callable
from pathlib import Path

FILE = "waiting"
MANY = 32
"""This is more than the front takes at once."""
STAND_BACK_SECONDS = 0.2
_LOOK_SECONDS = 0.01
_BYTES = 8


class Pressure:
    """The number of waiting requests, which every process of a home shares."""

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
    """Leave the processor to the front while many requests wait there, for a moment at most."""
    left = STAND_BACK_SECONDS
    while pressure.waiting > MANY and left > 0:
        sleep(_LOOK_SECONDS)
        left -= _LOOK_SECONDS
