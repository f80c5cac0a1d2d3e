"""One vector is compared here with many by products of bytes.

A product of floats takes as long as the vectors take to come from memory. As bytes the vectors are
a quarter as large, and their cosines stay within 0.003 of the exact cosines.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.arrays.byte_steps import in_multiplied_steps
from surgeline.knowledge.arrays.floats import Floats

# Protocol buffers give these numbers to the parts of an ONNX model that are added to a graph.
_GRAPH: Final = 7
_CONSTANT: Final = 5
_SIZE: Final = 1
_KIND: Final = 2
_NAME: Final = 8
_RAW: Final = 9
_KINDS: Final = {np.dtype(np.float32): 1, np.dtype(np.int8): 3}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The vectors, laid out for products of bytes."""

    session: Any

    @classmethod
    def of(cls, graph: bytes, vectors: Floats) -> "Comparison":
        """Return the comparison with vectors (rows), by a graph that lacks them as constants."""
        steps, scales = in_multiplied_steps(vectors.T)
        constants = _constant("vectors", steps) + _constant("scales", scales)
        # Protocol buffers read two messages in a row as one message, and join their repeated
        # fields.
        return cls(session_of(graph + _field(_GRAPH, constants)))

    def __call__(self, vector: Floats) -> Floats:
        """Return the products of one vector with all vectors of the comparison."""
        (products,) = self.session.run(None, {"vector": vector[None, :]})
        found: Floats = products[0]
        return found


def session_of(graph: bytes) -> Any:  # noqa: ANN401 - onnxruntime comes without types
    """Return a session that runs an ONNX graph in the caller's thread. Needs onnxruntime."""
    import onnxruntime  # noqa: PLC0415 - where no sentences are encoded, nobody needs it

    options = onnxruntime.SessionOptions()
    # A lane or a function owns one processor or a part of it.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Graphs are stored in the fastest form, and fusing more of their nodes makes them slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _constant(name: str, array: NDArray[Any]) -> bytes:
    sizes = b"".join(_number(_SIZE, size) for size in array.shape)
    about = sizes + _number(_KIND, _KINDS[array.dtype]) + _field(_NAME, name.encode())
    return _field(_CONSTANT, about + _field(_RAW, array.tobytes()))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))
