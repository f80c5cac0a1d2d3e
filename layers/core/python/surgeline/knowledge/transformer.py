"""A small BERT sentence encoder in numpy lives here; reading its weights from files does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.features import Floats
from surgeline.knowledge.wordpiece import WordPieces

_EPSILON: Final = 1e-12
_HEAD_WIDTH: Final = 32
_BATCH: Final = 32
_STEPS: Final = 127.0
_MATRIX: Final = 2
_KEPT_WHOLE: Final = ("embeddings.position", "token_type")

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Layer:
    joint: Floats
    joint_bias: Floats
    output: Floats
    output_bias: Floats
    attention_norm: tuple[Floats, Floats]
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    norm: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """Mean-pooled, normalised sentence vectors of a BERT of 32-wide attention heads."""

    pieces: WordPieces
    words: NDArray[np.int8]
    word_scales: Floats
    positions: Floats
    first_norm: tuple[Floats, Floats]
    layers: tuple[_Layer, ...]
    digest: str
    tier: str = "sentence"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text."""
        ids = [self.pieces.ids(text) for text in texts]
        vectors = np.zeros((len(texts), self.words.shape[1]), dtype=np.float32)
        # Texts of equal length go together: no padding, hence no masks.
        by_length: dict[int, list[int]] = {}
        for place, found in enumerate(ids):
            by_length.setdefault(len(found), []).append(place)
        for places in by_length.values():
            for first in range(0, len(places), _BATCH):
                chosen = places[first : first + _BATCH]
                vectors[chosen] = self._pooled(np.array([ids[place] for place in chosen]))
        return vectors

    def _pooled(self, ids: NDArray[np.int64]) -> Floats:
        count, length = ids.shape
        embedded = self.words[ids] * self.word_scales[ids][..., None] + self.positions[:length]
        hidden = _normalise(embedded.reshape(count * length, -1), self.first_norm)
        for layer in self.layers:
            hidden = _apply(layer, hidden, count, length)
        pooled: Floats = hidden.reshape(count, length, -1).mean(axis=1)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled


def quantised(weights: Weights) -> dict[str, NDArray[Any]]:
    """Return the weights with every matrix as int8 and one scale a row: a quarter of the size."""
    small: dict[str, NDArray[Any]] = {}
    for name, array in weights.items():
        if array.ndim == _MATRIX and not any(part in name for part in _KEPT_WHOLE):
            scales = np.maximum(np.abs(array).max(axis=1), 1e-12).astype(np.float32) / _STEPS
            small[name] = np.rint(array / scales[:, None]).astype(np.int8)
            small[f"{name}.scales"] = scales
        elif array.ndim and np.issubdtype(array.dtype, np.floating):
            small[name] = array.astype(np.float32)
    return small


def sentence_encoder(weights: Weights, vocabulary: Sequence[str], digest: str) -> SentenceEncoder:
    """Return the encoder of quantised weights (named as BERT's are) and its pieces in order."""
    count = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder."))
    words = "embeddings.word_embeddings.weight"
    kinds = weights["embeddings.token_type_embeddings.weight"]
    return SentenceEncoder(
        pieces=WordPieces({piece: place for place, piece in enumerate(vocabulary)}),
        words=weights[words],
        word_scales=weights[f"{words}.scales"],
        positions=weights["embeddings.position_embeddings.weight"] + kinds[0],
        first_norm=_norm(weights, "embeddings.LayerNorm"),
        layers=tuple(_layer(weights, f"encoder.layer.{number}.") for number in range(count)),
        digest=digest,
    )


def _layer(weights: Weights, prefix: str) -> _Layer:
    attention = f"{prefix}attention."
    names = [f"{attention}self.{part}" for part in ("query", "key", "value")]
    return _Layer(
        joint=np.ascontiguousarray(np.concatenate([_matrix(weights, name) for name in names], 1)),
        joint_bias=np.concatenate([weights[f"{name}.bias"] for name in names]),
        output=_matrix(weights, f"{attention}output.dense"),
        output_bias=weights[f"{attention}output.dense.bias"],
        attention_norm=_norm(weights, f"{attention}output.LayerNorm"),
        widen=_matrix(weights, f"{prefix}intermediate.dense"),
        widen_bias=weights[f"{prefix}intermediate.dense.bias"],
        narrow=_matrix(weights, f"{prefix}output.dense"),
        narrow_bias=weights[f"{prefix}output.dense.bias"],
        norm=_norm(weights, f"{prefix}output.LayerNorm"),
    )


def _matrix(weights: Weights, name: str) -> Floats:
    scales = weights[f"{name}.weight.scales"]
    return np.ascontiguousarray((weights[f"{name}.weight"] * scales[:, None]).T, dtype=np.float32)


def _norm(weights: Weights, name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _apply(layer: _Layer, hidden: Floats, count: int, length: int) -> Floats:
    width = hidden.shape[1]
    heads = width // _HEAD_WIDTH
    joint = hidden @ layer.joint + layer.joint_bias
    split = joint.reshape(count, length, 3, heads, _HEAD_WIDTH).transpose(2, 0, 3, 1, 4)
    products: Floats = split[0] @ split[1].transpose(0, 1, 3, 2) * np.float32(_HEAD_WIDTH**-0.5)
    scores = np.exp(products - products.max(axis=-1, keepdims=True)).astype(np.float32)
    scores /= scores.sum(axis=-1, keepdims=True)
    seen = (scores @ split[2]).transpose(0, 2, 1, 3).reshape(count * length, width)
    attended = _normalise(hidden + seen @ layer.output + layer.output_bias, layer.attention_norm)
    wide = _gelu(attended @ layer.widen + layer.widen_bias)
    return _normalise(attended + wide @ layer.narrow + layer.narrow_bias, layer.norm)


def _normalise(rows: Floats, norm: tuple[Floats, Floats]) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    variance = np.square(centred).mean(axis=1, keepdims=True)
    result: Floats = centred / np.sqrt(variance + np.float32(_EPSILON)) * norm[0] + norm[1]
    return result


def _gelu(values: Floats) -> Floats:
    """The usual tanh form; within 1e-3 of the exact one."""
    inner: Floats = values * (np.float32(0.7978845608) + np.float32(0.035677408) * values * values)
    bent: Floats = np.tanh(inner)
    result: Floats = np.float32(0.5) * values * (np.float32(1.0) + bent)
    return result
