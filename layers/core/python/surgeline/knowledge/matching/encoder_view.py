"""The phrasings are kept here as one encoder sees them, and a question is compared with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.encoder import Compare
from surgeline.knowledge.matching.evidence import Matrix

# Directions are whitened by this power of their spread, to which this share of the mean is added.
_WHITENING: Final = -0.25
_LEAST_SPREAD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Mix:
    """The weights of grams and of each encoder's vectors when texts are compared."""

    grams: float
    views: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EncoderView:
    """The phrasings as one encoder sees them, around their mean.

    `sharpness` is the loss of cosine at which nearness counts for a third. `whitening` shrinks the
    directions in which all phrasings differ most; None leaves them as they are. `compare` is a
    faster way to compare a text with the vectors, where there is one.
    """

    tier: str
    weight: float
    sharpness: float
    mean: Floats
    whitening: Floats | None
    vectors: Floats
    compare: Compare | None = None

    @classmethod
    def of(
        cls,
        tier: str,
        weight: float,
        encoded: Floats,
        *,
        sharpness: float,
        centred: bool,
        whitened: bool = False,
    ) -> "EncoderView":
        """Return the view of encoded phrasings, rounded to what an artifact stores."""
        mean = halved(encoded.mean(axis=0) * np.float32(centred))
        whitening = halved(_whitening(encoded - mean)) if whitened else None
        return cls(
            tier,
            weight,
            sharpness,
            mean,
            whitening,
            halved(_placed(encoded, mean=mean, whitening=whitening)),
        )

    def closeness(self, encoded: Floats) -> Floats:
        """Return the cosines of an encoded text with all phrasings."""
        placed = _placed(encoded, mean=self.mean, whitening=self.whitening)
        return self.compare(placed) if self.compare else self.vectors @ placed

    def placed(self, encoded: Floats) -> Floats:
        """Return encoded texts as the view places its phrasings."""
        return _placed(encoded, mean=self.mean, whitening=self.whitening)

    def kernel(self, closeness: Floats) -> Floats:
        """Return the similarity for the ridge, which peaks sharply at the same meaning."""
        peaked: Floats = np.exp((closeness - np.float32(1.0)) / np.float32(self.sharpness))
        return peaked * np.float32(self.weight)


def _placed(encoded: Floats, *, mean: Floats, whitening: Floats | None) -> Floats:
    around: Floats = encoded - mean
    if whitening is not None:
        around = around @ whitening
    return _unit(around)


def _whitening(around: Floats) -> Floats:
    """Return the matrix that makes the spread of rows more alike in all directions."""
    spreads, directions = np.linalg.eigh((around.T @ around).astype(np.float64))
    relative = np.maximum(spreads / max(float(spreads.mean()), 1e-12), 0.0) + _LEAST_SPREAD
    whitening: Matrix = (directions * relative**_WHITENING) @ directions.T
    return whitening.astype(np.float32)


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    result: Floats = (rows / np.maximum(lengths, np.float32(1e-9))).astype(np.float32)
    return result


def halved(values: Floats) -> Floats:
    """Round to half precision, which an artifact stores."""
    return values.astype(np.float16).astype(np.float32)
