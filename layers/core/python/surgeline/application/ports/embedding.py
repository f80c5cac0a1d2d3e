"""The port of a model that turns texts into vectors elsewhere, and takes money for it."""

from collections.abc import Sequence
from typing import Protocol

from surgeline.knowledge.arrays.floats import Floats


class EmbeddingFailed(Exception):
    """Raised for vectors that did not come, or that can't be right. The message is one word."""


class Embedder(Protocol):
    """Turns texts into vectors. Texts of any language have vectors of the same kind."""

    @property
    def model(self) -> str:
        """Return the id of the model."""

    @property
    def dimensions(self) -> int:
        """Return how many numbers a vector has."""

    def embed(self, texts: Sequence[str], *, seconds: float | None) -> Floats:
        """Return one row for each text, in their order. Its numbers are finite, and not all zero.

        A caller with `seconds` waits so long at most. Without them a batch may take its time, and
        is tried again. Raises EmbeddingFailed, also where some of the vectors are missing.
        """
