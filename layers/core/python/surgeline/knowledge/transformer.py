"""A small BERT sentence encoder in numpy lives here; reading its weights from files does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.features import Floats
from surgeline.knowledge.side_by_side import each
from surgeline.knowledge.wordpiece import WordPieces

_EPSILON: Final = 1e-12
_HEAD_WIDTH: Final = 32
# So many weights of a byte are floats at a time: 0.2 MB, which stay in any processor's cache.
_CACHED: Final = 49_152
# From so many texts on, all weights are made floats at once (42 MB), for large products.
_MANY: Final = 16
# So many pieces of texts go through the layers together.
_BATCH_PIECES: Final = 512
_STEPS: Final = 127.0
_MATRIX: Final = 2
# Under this name weights say how much each layer's vector counts in an encoder's.
SHARES: Final = "layer_shares"
_KEPT_WHOLE: Final = ("embeddings.position", "token_type")

Weights = Mapping[str, NDArray[Any]]


class _Matrix(Protocol):
    """A matrix with the bias of its products."""

    def times(self, rows: Floats) -> Floats:
        """Return rows times the matrix, plus the bias."""
        ...

    def for_many(self) -> "_Matrix":
        """Return the same matrix for many rows."""
        ...


@dataclass(frozen=True, slots=True)
class _Floats:
    """A matrix for many rows."""

    matrix: Floats
    bias: Floats

    def times(self, rows: Floats) -> Floats:
        """Return rows times the matrix, plus the bias."""
        product: Floats = rows @ self.matrix
        product += self.bias
        return product

    def for_many(self) -> "_Floats":
        """Return the matrix as it is."""
        return self


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A matrix for a few rows: int8 in blocks of its columns, and the scale of each column.

    A few rows times a large matrix cost what it costs to bring the matrix from memory: as bytes
    it comes four times as fast, and blocks small enough for the processor's cache are widened
    there. The library multiplies small blocks in place; large ones it would copy first.
    """

    blocks: tuple[NDArray[np.int8], ...]
    scales: Floats
    bias: Floats

    def times(self, rows: Floats) -> Floats:
        """Return rows times the matrix, plus the bias."""
        product = np.empty((len(rows), len(self.bias)), dtype=np.float32)
        room = np.empty(self.blocks[0].shape, dtype=np.float32)
        first = 0
        for block in self.blocks:
            width = block.shape[1]
            widened = room[:, :width]
            np.copyto(widened, block)
            np.matmul(rows, widened, out=product[:, first : first + width])
            first += width
        product *= self.scales
        product += self.bias
        return product

    def for_many(self) -> _Floats:
        """Return the same matrix for many rows."""
        matrix = np.concatenate(self.blocks, axis=1).astype(np.float32)
        matrix *= self.scales
        return _Floats(matrix, self.bias)


@dataclass(frozen=True, slots=True)
class _Layer:
    joint: _Matrix
    output: _Matrix
    attention_norm: tuple[Floats, Floats]
    widen: _Matrix
    narrow: _Matrix
    norm: tuple[Floats, Floats]

    def for_many(self) -> "_Layer":
        """Return the same layer for many rows."""
        return replace(
            self,
            joint=self.joint.for_many(),
            output=self.output.for_many(),
            widen=self.widen.for_many(),
            narrow=self.narrow.for_many(),
        )


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """Mean-pooled, normalised sentence vectors of a BERT of 32-wide attention heads.

    `shares` says how much each layer's vector counts in what is returned.
    """

    pieces: WordPieces
    words: NDArray[np.int8]
    word_scales: Floats
    positions: Floats
    first_norm: tuple[Floats, Floats]
    layers: tuple[_Layer, ...]
    shares: tuple[float, ...]
    digest: str
    tier: str = "sentence"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each text."""
        ids = [self.pieces.ids(text) for text in texts]
        vectors = np.zeros((len(texts), self.words.shape[1]), dtype=np.float32)
        many = len(texts) >= _MANY
        layers = tuple(layer.for_many() for layer in self.layers) if many else self.layers
        # Texts of equal length go together: no padding, hence no masks.
        by_length: dict[int, list[int]] = {}
        for place, found in enumerate(ids):
            by_length.setdefault(len(found), []).append(place)
        batches = [
            places[first : first + step]
            for length, places in by_length.items()
            for step in (max(1, _BATCH_PIECES // length),)
            for first in range(0, len(places), step)
        ]

        def encode_batch(batch: list[int]) -> None:
            vectors[batch] = self._pooled(layers, np.array([ids[place] for place in batch]))

        each(encode_batch, batches)
        return vectors

    def _pooled(self, layers: Sequence[_Layer], ids: NDArray[np.int64]) -> Floats:
        count, length = ids.shape
        embedded = self.words[ids] * self.word_scales[ids][..., None] + self.positions[:length]
        hidden = _normalise(embedded.reshape(count * length, -1), self.first_norm)
        mixed = np.zeros((count, hidden.shape[1]), dtype=np.float32)
        for layer, share in zip(layers, self.shares, strict=True):
            hidden = _apply(layer, hidden, count, length)
            if share:
                mixed += np.float32(share) * _unit(hidden.reshape(count, length, -1).mean(axis=1))
        return _unit(mixed)


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
    """Return the encoder of quantised weights (named as BERT's are) and its pieces in order.

    Weights that say nothing of their layers' shares are those of an encoder's last layer.
    """
    count = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder."))
    words = "embeddings.word_embeddings.weight"
    kinds = weights["embeddings.token_type_embeddings.weight"]
    last_alone = np.eye(count)[-1]
    return SentenceEncoder(
        pieces=WordPieces({piece: place for place, piece in enumerate(vocabulary)}),
        words=weights[words],
        word_scales=weights[f"{words}.scales"],
        positions=weights["embeddings.position_embeddings.weight"] + kinds[0],
        first_norm=_norm(weights, "embeddings.LayerNorm"),
        layers=tuple(_layer(weights, f"encoder.layer.{number}.") for number in range(count)),
        shares=tuple(weights.get(SHARES, last_alone).tolist()),
        digest=digest,
    )


def _layer(weights: Weights, prefix: str) -> _Layer:
    attention = f"{prefix}attention."
    return _Layer(
        joint=_joint(weights, f"{attention}self."),
        output=_in_blocks(*_parts(weights, f"{attention}output.dense")),
        attention_norm=_norm(weights, f"{attention}output.LayerNorm"),
        widen=_in_blocks(*_parts(weights, f"{prefix}intermediate.dense")),
        narrow=_in_blocks(*_parts(weights, f"{prefix}output.dense")),
        norm=_norm(weights, f"{prefix}output.LayerNorm"),
    )


def _joint(weights: Weights, prefix: str) -> _Bytes:
    """Return query, key and value as one matrix."""
    parts = [_parts(weights, f"{prefix}{name}") for name in ("query", "key", "value")]
    matrix, scales, bias = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    # What is compared is divided by the root of a head's width: once, here.
    width = len(matrix)
    scales[:width] *= np.float32(_HEAD_WIDTH**-0.5)
    bias[:width] *= np.float32(_HEAD_WIDTH**-0.5)
    return _in_blocks(matrix, scales, bias)


def _parts(weights: Weights, name: str) -> tuple[NDArray[np.int8], Floats, Floats]:
    return weights[f"{name}.weight"].T, weights[f"{name}.weight.scales"], weights[f"{name}.bias"]


def _in_blocks(matrix: NDArray[np.int8], scales: Floats, bias: Floats) -> _Bytes:
    width = max(1, _CACHED // len(matrix))
    blocks = tuple(
        np.ascontiguousarray(matrix[:, first : first + width])
        for first in range(0, matrix.shape[1], width)
    )
    return _Bytes(blocks, scales, bias)


def _norm(weights: Weights, name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _apply(layer: _Layer, hidden: Floats, count: int, length: int) -> Floats:
    """Return what a layer makes of `count` texts of `length` pieces; rows are pieces."""
    joint = layer.joint.times(hidden).reshape(count, length, 3, -1, _HEAD_WIDTH)
    asked, offered, told = joint.transpose(2, 0, 3, 1, 4)
    scores: Floats = asked @ offered.swapaxes(-1, -2)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    seen = (scores @ told).swapaxes(1, 2).reshape(count * length, -1)
    attended = layer.output.times(seen)
    attended += hidden
    attended = _normalise(attended, layer.attention_norm)
    narrowed = layer.narrow.times(_gelu(layer.widen.times(attended)))
    narrowed += attended
    return _normalise(narrowed, layer.norm)


def _normalise(rows: Floats, norm: tuple[Floats, Floats]) -> Floats:
    """Return rows around zero and of unit variance, stretched and moved. Uses up the rows."""
    width = np.float32(rows.shape[1])
    rows -= np.add.reduce(rows, axis=1, keepdims=True) / width
    variance = np.einsum("ij,ij->i", rows, rows) / width
    rows /= np.sqrt(variance + np.float32(_EPSILON))[:, None]
    rows *= norm[0]
    rows += norm[1]
    return rows


def _unit(rows: Floats) -> Floats:
    """Return rows of length one. Uses up the rows."""
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _gelu(values: Floats) -> Floats:
    """The usual tanh form; within 1e-3 of the exact one. Uses up the values."""
    inner: Floats = values * values
    inner *= np.float32(0.035677408)
    inner += np.float32(0.7978845608)
    inner *= values
    np.tanh(inner, out=inner)
    inner += np.float32(1.0)
    values *= np.float32(0.5)
    values *= inner
    return values
