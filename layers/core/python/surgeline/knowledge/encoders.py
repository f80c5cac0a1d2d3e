"""What the index asks of a sentence encoder lives here; the encoders' weights do not."""

from collections.abc import Sequence
from typing import Protocol

from surgeline.knowledge.features import Floats


class Encoder(Protocol):
    """Turns texts into unit vectors; `tier` names it in settings, artifacts and decisions."""

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
