"""The static encoder averages one stored vector for each subword; files are read elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.subwords import Subwords


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """Mean-pooled, normalised rows of a table with one row a subword."""

    subwords: Subwords
    table: NDArray[Any]
    digest: str
    tier: str = "static"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text (of zeros for a text without subwords)."""
        vectors = np.zeros((len(texts), self.table.shape[1]), dtype=np.float32)
        for place, text in enumerate(texts):
            ids = self.subwords.ids(text)
            if ids:
                vectors[place] = self.table[ids].astype(np.float32).mean(axis=0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        result: Floats = vectors / np.maximum(lengths, np.float32(1e-9))
        return result

    def knows(self, word: str) -> bool:
        """Return whether a word is one subword."""
        return self.subwords.is_whole(word)

    def comparing(self, _vectors: Floats) -> None:
        """Return None, because this encoder has nothing faster than numpy's product."""
        return
