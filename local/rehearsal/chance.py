"""Chance in a rehearsal has a stream for each purpose and each person.

One more draw in one place then moves no other, so that two policies meet the same customers.
"""

import hashlib
from math import cos, exp, log, pi, sqrt
from typing import Final

_BITS: Final = 53


class Chance:
    """Draws that depend on the seed, a purpose and a key alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, purpose: str, *key: object) -> float:
        """Return a number of [0, 1)."""
        text = "/".join(map(str, (self._seed, purpose, *key)))
        drawn = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return (drawn >> (64 - _BITS)) / float(1 << _BITS)

    def below(self, most: int, purpose: str, *key: object) -> int:
        """Return a whole number from 0 to below `most`."""
        return int(self.share(purpose, *key) * most)

    def exponential(self, mean: float, purpose: str, *key: object) -> float:
        """Return an exponential time."""
        return -mean * log(1 - self.share(purpose, *key))

    def work(self, variation: float, purpose: str, *key: object) -> float:
        """Return an amount of work, which is lognormal with a mean of 1."""
        spread = log(1 + variation * variation)
        radius = sqrt(-2 * log(1 - self.share(purpose, *key, "radius")))
        normal = radius * cos(2 * pi * self.share(purpose, *key, "angle"))
        return exp(sqrt(spread) * normal - spread / 2)
