"""A small BERT sentence encoder in numpy lives here; reading its weights from files does not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.features import Floats
from surgeline.knowledge.wordpiece import WordPieces

_EPSILON: Final = 1e-12
_HEAD_WIDTH: Final = 32
_BLOCK_WIDTH: Final = 64
# So many weights are floats at a time: 0.2 MB, which stay in any processor's cache.
_CACHED: Final = 49_152
_BATCH: Final = 32
_STEPS: Final = 127.0
_MATRIX: Final = 2
_KEPT_WHOLE: Final = ("embeddings.position", "token_type")

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A matrix of int8 in blocks, and the scale of each of its columns.

    A few rows times a large matrix cost what it costs to bring the matrix from memory: as bytes
    it comes four times as fast, and blocks small enough for the processor's cache are widened
    there. The library multiplies small blocks in place; large ones it would copy first.
    """

    blocks: NDArray[np.int8]
    scales: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class _Layer:
    joint: _Matrix
    output: _Matrix
    attention_norm: tuple[Floats, Floats]
    widen: _Matrix
    narrow: _Matrix
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
    return _Layer(
        joint=_joint(weights, f"{attention}self."),
        output=_by_rows(weights, f"{attention}output.dense", _HEAD_WIDTH),
        attention_norm=_norm(weights, f"{attention}output.LayerNorm"),
        widen=_by_columns(*_parts(weights, f"{prefix}intermediate.dense"), _BLOCK_WIDTH),
        narrow=_by_rows(weights, f"{prefix}output.dense", _BLOCK_WIDTH),
        norm=_norm(weights, f"{prefix}output.LayerNorm"),
    )


def _joint(weights: Weights, prefix: str) -> _Matrix:
    """Return query, key and value as one matrix, head by head."""
    parts = [_parts(weights, f"{prefix}{name}") for name in ("query", "key", "value")]
    matrix, scales, bias = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    # What is compared is divided by the root of a head's width: once, here.
    width = len(matrix)
    scales[:width] *= np.float32(_HEAD_WIDTH**-0.5)
    bias[:width] *= np.float32(_HEAD_WIDTH**-0.5)
    return _by_columns(matrix, scales, bias, _HEAD_WIDTH)


def _parts(weights: Weights, name: str) -> tuple[NDArray[np.int8], Floats, Floats]:
    """Return a matrix (rows in, columns out), its columns' scales, and what is added."""
    return weights[f"{name}.weight"].T, weights[f"{name}.weight.scales"], weights[f"{name}.bias"]


def _by_columns(matrix: NDArray[np.int8], scales: Floats, bias: Floats, width: int) -> _Matrix:
    """Cut a matrix into blocks of that many columns; its products come as blocks, too."""
    blocks = matrix.reshape(len(matrix), -1, width).transpose(1, 0, 2)
    return _Matrix(
        np.ascontiguousarray(blocks), scales.reshape(-1, 1, width), bias.reshape(-1, 1, width)
    )


def _by_rows(weights: Weights, name: str, width: int) -> _Matrix:
    """Cut a matrix into blocks of that many rows; the products of the blocks are to be added."""
    matrix, scales, bias = _parts(weights, name)
    return _Matrix(np.ascontiguousarray(matrix).reshape(-1, width, matrix.shape[1]), scales, bias)


def _norm(weights: Weights, name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _apply(layer: _Layer, hidden: Floats, count: int, length: int) -> Floats:
    """Return what a layer makes of `count` texts of `length` pieces; rows are pieces."""
    joint = _taken_apart(hidden, layer.joint)
    asked, offered, told = joint.reshape(3, -1, count, length, _HEAD_WIDTH)
    scores: Floats = asked @ offered.swapaxes(-1, -2)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    seen = (scores @ told).reshape(-1, count * length, _HEAD_WIDTH)
    attended = _put_together(seen, layer.output)
    attended += hidden
    attended = _normalise(attended, layer.attention_norm)
    narrowed = _put_together(_gelu(_taken_apart(attended, layer.widen)), layer.narrow)
    narrowed += attended
    return _normalise(narrowed, layer.norm)


def _taken_apart(rows: Floats, matrix: _Matrix) -> Floats:
    """Return rows times a matrix cut by columns: blocks x rows x columns of a block."""
    blocks = matrix.blocks
    product = np.empty((len(blocks), len(rows), blocks.shape[2]), dtype=np.float32)
    for part, widened in _widened(blocks):
        np.matmul(rows, widened, out=product[part])
    product *= matrix.scales
    product += matrix.bias
    return product


def _put_together(blocks: Floats, matrix: _Matrix) -> Floats:
    """Return rows that come in blocks times a matrix cut by rows."""
    product = np.zeros((blocks.shape[1], matrix.blocks.shape[2]), dtype=np.float32)
    for part, widened in _widened(matrix.blocks):
        product += (blocks[part] @ widened).sum(axis=0)
    product *= matrix.scales
    product += matrix.bias
    return product


def _widened(blocks: NDArray[np.int8]) -> Iterator[tuple[slice, Floats]]:
    """Yield the blocks as floats, as many at a time as stay in the cache, and which they are."""
    step = max(1, _CACHED // blocks[0].size)
    room = np.empty((min(step, len(blocks)), *blocks.shape[1:]), dtype=np.float32)
    for first in range(0, len(blocks), step):
        part = slice(first, first + step)
        widened = room[: len(blocks[part])]
        np.copyto(widened, blocks[part])
        yield part, widened


def _normalise(rows: Floats, norm: tuple[Floats, Floats]) -> Floats:
    """Return rows around zero and of unit variance, stretched and moved. Uses up the rows."""
    rows -= rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1])
    rows /= np.sqrt(variance + np.float32(_EPSILON))[:, None]
    rows *= norm[0]
    rows += norm[1]
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
