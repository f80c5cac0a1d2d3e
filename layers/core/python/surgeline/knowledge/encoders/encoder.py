"""What the index asks of a sentence encoder lives here; the encoders' weights do not."""

from collections.abc import Callable, Sequence
from typing import Protocol

from surgeline.knowledge.arrays.floats import Floats

Compare = Callable[[Floats], Floats]
"""The products of one vector with many that were given before."""


class Encoder(Protocol):
    """Turns texts into unit vectors; `tier` names it in settings, artifacts and verdicts."""

    @property
    def tier(self) -> str:
        """The name under which the tier is chosen, such as "static" or "sentence"."""
        ...

    @property
    def digest(self) -> str:
        """A hash of the weights: vectors of different weights must never be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text."""
        ...

    def comparing(self, vectors: Floats) -> Compare | None:
        """Return what compares a vector with all of these faster than a product does, if it can."""
        ...
