"""ONNX graphs of the sentence encoder are made here from published BERT weights.

Matrices are int8 with a scale for each column. The rows that are multiplied with them become bytes
at run time, because onnxruntime multiplies bytes fastest. Two measures keep the vectors close to
those of floats. The few loud directions of a layer's input are divided before a product and
multiplied back in its matrix. Each row of the widest products is divided by its greatest value. The
steps of the bytes are chosen so that every processor gets the same sums (`arrays/byte_steps.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from surgeline.knowledge.arrays.byte_steps import in_multiplied_steps, in_steps

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

# A layer's input in all-MiniLM-L6-v2 is up to 18 times as large in the first of these directions as
# in other directions. In the rest of these it is 2 to 11 times as large. One scale for all
# directions would leave the others only a few steps.
LOUD: Final[Mapping[int, float]] = {99: 4.0, 157: 3.0, 223: 3.0, 338: 3.0}

_FUSED: Final = "com.microsoft"
_OPSET: Final = 18
# onnxruntime has read this format since 1.17.
_FORMAT: Final = 9
_HEAD_WIDTH: Final = 32
# A row's greatest value counts as at least this, because rows are divided by it.
_LEAST: Final = 0.2


def sentence_graph(
    weights: Weights, shares: Sequence[float], *, loud: Mapping[int, float] = LOUD
) -> bytes:
    """Return the graph from `ids` and `places` (both 1 x pieces) to `vector` (1 x width, length 1).

    `weights` are named as BERT's are. `shares` are the weights of each layer's mean.
    """
    graph = _Graph()
    hidden = _embedded(graph, weights)
    means: list[str] = []
    for number, share in enumerate(shares):
        hidden = _layer(graph, weights, f"encoder.layer.{number}.", hidden, loud)
        if share:
            mean = _unit(graph, graph.node("ReduceMean", hidden, graph.axis(1), keepdims=0))
            means.append(graph.node("Mul", mean, graph.constant(np.float32(share))))
    _unit(graph, graph.node("Sum", *means), name="vector")
    width = len(weights["embeddings.LayerNorm.weight"])
    ids = [_value(name, TensorProto.INT64, "pieces") for name in ("ids", "places")]
    return graph.serialised(ids, _value("vector", TensorProto.FLOAT, width))


def comparing_graph() -> bytes:
    """Return the graph from `vector` to its products with the columns of `vectors` by `scales`.

    The graph lacks the constants `vectors` and `scales`. They are added where there are vectors.
    """
    graph = _Graph()
    graph.node(
        "DynamicQuantizeMatMul", "vector", "vectors", "scales", name="products", domain=_FUSED
    )
    vector = _value("vector", TensorProto.FLOAT, "width")
    return graph.serialised([vector], _value("products", TensorProto.FLOAT, "count"))


class _Graph:
    """A graph's nodes and constants while it is made; names are numbers."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, array: NDArray[Any] | np.generic) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def axis(self, number: int) -> str:
        return self.constant(np.array([number], dtype=np.int64))

    def node(
        self, kind: str, *inputs: str, name: str = "", domain: str = "", **how: int | list[int]
    ) -> str:
        return self.nodes(kind, *inputs, names=(name,), domain=domain, **how)[0]

    def nodes(
        self,
        kind: str,
        *inputs: str,
        names: Sequence[str],
        domain: str = "",
        **how: int | list[int],
    ) -> list[str]:
        made = [name or f"n{len(self._nodes)}.{place}" for place, name in enumerate(names)]
        self._nodes.append(helper.make_node(kind, inputs, made, None, None, domain, None, **how))
        return made

    def serialised(self, inputs: Sequence[Any], output: Any) -> bytes:  # noqa: ANN401 - onnx's own
        graph = helper.make_graph(self._nodes, "sentence", inputs, [output], self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_FORMAT)
        return bytes(model.SerializeToString(deterministic=True))


def _value(name: str, kind: int, width: str | int) -> Any:  # noqa: ANN401 - onnx's own
    return helper.make_tensor_value_info(name, kind, [1, width])


def _embedded(graph: _Graph, weights: Weights) -> str:
    words, scales = in_steps(weights["embeddings.word_embeddings.weight"].T)
    positions = weights["embeddings.position_embeddings.weight"]
    kinds = weights["embeddings.token_type_embeddings.weight"]
    steps = graph.node("Gather", graph.constant(words.T), "ids")
    scale = graph.node("Gather", graph.constant(scales[:, None]), "ids")
    rows = graph.node("Mul", graph.node("Cast", steps, to=TensorProto.FLOAT), scale)
    placed = graph.node("Gather", graph.constant(positions + kinds[0]), "places")
    return _normal(graph, weights, "embeddings.LayerNorm", graph.node("Add", rows, placed))


def _layer(
    graph: _Graph, weights: Weights, prefix: str, hidden: str, loud: Mapping[int, float]
) -> str:
    attention = f"{prefix}attention."
    parts = [f"{attention}self.{name}" for name in ("query", "key", "value")]
    joint = np.concatenate([weights[f"{part}.weight"] for part in parts]).T
    bias = np.concatenate([weights[f"{part}.bias"] for part in parts])
    compared = graph.nodes(
        "Split",
        _evened_times(graph, hidden, joint, bias, loud),
        names=("", "", ""),
        axis=2,
        num_outputs=3,
    )
    heads = joint.shape[0] // _HEAD_WIDTH
    seen = graph.node("MultiHeadAttention", *compared, domain=_FUSED, num_heads=heads)
    projected = _times(graph, seen, *_dense(weights, f"{attention}output.dense"))
    hidden = _normal(
        graph, weights, f"{attention}output.LayerNorm", graph.node("Add", projected, hidden)
    )
    wide = _evened_times(graph, hidden, *_dense(weights, f"{prefix}intermediate.dense"), loud)
    bent = graph.node("FastGelu", wide, domain=_FUSED)
    narrow = _scaled_times(graph, bent, *_dense(weights, f"{prefix}output.dense"))
    return _normal(graph, weights, f"{prefix}output.LayerNorm", graph.node("Add", narrow, hidden))


def _dense(weights: Weights, name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"].T, weights[f"{name}.bias"]


def _times(graph: _Graph, rows: str, matrix: Floats, bias: Floats) -> str:
    """Return rows times the matrix plus the bias, computed with bytes and scaled back."""
    steps, scales = in_multiplied_steps(matrix)
    constants = [graph.constant(steps), graph.constant(scales), "", graph.constant(bias)]
    return graph.node("DynamicQuantizeMatMul", rows, *constants, domain=_FUSED)


def _evened_times(
    graph: _Graph, rows: str, matrix: Floats, bias: Floats, loud: Mapping[int, float]
) -> str:
    """Return rows times the matrix plus the bias; loud directions are divided for the product."""
    factors = np.ones(len(matrix), dtype=np.float32)
    factors[list(loud)] = list(loud.values())
    evened = graph.node("Mul", rows, graph.constant(1 / factors))
    return _times(graph, evened, matrix * factors[:, None], bias)


def _scaled_times(graph: _Graph, rows: str, matrix: Floats, bias: Floats) -> str:
    """Return rows times the matrix plus the bias; each row is divided by its greatest value."""
    greatest = graph.node("ReduceMax", rows, graph.axis(-1), keepdims=1)
    divisors = graph.node("Max", greatest, graph.constant(np.float32(_LEAST)))
    scaled = graph.node("Div", rows, divisors)
    product = _times(graph, scaled, matrix, np.zeros_like(bias))
    return graph.node("Add", graph.node("Mul", product, divisors), graph.constant(bias))


def _normal(graph: _Graph, weights: Weights, name: str, rows: str) -> str:
    # The norm is made of three steps, because `LayerNormalization` is as slow as a large product up
    # to onnxruntime 1.28.
    even = graph.node("MeanVarianceNormalization", rows, axes=[2])
    stretch, shift = (graph.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.node("Add", graph.node("Mul", even, stretch), shift)


def _unit(graph: _Graph, rows: str, name: str = "") -> str:
    return graph.node("LpNormalization", rows, name=name, axis=-1, p=2)
