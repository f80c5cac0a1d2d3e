"""The interface between the index and a sentence encoder lives here."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from surgeline.knowledge.arrays.floats import Floats

MANAGED: Final = "managed"
"""The tier whose vectors a service gives. It stands above the tier of the weights at hand."""

Compare = Callable[[Floats], Floats]
"""A function that returns the products of one vector with many vectors given before."""


class NotEncoded(Exception):
    """Raised by an encoder that can't encode now, so that the tier below has to judge."""


class Encoder(Protocol):
    """An encoder turns texts into unit vectors; its `tier` names it in settings and artifacts."""

    @property
    def tier(self) -> str:
        """Return the name under which the tier is chosen, such as "static" or "sentence"."""
        ...

    @property
    def digest(self) -> str:
        """Return a hash of the weights; vectors of different weights must never be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text. Raises NotEncoded."""
        ...

    def knows(self, word: str) -> bool:
        """Return whether a lower-case word is in the encoder's vocabulary as a whole."""
        ...

    def comparing(self, vectors: Floats) -> Compare | None:
        """Return a faster comparison with all of these vectors than a product, or None."""
        ...
