"""What takes an encoder's place where weights are too much."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Synonyms:
    """Knows that a few words mean the same, as an encoder of sentences would."""

    meanings = ("refund money cash back", "parcel package box delivery", "card voucher gift")

    def __init__(self, tier: str, digest: str = "1") -> None:
        """Stand in for a tier's encoder."""
        self.tier = tier
        self.digest = digest

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Count the words of each meaning."""
        rows = [
            [0.1, *(sum(word in text.lower() for word in words.split()) for words in self.meanings)]
            for text in texts
        ]
        found = np.array(rows, dtype=np.float32)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def knows(self, word: str) -> bool:
        """Know the words that have a meaning here."""
        return any(word in words.split() for words in self.meanings)

    def comparing(self, _vectors: NDArray[np.float32]) -> None:
        """Have nothing faster."""
        return
