"""A remembering encoder encodes each text once."""

from collections.abc import Sequence

import numpy as np

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.encoder import Compare, Encoder


class Remembering:
    """An encoder that keeps the vector of each text, for texts that are encoded several times."""

    def __init__(self, encoder: Encoder) -> None:
        """Remember nothing yet."""
        self.encoder = encoder
        self.tier = encoder.tier
        self.digest = encoder.digest
        self._vectors: dict[str, Floats] = {}

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self.encoder.encode(new), strict=True))
        return np.array([self._vectors[text] for text in texts])

    def knows(self, word: str) -> bool:
        """Return whether the encoder knows the word."""
        return self.encoder.knows(word)

    def comparing(self, vectors: Floats) -> Compare | None:
        """Return the comparison that the encoder has."""
        return self.encoder.comparing(vectors)
